"""√u, entry by entry."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.add import Add
from clearprop.derivation.operations.mistake import OperationMistake, Passed, Place, by_slopes
from clearprop.derivation.operations.operation import Elementwise


@dataclass(frozen=True)
class SquareRoot(Elementwise):
    """√u, entry by entry."""

    name = "sqrt"
    sign = "√"
    written = "√({u})"
    passed_back = ("{g} / (2 {w})",)

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        (u,) = inputs
        return np.sqrt(u)

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        return (0.5 / w,)


def _inside(place: Place) -> tuple[FloatArray, FloatArray]:
    """Return the summands under the root: the larger matrix, and the number that is added."""
    (before,) = place.before
    if before is None or not isinstance(before.operation, Add):
        raise ValueError("nothing is added under this root")
    u, v = before.inputs
    if u.size > 1 and v.size > 1:
        raise ValueError("no single number is added under this root")
    return (v, u) if u.size == 1 < v.size else (u, v)


def _added_outside(place: Place) -> FloatArray:
    variance, epsilon = _inside(place)
    return np.sqrt(variance) + epsilon


def _slope_without(place: Place) -> Passed:
    variance, _ = _inside(place)
    return (place.g * 0.5 / np.sqrt(variance),)


SquareRoot.mistakes = (
    OperationMistake(
        "half_missing",
        Text("the factor ½ is missing", "漏了系数 ½"),
        "{g} / {w}",
        Text("√u has the derivative 1 / (2 √u)", "√u 的导数是 1 / (2 √u)"),
        by_slopes(lambda u, w: (1 / w,)),
    ),
    OperationMistake(
        "root_missing",
        Text("divided by the input in place of the root", "除以了输入而不是它的平方根"),
        "{g} / (2 {u})",
        Text("√u has the derivative 1 / (2 √u)", "√u 的导数是 1 / (2 √u)"),
        by_slopes(lambda u, w: (0.5 / u,)),
    ),
    OperationMistake(
        "inverted",
        Text("multiplied by the root where it is to be divided", "应当除以平方根，却乘上了平方根"),
        "½ {g} ⊙ {w}",
        Text("√u has the derivative 1 / (2 √u)", "√u 的导数是 1 / (2 √u)"),
        by_slopes(lambda u, w: (0.5 * w,)),
    ),
    OperationMistake(
        "added_outside",
        Text(
            "what is to be added under the root is added outside of it",
            "应加在根号内的数加到了根号外",
        ),
        Text("√(u) + ε, with u + ε = {u}", "√(u) + ε，其中 u + ε = {u}"),
        Text("√(σ² + ε) and σ + ε are different functions", "√(σ² + ε) 与 σ + ε 是不同的函数"),
        _slope_without,
        value=_added_outside,
    ),
)
