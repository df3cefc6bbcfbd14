"""The numeric check itself is wrong: a bad step, float32, or integer arrays."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import RIGHT, Steps
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, same
from clearprop.check.problem import Gradients

Positions = npt.NDArray[Any]

LARGE_STEPS = [digit * 10.0**-k for k in range(1, 8) for digit in (5, 2, 1)]
SMALL_STEPS = [10.0**-k for k in range(2, 17)]
MAX_COORDINATES = 200
MAX_PARAMETERS = 20_000
"""Parameters beyond which nobody takes differences: every one of them is a pass or two."""
FAR = 0.5
"""Of the largest entry: a difference quotient is nearer to the derivative than that."""


class NumericCheck(Mistake):
    """The gradient is the right one, plus the error of a careless numeric derivative."""

    name = "numeric_check"
    rank = 60
    is_judged_at_once = True
    of_differences = True
    title = Text("the numeric derivative is inaccurate", "数值求导本身不准确")
    right = same(
        Text(
            "(L(θ + h) − L(θ − h)) / 2h,   h ≈ 1e-5, everything in float64",
            "(L(θ + h) − L(θ − h)) / 2h，h ≈ 1e-5，全部用 float64",
        )
    )
    wrong = same("(L(θ + h) − L(θ)) / h;   h = 1e-12;   float32;   int θ")
    why = Text(
        "a one-sided difference has an error of order h; a tiny h, or float32, leaves only rounding"
        " noise; an integer array cuts θ + h back to θ",
        "单侧差分的误差为 h 量级；h 太小或用 float32 时只剩舍入噪声；整数数组会把 θ + h 截断回 θ",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield what the deviation from the right gradient shows, judged at once."""
        if steps is not RIGHT or case.problem.dropout is not None or not fits(case):
            return
        if case.problem.params.vector.size > MAX_PARAMETERS:
            return
        given, right = flat(case, case.given), flat(case, case.right)
        if not given.any():
            yield Suspicion(
                self,
                Text(
                    "every number is exactly 0: parameters in an integer array, where θ + h is cut"
                    " back to θ",
                    "所有数都恰好为 0：参数是整数数组（θ + h 被截断回 θ）",
                ),
            )
            return
        yield from self.truncated(case, given, right)
        yield from self.rounded(case, given, right)

    def truncated(self, case: Case, given: FloatArray, right: FloatArray) -> Iterator[Suspicion]:
        """Yield the scheme and the step whose differences are the given numbers."""
        chosen = np.argsort(-np.abs(given - right))[:MAX_COORDINATES]
        theta = case.problem.params.vector
        whole = np.array_equal(theta, np.trunc(theta))
        if not whole and np.abs(given - right).max() > FAR * np.abs(right).max():
            return
        for scheme, cut in itertools.product(SCHEMES, (False, True) if whole else (False,)):
            en = f"equal to {scheme.formula}" + (" with θ in an integer array," * cut)
            zh = "θ 在整数数组中，" * cut + f"等于 {scheme.formula}"
            for h in (*LARGE_STEPS, *SMALL_STEPS) if cut else LARGE_STEPS:
                quotients = Quotients(case, scheme, h, cut)
                if all(
                    quotients.give(given, right, some) for some in (chosen[:1], chosen[:3], chosen)
                ):
                    evidence = Text(f"{en} with h = {h:g}", f"{zh}，h = {h:g}")
                    yield Suspicion(self, evidence, settings={"step": h})

    def rounded(self, case: Case, given: FloatArray, right: FloatArray) -> Iterator[Suspicion]:
        """Yield the step and precision in whose rounding noise the deviation consists.

        Differences of a loss near L are multiples of the spacing of numbers at L, so all entries
        of such a gradient are multiples of spacing / h. Where all are of one size, as in the first
        step of Adam, that says nothing.
        """
        loss = case.loss
        nonzero = given[given != 0]
        if np.ptp(np.abs(nonzero)) <= 1e-6 * np.abs(nonzero).max():
            return
        for precision, slack in (("float64", 16.0), ("float32", 4.0)):
            epsilon = float(np.finfo(precision).eps)
            spacing = float(np.spacing(np.asarray(loss, precision)))
            for h in SMALL_STEPS:
                counts = nonzero * h * slack / spacing
                countable = np.abs(counts).min(initial=1) > 0.5
                blurred = np.abs(counts).max(initial=0) * epsilon > 1e-2
                far = np.abs(given - right).max() * h > 500 * spacing
                if nonzero.size < 4 or not countable or blurred or far:
                    continue
                if np.abs(counts - np.round(counts)).max() < 1e-2:
                    evidence = Text(
                        "right up to noise: every entry is a multiple of the rounding of"
                        f" {precision} divided by h = {h:g}",
                        f"除噪声外正确：每个数都是 {precision} 舍入误差除以 h = {h:g} 的整数倍",
                    )
                    yield Suspicion(self, evidence, settings={"step": h})


class Scheme(NamedTuple):
    """A quotient of differences: its formula, and the two points in units of h."""

    formula: str
    ahead: float
    behind: float


SCHEMES = (
    Scheme("(L(θ + h) − L(θ)) / h", 1.0, 0.0),
    Scheme("(L(θ) − L(θ − h)) / h", 0.0, -1.0),
    Scheme("(L(θ + h) − L(θ − h)) / 2h", 1.0, -1.0),
)


@dataclass(frozen=True)
class Quotients:
    """The numeric derivatives that a scheme gives with a step."""

    case: Case
    scheme: Scheme
    h: float
    cut: bool
    """True if θ ± h is cut back to whole numbers, as it is in an integer array."""

    def give(self, given: FloatArray, right: FloatArray, chosen: Positions) -> bool:
        """Return whether they are the given numbers, as far as rounding lets one see."""
        places = positions(self.case)[chosen]
        apart = np.abs(given[chosen] - [self.at(place) for place in places]).max()
        loss = self.case.loss
        noise = 50 * float(np.finfo(float).eps) * max(1.0, abs(loss)) / self.h
        deviation = np.abs(given[chosen] - right[chosen]).max()
        if self.cut:  # whole steps of θ divided by a tiny h: enormous, and no matter of noise
            return bool(apart <= 1e-6 * deviation)
        return bool(apart <= max(noise, 1e-9) and apart <= 0.03 * deviation)

    def at(self, place: int) -> float:
        """Return the quotient for one coordinate of the flat vector."""
        rise = self.loss(place, self.scheme.ahead) - self.loss(place, self.scheme.behind)
        return rise / ((self.scheme.ahead - self.scheme.behind) * self.h)

    def loss(self, place: int, steps: float) -> float:
        """Return L with this coordinate moved by so many steps."""
        if steps == 0 and not self.cut:
            return self.case.loss
        theta = self.case.problem.params.vector.copy()
        theta[place] += steps * self.h
        return self.case.problem.loss(np.trunc(theta) if self.cut else theta)


def fits(case: Case) -> bool:
    """Return whether there are arrays and every one has its right shape."""
    return bool(case.names) and all(
        case.given[name].shape == case.right[name].shape for name in case.names
    )


def flat(case: Case, arrays: Gradients) -> FloatArray:
    """Return the arrays one behind the other."""
    return np.concatenate([np.ravel(arrays[name]) for name in case.names])


def positions(case: Case) -> Positions:
    """Return where the entries of `flat` stand in the flat vector of parameters."""
    params = case.problem.params
    numbered = type(params)(params.sizes, np.arange(params.vector.size))
    return np.concatenate([np.ravel(numbered[name]) for name in case.names])
