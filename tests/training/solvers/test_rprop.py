"""Rprop against the rules of its paper, applied to one parameter after the other."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop import InputError
from clearprop.training.solvers.rprop import Rprop
from clearprop.training.stopping import StopReason


class Bowl:
    """Stands for an objective: a skewed quadratic function of θ."""

    def __init__(self, A):
        self.A = A

    def gradient(self, theta):
        return float(theta @ self.A @ theta / 2), self.A @ theta


def one_by_one(function, w, steps, grow, shrink, largest, smallest, first):
    """Return the points after each iteration of iRprop⁺, by loops over single weights."""
    n, points = len(w), []
    delta, moved, slope_before, error_before = [first] * n, [0.0] * n, [0.0] * n, np.inf
    for _ in range(steps):
        error, slopes = function.gradient(np.array(w))
        slopes = list(slopes)
        for i in range(n):
            if slope_before[i] * slopes[i] > 0:
                delta[i] = min(delta[i] * grow, largest)
                moved[i] = -np.sign(slopes[i]) * delta[i]
                w[i] += moved[i]
            elif slope_before[i] * slopes[i] < 0:
                delta[i] = max(delta[i] * shrink, smallest)
                if error > error_before:
                    w[i] -= moved[i]
                slopes[i] = 0.0
            else:
                moved[i] = -np.sign(slopes[i]) * delta[i]
                w[i] += moved[i]
        slope_before, error_before = slopes, error
        points.append(list(w))
    return points


SETTINGS = [
    {},
    {"increase": 1.5, "decrease": 0.3, "initial_step": 0.4},
    {"max_step": 0.1, "min_step": 0.02},
]


@pytest.mark.parametrize("settings", SETTINGS)
@given(st.integers(0, 10**6))
def test_its_points_are_those_of_the_rules(settings, seed):
    random = np.random.default_rng(seed)
    B = random.normal(size=(4, 4))
    function, start = Bowl(B @ B.T + 0.1 * np.eye(4)), random.normal(size=4)
    solver = Rprop(**settings)
    numbers = (
        solver.increase, solver.decrease, solver.max_step, solver.min_step, solver.initial_step
    )  # fmt: skip
    state = solver.init(function, start.copy())
    for expected in one_by_one(function, list(start), 40, *numbers):
        following = solver.step(function, state)
        if isinstance(following, StopReason):
            assert following.name == "min_step"
            assert (state.length * solver.decrease <= solver.min_step).all()
            break
        state = following
        np.testing.assert_allclose(state.theta, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("increase", 1.0),
        ("decrease", 1.0),
        ("decrease", 0.0),
        ("initial_step", 51.0),
        ("initial_step", 1e-13),
    ],
)
def test_settings_at_their_bounds_are_refused(setting, value):
    with pytest.raises(InputError, match=f"`{setting}`"):
        Rprop(**{setting: value})


def test_equal_bounds_make_steps_of_one_length():
    Rprop(initial_step=0.1, min_step=0.1, max_step=0.1)
    with pytest.raises(InputError, match="`initial_step`"):
        Rprop(min_step=0.0)


@pytest.mark.parametrize(("moving", "ends"), [(1e-12, True), (1e-6, False)])
def test_it_ends_once_all_that_still_moves_takes_the_shortest_steps(moving, ends):
    """A parameter without a slope does not move, however long its step would be."""
    function = Bowl(np.diag([1.0, 0.0]))
    state = Rprop().init(function, np.array([1.0, 1.0]))
    state = replace(state, length=np.array([moving, 0.07]))
    following = Rprop().step(function, state)
    assert isinstance(following, StopReason) == ends
