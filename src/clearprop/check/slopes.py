"""Slopes of a function along a line, by differences whose error is known.

For φ(t) = f(x + t v) the centred difference (φ(h) − φ(−h)) / 2h errs by O(h²) from truncation and
by ε |φ| / h from rounding. A ladder of shrinking h, each pair extrapolated to h = 0, shows where
the sum of both is least; that step is taken, for every line anew. Where the one-sided slopes stay
apart however small h is, the function has a kink.

Source: Ridders, "Accurate computation of F'(x) and F'(x) F''(x)", 1982; the complex step: Squire,
Trapp, "Using complex variables to estimate derivatives of real functions", 1998.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

SHRINK = 4.0
ENOUGH = 1e-10
"""Relative error at which the ladder is left."""
COMPLEX_STEP = 1e-100


class Slope(NamedTuple):
    """A numeric derivative."""

    value: float
    error: float
    """An estimate of how far it may be from the true slope."""
    left: float
    right: float
    """The one-sided slopes at the smallest step."""
    is_kink: bool


def slope(phi: Callable[[float], float], scale: float, epsilon: float) -> Slope:
    """Return φ′(0).

    Parameters
    ----------
    phi : callable
        The function along the line.
    scale : float
        How long a step of 1 is, in the units of the line: the size of x along v, at least 1.
    epsilon : float
        Relative precision of φ.
    """
    centre = phi(0.0)
    h, smallest = scale * epsilon**0.2, scale * epsilon**0.6
    rungs: list[Candidate] = []
    while h >= smallest:
        ahead, behind = phi(h), phi(-h)
        noise = 4 * epsilon * max(abs(ahead), abs(behind), abs(centre)) / h
        rung = Candidate((centre - behind) / h, (ahead - centre) / h, noise)
        rungs.append(rung if not rungs else rung.extrapolated_from(rungs[-1]))
        if len(rungs) > 1 and rungs[-1].error <= ENOUGH * abs(rungs[-1].value) and closes(rungs):
            return rungs[-1].slope(is_kink=False)
        h /= SHRINK
    # where the step was too long to see the function, shorter steps contradict what it gave
    consistent = [
        rung
        for place, rung in enumerate(rungs[1:], start=1)
        if all(rung.agrees_with(shorter) for shorter in rungs[place + 1 :])
    ]
    best = min(consistent, key=lambda rung: rung.error, default=rungs[-1])
    sides = rungs[-1]
    return best.slope(is_kink=stays_apart(rungs))._replace(left=sides.left, right=sides.right)


@dataclass(frozen=True)
class Candidate:
    """The one-sided slopes at one step h, and what is made of them."""

    left: float
    right: float
    noise: float
    """The part of a slope that is rounding of φ."""
    value: float = float("nan")
    """The centred difference, extrapolated to h = 0 with that of the longer step."""
    error: float = float("inf")
    """The largest distance of `value` from the slope."""

    @property
    def difference(self) -> float:
        """The centred difference."""
        return (self.left + self.right) / 2

    @property
    def jump(self) -> float:
        """By how much the slope differs on the two sides."""
        return self.right - self.left

    def extrapolated_from(self, longer: "Candidate") -> "Candidate":
        """Return this rung with the error of order h² taken out."""
        correction = (self.difference - longer.difference) / (SHRINK**2 - 1)
        return replace(self, value=self.difference + correction, error=abs(correction) + self.noise)

    def agrees_with(self, shorter: "Candidate") -> bool:
        """Return whether a shorter step does not speak against this one's value."""
        doubt = self.error + shorter.error + 10 * shorter.noise
        return abs(shorter.difference - self.value) <= doubt

    def slope(self, *, is_kink: bool) -> Slope:
        """Return the value as a slope."""
        return Slope(self.value, self.error, self.left, self.right, is_kink)


def closes(rungs: Sequence[Candidate]) -> bool:
    """Return whether the one-sided slopes came nearer to each other with the last step."""
    before, now = rungs[-2:]
    return abs(now.jump) < 0.5 * abs(before.jump) or abs(now.jump) < 10 * now.noise


def stays_apart(rungs: Sequence[Candidate]) -> bool:
    """Return whether right minus left slope tends to a number other than 0 as the step shrinks.

    Where the function is smooth the difference shrinks with the step.
    """
    clear = [rung.jump for rung in rungs if abs(rung.jump) > 10 * rung.noise]
    if len(clear) < 3 or len(clear) < len(rungs) - 1:
        return False
    return abs(clear[-1]) > 0.5 * abs(clear[-3])


def complex_slope(phi: Callable[[complex], complex]) -> float | None:
    """Return φ′(0) = Im φ(i h) / h, exact to rounding; None where φ takes no complex numbers."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error")  # a complex number cut to its real part
            value = phi(complex(0.0, COMPLEX_STEP))
    except Exception:  # whatever a person's function raises, it means no
        return None
    if not isinstance(value, complex | np.complexfloating) or not np.isfinite(value):
        return None
    return float(value.imag) / COMPLEX_STEP
