"""A number handed in with some digits is an interval: half a unit of the last to each side.

``0.13`` says 0.125 to 0.135. A student who works on with rounded numbers is right if what follows
from some numbers within these intervals is within the interval handed in.
"""

import re
import unicodedata
from dataclasses import dataclass

import numpy as np

from clearprop._typing import FloatArray
from clearprop.teach.steps import Quantity, Working

NUMBER = re.compile(
    r"([+-]?)(\d*)(?:[.,](\d*))?(?:e([+-]?\d+)|[x×*·∙]10(?:\^|\*\*)?\(?([+-]?\d+)\)?)?(%?)",
    flags=re.I,
)
FRACTION = re.compile(r"([+-]?\d+)/(\d+)")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}[.,]\d)|(?<=\d),(?=\d{3},\d{3})")
SIGNS = str.maketrans("−–﹣－。，．⁄", "----.,./")
BEFORE = re.compile(r"^(?:.*[=≈≒~≃≅])?(?:约为?|大约|about|approx\.?|ca\.?)?", flags=re.I)
"""What people write before a number: the quantity and a sign of equality, or that it is rounded."""
AFTER = re.compile(r"(?:\([^()]*\)|元|分|[。.;；,])*$")
"""What they write behind it: a remark in brackets, a unit, a full stop."""
BRACKETS = re.compile(r"[(\[【](.*)[)\]】]")
LAST_DIGIT = 1.0
"""Units of the last digit by which a number may be off: half for rounding, half for cutting off."""


@dataclass(frozen=True)
class Written:
    """A number as it was written.

    Attributes
    ----------
    value : float
        The number; NaN if it cannot be read, or nothing was written.
    unit : float
        One unit of its last digit.
    """

    value: float
    unit: float = 0.0


def written(text: object) -> Written:
    """Return a number as a person wrote it: ``"-0,25"``, ``"1/8"``, ``"3e-4"``, in any script.

    Examples
    --------
    >>> written("−0.250")
    Written(value=-0.25, unit=0.001)
    >>> written("1/8").value, written("?").value
    (0.125, nan)
    >>> written("z1 ≈ 0.35（四舍五入）"), written("3×10⁻⁴").value, written("12%")
    (Written(value=0.35, unit=0.01), 0.0003, Written(value=0.12, unit=0.01))
    """
    plain = bare(str(text))
    fraction = FRACTION.fullmatch(plain)
    if fraction and int(fraction[2]):
        return Written(int(fraction[1]) / int(fraction[2]))
    match = NUMBER.fullmatch(plain)
    if match is None or not (match[2] or match[3]):
        return Written(float("nan"))
    sign, whole, decimals, power, of_ten, percent = match.groups()
    exponent = int(power or of_ten or 0) - 2 * bool(percent)
    if abs(exponent) > 300:
        return Written(float("nan"))
    value = float(f"{sign}{whole or '0'}.{decimals or '0'}e{exponent}")
    return Written(value, 10.0 ** (exponent - len(decimals or "")))


def bare(text: str) -> str:
    """Return a number without what people write around it, in plain signs.

    Examples
    --------
    >>> bare("a2 = －０．５０ 元。"), bare("[1,234.5]"), bare("½")
    ('-0.50', '1234.5', '1/2')
    """
    plain = unicodedata.normalize("NFKC", text.translate(SIGNS)).translate(SIGNS)
    plain = "".join(plain.split())
    inside = BRACKETS.fullmatch(plain)
    plain = BEFORE.sub("", inside[1] if inside else plain)
    return THOUSANDS.sub("", AFTER.sub("", plain))


def tolerance(unit: FloatArray, digits: int) -> FloatArray:
    """Return how far numbers with these last digits may be off; few digits excuse no more.

    A number written with fewer decimals than were asked for is taken at one decimal less at most.
    """
    return LAST_DIGIT * np.minimum(unit, 10.0 ** -(digits - 1)) + 0.51 * 10.0**-digits * (unit == 0)


def reach(working: Working, quantity: Quantity, units: dict[str, FloatArray]) -> FloatArray:
    """Return how far a quantity moves while the person's own numbers move within their digits.

    Each number is moved to both ends of its interval in turn; what that does adds up. That is exact
    for sums, first-order for products, and sees a ReLU that an interval's end switches off.
    """
    problem = working.problem
    middle = working.follows(quantity)
    total = np.zeros_like(middle)
    for source in quantity.inputs(problem.depth, problem.is_canonical):
        own = working.own.get(source.name)
        if own is None or source.name not in units:
            continue
        for index in np.ndindex(own.shape):
            if np.isnan(own[index]):
                continue
            moved = []
            for side in (-0.5, 0.5):
                nudged = own.copy()
                nudged[index] += side * units[source.name][index]
                ends = Working(problem, {**working.own, source.name: nudged}, working.steps)
                moved.append(np.abs(ends.follows(quantity) - middle))
            total += np.maximum(*moved)
    return total
