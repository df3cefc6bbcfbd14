"""Scaled conjugate gradients against the steps of Møller's algorithm, written down one by one."""

from dataclasses import replace

import numpy as np
import pytest

from clearprop import InputError
from clearprop.training.solvers.scaled_conjugate_gradient import ScaledConjugateGradient
from clearprop.training.stopping import StopReason


class Function:
    """Stands for an objective: a function of θ with its gradient."""

    def __init__(self, value, slopes):
        self.value, self.slopes = value, slopes

    def gradient(self, theta):
        return float(self.value(theta)), self.slopes(theta)


BOWL = np.array([[3.0, 1, 0], [1, 2, 0.5], [0, 0.5, 9]])
FUNCTIONS = {
    "bowl": (Function(lambda x: x @ BOWL @ x / 2, lambda x: BOWL @ x), [1.0, -2, 3]),
    # the Hessian is negative between the wells, where it starts
    "wells": (
        Function(lambda x: np.sum(x**4 / 4 - x**2 / 2), lambda x: x**3 - x),
        [0.1, -0.05, 0.2, -0.4, 0.02],
    ),
    "valley": (
        Function(
            lambda x: 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2,
            lambda x: np.array([
                -400 * x[0] * (x[1] - x[0] ** 2) - 2 * (1 - x[0]), 200 * (x[1] - x[0] ** 2)
            ]),
        ),
        [-1.2, 1.0],
    ),
}  # fmt: skip


def moeller(function, w, steps, sigma=5e-5, lam=5e-7):
    """Return the points after each successful step, by the numbered steps on page 530.

    k counts successful steps, so that a failed one does not bring the restart nearer.
    """
    points, lam_bar, success, k = [], 0.0, True, 1
    r = -function.slopes(w)
    p = r
    while len(points) < steps:
        squared = p @ p
        if success:  # 2
            sigma_k = sigma / np.sqrt(squared)
            s = (function.slopes(w + sigma_k * p) - function.slopes(w)) / sigma_k
            delta = p @ s
        delta = delta + (lam - lam_bar) * squared  # 3
        if delta <= 0:  # 4
            lam_bar = 2 * (lam - delta / squared)
            delta = -delta + lam * squared
            lam = lam_bar
        mu = p @ r  # 5
        alpha = mu / delta
        comparison = 2 * delta * (function.value(w) - function.value(w + alpha * p)) / mu**2  # 6
        if comparison >= 0:  # 7
            w = w + alpha * p
            r_new = -function.slopes(w)
            beta = (r_new @ r_new - r_new @ r) / mu
            p = r_new if k % len(w) == 0 else r_new + beta * p
            r, lam_bar, success = r_new, 0.0, True
            k += 1
            points.append(w)
            if comparison >= 0.75:
                lam = lam / 4
        else:
            lam_bar, success = lam, False
        if comparison < 0.25:  # 8
            lam = lam + delta * (1 - comparison) / squared
    return points


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("damping", [5e-7, 0.3])
def test_its_points_are_those_of_the_paper(name, damping):
    function, start = FUNCTIONS[name]
    solver = ScaledConjugateGradient(damping=damping)
    state = solver.init(function, np.array(start))
    for expected in moeller(function, np.array(start), 9, lam=damping):
        state = solver.step(function, state)
        np.testing.assert_allclose(state.theta, expected, rtol=1e-6, atol=1e-9)
        assert state.value == function.value(state.theta)
        assert state.gradient_norm == pytest.approx(np.linalg.norm(function.slopes(state.theta)))


def test_a_bowl_is_at_its_bottom_after_as_many_steps_as_it_has_axes():
    function, start = FUNCTIONS["bowl"]
    solver = ScaledConjugateGradient(damping=1e-15)
    state = solver.init(function, np.array(start))
    for _ in start:
        state = solver.step(function, state)
    assert np.abs(state.theta).max() < 1e-4


def test_the_damping_that_a_step_used_is_shown():
    function, start = FUNCTIONS["bowl"]
    solver = ScaledConjugateGradient(damping=0.5)
    first = solver.init(function, np.array(start))
    assert first.details == {"damping": 0.5}
    second = solver.step(function, first)
    assert second.details == {"damping": 0.5}
    assert second.damping == 0.125  # the model held


def test_it_ends_where_nothing_is_lower():
    function, start = FUNCTIONS["bowl"]
    solver = ScaledConjugateGradient()
    assert solver.step(function, solver.init(function, np.zeros(3))).name == "min_gradient"
    climbing = Function(function.value, lambda x: -function.slopes(x))
    reason = ScaledConjugateGradient(max_damping=1e3).step(
        climbing, solver.init(climbing, np.array(start))
    )
    assert isinstance(reason, StopReason)
    assert reason.name == "max_damping"
    broken = Function(lambda x: np.inf, function.slopes)
    assert solver.step(broken, solver.init(broken, np.array(start))).name == "divergence"


def test_a_gradient_of_length_1_is_no_minimum():
    function = FUNCTIONS["bowl"][0]
    start = np.linalg.solve(BOWL, [0.0, 1.0, 0.0])
    solver = ScaledConjugateGradient()
    state = solver.init(function, start)
    assert state.gradient_norm == pytest.approx(1)
    state = replace(state, direction=np.array([0.0, -1.0, 0.0]))
    assert solver.step(function, state).value < state.value


def test_a_direction_spoilt_by_rounding_is_replaced_by_the_steepest():
    function, start = FUNCTIONS["bowl"]
    solver = ScaledConjugateGradient()
    downhill = solver.init(function, np.array(start))
    uphill = replace(downhill, direction=downhill.gradient, since_restart=1)
    expected, found = solver.step(function, downhill), solver.step(function, uphill)
    np.testing.assert_array_equal(found.theta, expected.theta)
    np.testing.assert_array_equal(found.direction, expected.direction)
    assert found.since_restart == expected.since_restart == 1


@pytest.mark.parametrize("setting", ["sigma", "damping", "max_damping"])
def test_a_setting_of_0_is_refused(setting):
    with pytest.raises(InputError, match=f"`{setting}`"):
        ScaledConjugateGradient(**{setting: 0.0})
