"""Slopes of a function along a line, by differences whose error is known.

For φ(t) = f(x + t v) the centred difference (φ(h) − φ(−h)) / 2h errs by O(h²) from truncation and
by ε |φ| / h from rounding. A ladder of shrinking h, each pair extrapolated to h = 0, shows where
the sum of both is least; that step is taken, for every line anew. Where the one-sided slopes stay
apart however small h is, the function has a kink.

Source: Ridders, "Accurate computation of F'(x) and F'(x) F''(x)", 1982; the complex step: Squire,
Trapp, "Using complex variables to estimate derivatives of real functions", 1998.
"""

import warnings
from collections.abc import Callable
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
    h, smallest = scale * epsilon**0.2, scale * epsilon**0.5
    best, previous = Slope(float("nan"), float("inf"), 0.0, 0.0, False), None
    jumps, left, right = [], 0.0, 0.0
    while h >= smallest:
        ahead, behind = phi(h), phi(-h)
        left, right = (centre - behind) / h, (ahead - centre) / h
        difference = (left + right) / 2
        noise = 4 * epsilon * max(abs(ahead), abs(behind), abs(centre)) / h
        jumps.append((right - left, noise))
        if previous is not None:
            extrapolated = difference + (difference - previous) / (SHRINK**2 - 1)
            error = abs(extrapolated - difference) + noise
            if error < best.error:
                best = Slope(extrapolated, error, left, right, False)
            if error <= ENOUGH * abs(extrapolated) and closes(jumps):
                return best
        previous, h = difference, h / SHRINK
    return best._replace(left=left, right=right, is_kink=stays_apart(jumps))


def closes(jumps: list[tuple[float, float]]) -> bool:
    """Return whether the one-sided slopes came nearer to each other with the last step."""
    (before, _), (now, noise) = jumps[-2:]
    return abs(now) < 0.5 * abs(before) or abs(now) < 10 * noise


def stays_apart(jumps: list[tuple[float, float]]) -> bool:
    """Return whether right minus left slope tends to a number other than 0 as the step shrinks.

    Where the function is smooth the difference shrinks with the step.
    """
    clear = [jump for jump, noise in jumps if abs(jump) > 10 * noise]
    if len(clear) < 3 or len(clear) < len(jumps) - 1:
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
