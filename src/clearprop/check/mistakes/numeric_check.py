"""The numeric check itself is wrong: a bad step, float32, or integer arrays."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from clearprop.check.backward import RIGHT, Steps
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, same
from clearprop.language import Text
from clearprop.structure import FloatArray

LARGE_STEPS = [digit * 10.0**-k for k in range(1, 8) for digit in (5, 2, 1)]
SMALL_STEPS = [10.0**-k for k in range(2, 17)]
MOST_COORDINATES = 200


class NumericCheck(Mistake):
    """The gradient is the right one, plus the error of a careless numeric derivative."""

    name = "numeric_check"
    rank = 60
    title = Text("the numeric derivative is inaccurate", "数值求导本身不准确")
    right = same("(L(θ + h) − L(θ − h)) / 2h,   h ≈ 1e-5, everything in float64")
    wrong = same("(L(θ + h) − L(θ)) / h,   or h = 1e-12,   or float32,   or integer θ")
    why = Text(
        "a one-sided difference has an error of order h; a tiny h, or float32, leaves only rounding"
        " noise; an integer array cuts θ + h back to θ",
        "单侧差分的误差为 h 量级；h 太小或用 float32 时只剩舍入噪声；整数数组会把 θ + h 截断回 θ",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield what the deviation from the right gradient shows, judged at once."""
        if steps is not RIGHT or case.problem.dropout is not None or not fits(case):
            return
        given, right = flat(case, case.given), flat(case, case.right)
        if not given.any():
            yield Suspicion(
                self,
                Text(
                    "every number is exactly 0: parameters in an integer array, where θ + h is cut"
                    " back to θ, or gradients that were never computed",
                    "所有数都恰好为 0：参数是整数数组（θ + h 被截断回 θ），或梯度根本没有计算",
                ),
            )
            return
        yield from self.truncated(case, given, right)
        yield from self.rounded(case, given, right)

    def truncated(self, case: Case, given: FloatArray, right: FloatArray) -> Iterator[Suspicion]:
        """Yield the scheme and the step whose differences are the given numbers."""
        chosen = np.argsort(-np.abs(given - right))[:MOST_COORDINATES]
        for scheme in SCHEMES:
            for h in LARGE_STEPS:
                if reproduces(case, scheme, h, chosen[:3], given, right) and reproduces(
                    case, scheme, h, chosen, given, right
                ):
                    evidence = Text(
                        f"equal to {scheme.formula} with h = {h:g}",
                        f"等于取 h = {h:g} 的 {scheme.formula}",
                    )
                    yield Suspicion(self, evidence, settings={"step": h})

    def rounded(self, case: Case, given: FloatArray, right: FloatArray) -> Iterator[Suspicion]:
        """Yield the step and precision in whose rounding noise the deviation consists.

        Differences of a loss near L are multiples of the spacing of numbers at L, so all entries
        of such a gradient are multiples of spacing / h.
        """
        loss = case.problem.loss(case.problem.params.vector)
        nonzero = given[given != 0]
        for precision, slack in (("float64", 16.0), ("float32", 4.0)):
            epsilon = float(np.finfo(precision).eps)
            spacing = float(np.spacing(np.asarray(loss, precision)))
            for h in SMALL_STEPS:
                counts = nonzero * h * slack / spacing
                countable = np.abs(counts).min(initial=1) > 0.5
                blurred = np.abs(counts).max(initial=0) * epsilon > 1e-2
                far = np.abs(given - right).max() * h > 500 * spacing
                if nonzero.size < 6 or not countable or blurred or far:
                    continue
                if np.abs(counts - np.round(counts)).max() < 1e-2:
                    evidence = Text(
                        f"right up to noise: every entry is a multiple of the rounding of {precision}"
                        f" divided by h = {h:g}",
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


def reproduces(
    case: Case,
    scheme: Scheme,
    h: float,
    chosen: np.ndarray,
    given: FloatArray,
    right: FloatArray,
) -> bool:
    """Return whether the differences are the given numbers, as far as rounding lets one see."""
    loss: Callable[[FloatArray], float] = case.problem.loss
    theta = case.problem.params.vector
    places = positions(case)[chosen]
    quotients = np.empty(len(places))
    for index, place in enumerate(places):
        step = np.zeros_like(theta)
        step[place] = h
        rise = loss(theta + scheme.ahead * step) - loss(theta + scheme.behind * step)
        quotients[index] = rise / ((scheme.ahead - scheme.behind) * h)
    apart = np.abs(given[chosen] - quotients).max()
    noise = 50 * np.finfo(float).eps * max(1.0, abs(loss(theta))) / h
    return apart <= max(noise, 1e-9) and apart <= 0.03 * np.abs(given[chosen] - right[chosen]).max()


def fits(case: Case) -> bool:
    """Return whether every given array has its right shape."""
    return all(case.given[name].shape == case.right[name].shape for name in case.names)


def flat(case: Case, arrays) -> FloatArray:
    """Return the arrays one behind the other."""
    return np.concatenate([np.ravel(arrays[name]) for name in case.names])


def positions(case: Case) -> np.ndarray:
    """Return where the entries of `flat` stand in the flat vector of parameters."""
    params = case.problem.params
    numbered = type(params)(params.sizes, np.arange(params.vector.size))
    return np.concatenate([np.ravel(numbered[name]) for name in case.names])
