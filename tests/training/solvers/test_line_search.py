"""Steps along a line satisfy the strong Wolfe conditions, or say that there is none."""

import math
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.training.solvers import line_search
from clearprop.training.solvers.line_search import CURVATURE, DECREASE, wolfe_step


def rippled(t: float, width: float, waves: int) -> tuple[float, float]:
    """Return 1 − t, then t − 1, rounded between, with waves on it: their function (5.3)."""
    if abs(t - 1) >= width:
        value, slope = abs(t - 1), math.copysign(1.0, t - 1)
    else:
        value, slope = (t - 1) ** 2 / (2 * width) + width / 2, (t - 1) / width
    angle = waves * math.pi / 2
    ripple = (1 - width) / angle * math.sin(angle * t)
    return value + ripple, slope + (1 - width) * math.cos(angle * t)


def two_kinks(t: float, first: float, second: float) -> tuple[float, float]:
    """Return a sum of two hyperbolas, rounded at 0 and at 1: their function (5.4)."""
    one, other = (math.hypot(1, b) - b for b in (first, second))
    near, far = math.hypot(1 - t, second), math.hypot(t, first)
    return one * near + other * far, one * (t - 1) / near + other * t / far


FUNCTIONS = {
    "parabola": lambda t: ((t - 3) ** 2, 2 * (t - 3)),
    "far away": lambda t: ((t / 1e4 - 1) ** 2, 2e-4 * (t / 1e4 - 1)),
    "waves": lambda t: (math.sin(3 * t) / 3 - 1.2 * t + t * t / 8, math.cos(3 * t) - 1.2 + t / 4),
    "wall": lambda t: (-t + math.exp(min(9 * t - 9, 700)), -1 + 9 * math.exp(min(9 * t - 9, 700))),
    "root": lambda t: (-math.sqrt(t + 1e-3) + t / 9, -0.5 / math.sqrt(t + 1e-3) + 1 / 9),
    "More and Thuente 1": lambda t: (-t / (t * t + 2), (t * t - 2) / (t * t + 2) ** 2),
    "More and Thuente 2": lambda t: (
        (t + 0.004) ** 5 - 2 * (t + 0.004) ** 4,
        5 * (t + 0.004) ** 4 - 8 * (t + 0.004) ** 3,
    ),
    "More and Thuente 3": lambda t: rippled(t, width=0.01, waves=39),
    "More and Thuente 4": lambda t: two_kinks(t, 0.001, 0.001),
    "More and Thuente 6": lambda t: two_kinks(t, 0.001, 0.01),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@given(st.floats(1e-3, 1e3))
def test_a_step_decreases_and_flattens(name: str, first: float) -> None:
    along, trials = FUNCTIONS[name], []

    def counted(t: float) -> tuple[float, float]:
        trials.append(t)
        return along(t)

    value, slope = along(0.0)
    with patch.multiple(line_search, RELATIVE_WIDTH=1e-12, MAX_TRIALS=100):
        step = wolfe_step(counted, value, slope, first)
    assert step is not None
    assert step == trials[-1]
    at, slope_there = along(step)
    assert at <= value + DECREASE * step * slope
    assert abs(slope_there) <= CURVATURE * abs(slope)


@pytest.mark.parametrize(
    ("decrease", "curvature"), [(DECREASE, CURVATURE), (DECREASE, 1e-6), (0.1, 1e-2), (0.4, 1e-3)]
)
@pytest.mark.parametrize("name", FUNCTIONS)
@given(st.floats(1e-3, 1e3))
def test_its_trials_are_those_of_minpack(
    name: str, decrease: float, curvature: float, first: float
) -> None:
    """SciPy's translation of the program by Moré and Thuente; strict conditions try more."""
    dcsrch = pytest.importorskip("scipy.optimize._dcsrch")
    along, ours, theirs = FUNCTIONS[name], [], []

    def value(t: float) -> float:
        theirs.append(t)
        return along(t)[0]

    def counted(t: float) -> tuple[float, float]:
        ours.append(t)
        return along(t)

    limits = {"stpmin": 0.0, "stpmax": line_search.MAX_STEP}
    width = line_search.RELATIVE_WIDTH
    search = dcsrch.DCSRCH(value, lambda t: along(t)[1], decrease, curvature, width, **limits)
    search(first, *along(0.0), maxiter=20)
    with patch.multiple(line_search, DECREASE=decrease, CURVATURE=curvature):
        wolfe_step(counted, *along(0.0), first)
    common = min(len(ours), len(theirs))
    assert common > 0
    assert ours[:common] == pytest.approx(theirs[:common], rel=1e-7)


@pytest.mark.parametrize("name", FUNCTIONS)
@given(st.floats(1e-3, 1e3))
def test_a_narrow_bracket_ends_the_search_below_the_start(name: str, first: float) -> None:
    along = FUNCTIONS[name]
    value, slope = along(0.0)
    step = wolfe_step(along, value, slope, first)
    assert step is not None
    assert along(step)[0] <= value + DECREASE * step * slope


@given(st.floats(2.0, 1e6))
def test_an_overflow_is_stepped_back_from(first: float) -> None:
    def along(t: float) -> tuple[float, float]:
        return ((t - 1) ** 2, 2 * (t - 1)) if t < 1.5 else (math.inf, math.nan)

    step = wolfe_step(along, 1.0, -2.0, first)
    assert step is not None
    assert along(step)[0] < 1


def test_a_function_that_only_rises_has_no_step() -> None:
    trials = []

    def along(t: float) -> tuple[float, float]:
        trials.append(t)
        return t, 1.0

    assert wolfe_step(along, 0.0, -1.0, 1.0) is None  # its slope at 0 is a lie
    assert len(trials) == 20
