"""Line search: a step along a direction that satisfies the strong Wolfe conditions.

    φ(t) ≤ φ(0) + c₁ t φ′(0)        |φ′(t)| ≤ c₂ |φ′(0)|

Source: Moré, Thuente, "Line search algorithms with guaranteed sufficient decrease", ACM
Transactions on Mathematical Software 20, 1994; sections and cases below are theirs.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

DECREASE, CURVATURE = 1e-3, 0.9
"""c₁ and c₂."""
MAX_STEP, MAX_TRIALS = 1e10, 20
MIN_GROWTH, MAX_GROWTH = 1.1, 4.0
"""Bounds of a trial beyond the last one, in units of the last extension."""
SHRINKAGE = 0.66
"""Part of its width that two trials must leave of a bracket at most; else it is halved."""
RELATIVE_WIDTH = 0.1
"""Width of a bracket, in units of its far end, that ends the search."""


@dataclass(frozen=True)
class Point:
    """A point of φ.

    Attributes
    ----------
    step, value, slope : float
        t, φ(t) and φ′(t).
    """

    step: float
    value: float
    slope: float

    def tilted(self, slope: float) -> "Point":
        """Return the point of φ(t) − slope t."""
        return Point(self.step, self.value - slope * self.step, self.slope - slope)


def wolfe_step(
    along: Callable[[float], tuple[float, float]], value: float, slope: float, first: float
) -> float | None:
    """Return a step that satisfies the strong Wolfe conditions, or the best that rounding allows.

    Parameters
    ----------
    along : callable
        Returns φ(t) and φ′(t).
    value, slope : float
        φ(0) and φ′(0) < 0.
    first : float
        The first t that is tried.

    Returns
    -------
    float or None
        The last t that was tried; None where 20 trials did not suffice.

    Examples
    --------
    >>> wolfe_step(lambda t: ((t - 3) ** 2, 2 * (t - 3)), 9.0, -6.0, first=1.0)
    1.0
    """
    required = DECREASE * slope
    best = other = Point(0.0, value, slope)
    bracketed, decreased_and_turned = False, False
    widths = 2 * MAX_STEP, MAX_STEP  # of the bracket, two trials ago and one
    low, high, longest, step = 0.0, first + MAX_GROWTH * first, MAX_STEP, first
    for _ in range(MAX_TRIALS):
        trial = Point(step, *along(step))
        if not (math.isfinite(trial.value) and math.isfinite(trial.slope)):
            longest, step = step, best.step + (step - best.step) / 10
            continue
        decreased = trial.value <= value + step * required
        if decreased and abs(trial.slope) <= -CURVATURE * slope:
            return step
        exhausted = step == longest and decreased and trial.slope <= required
        if exhausted or (bracketed and _is_narrow(low, step, high)):
            return step
        decreased_and_turned = decreased_and_turned or (decreased and trial.slope >= 0)
        # section 2: before that, a minimum of φ(t) − c₁ φ′(0) t is approached
        early = not decreased_and_turned and not decreased and trial.value <= best.value
        tilt = required if early else 0.0
        ends = best.tilted(tilt), other.tilted(tilt)
        tried = trial.tilted(tilt)
        step = _next_step(*ends, tried, (low, high), bracketed=bracketed)
        if tried.value > ends[0].value:
            other, bracketed = trial, True
        elif _turns(tried, ends[0]):
            other, best, bracketed = best, trial, True
        else:
            best = trial
        if bracketed:
            width = abs(other.step - best.step)
            if width >= SHRINKAGE * widths[0]:
                step = best.step + 0.5 * (other.step - best.step)
            widths = widths[1], width
            low, high = sorted((best.step, other.step))
        else:
            extension = step - best.step
            low, high = step + MIN_GROWTH * extension, step + MAX_GROWTH * extension
        step = min(max(step, 0.0), longest)
        if bracketed and _is_narrow(low, step, high):
            step = best.step
    return None


def _is_narrow(low: float, step: float, high: float) -> bool:
    """Return whether a bracket has no room for the step, or is as narrow as asked for."""
    return not low < step < high or high - low <= RELATIVE_WIDTH * high


def _turns(trial: Point, best: Point) -> bool:
    """Return whether the slope changes its sign between two points."""
    return trial.slope * math.copysign(1.0, best.slope) < 0


def _next_step(
    best: Point, other: Point, trial: Point, limits: tuple[float, float], *, bracketed: bool
) -> float:
    """Return the next trial, section 4: from cubic and quadratic interpolation of the points."""
    if trial.value > best.value:  # case 1: a minimum lies between
        cubic, quadratic = _cubic(best, trial), _through_value(best, trial)
        nearer = abs(cubic - best.step) < abs(quadratic - best.step)
        return cubic if nearer else cubic + (quadratic - cubic) / 2
    secant = _secant(best, trial) if trial.slope != best.slope else math.inf
    if _turns(trial, best):  # case 2: a minimum lies between
        cubic = _cubic(trial, best)
        return max(cubic, secant, key=lambda step: abs(step - trial.step))
    towards_limit = limits[1] if trial.step > best.step else limits[0]
    if abs(trial.slope) < abs(best.slope):  # case 3: a minimum lies beyond
        cubic = _cubic_beyond(best, trial)
        cubic = towards_limit if cubic is None else cubic
        if not bracketed:
            farther = max(secant, cubic, key=lambda step: abs(step - trial.step))
            return min(max(farther, limits[0]), limits[1])
        nearer_step = min(secant, cubic, key=lambda step: abs(step - trial.step))
        limit = trial.step + SHRINKAGE * (other.step - trial.step)
        return (min if trial.step > best.step else max)(limit, nearer_step)
    return _cubic(trial, other) if bracketed else towards_limit  # case 4


def _cubic(a: Point, b: Point) -> float:
    """Return the minimum of the cubic with the values and slopes of both points."""
    theta, gamma = _cubic_terms(a, b)
    gamma = gamma if b.step > a.step else -gamma
    ratio = ((gamma - a.slope) + theta) / (((gamma - a.slope) + gamma) + b.slope)
    return a.step + ratio * (b.step - a.step)


def _cubic_beyond(best: Point, trial: Point) -> float | None:
    """Return the minimum of the cubic beyond `trial`; None where it has none."""
    theta, gamma = _cubic_terms(best, trial)
    gamma = -gamma if trial.step > best.step else gamma
    denominator = (gamma + (best.slope - trial.slope)) + gamma
    ratio = ((gamma - trial.slope) + theta) / denominator if denominator else 0.0
    if not ratio < 0 or gamma == 0:
        return None
    return trial.step + ratio * (best.step - trial.step)


def _cubic_terms(a: Point, b: Point) -> tuple[float, float]:
    """Return θ = 3 (φ(a) − φ(b)) / (b − a) + φ′(a) + φ′(b) and √(θ² − φ′(a) φ′(b))."""
    theta = 3 * (a.value - b.value) / (b.step - a.step) + a.slope + b.slope
    scale = max(abs(theta), abs(a.slope), abs(b.slope)) or 1.0
    discriminant = (theta / scale) ** 2 - (a.slope / scale) * (b.slope / scale)
    return theta, scale * math.sqrt(max(discriminant, 0.0))


def _through_value(best: Point, trial: Point) -> float:
    """Return the minimum of the parabola with both values and the slope at `best`."""
    distance = trial.step - best.step
    mean_slope = (best.value - trial.value) / distance + best.slope
    return best.step + best.slope / mean_slope / 2 * distance


def _secant(best: Point, trial: Point) -> float:
    """Return the minimum of the parabola with the slopes of both points."""
    return trial.step + trial.slope / (trial.slope - best.slope) * (best.step - trial.step)
