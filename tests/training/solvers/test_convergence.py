"""How fast each solver must be where theory says how fast: quadratics, and near a minimum."""

import numpy as np
import pytest

from clearprop import Layer, Network, Objective
from solver_problems import noisy_line, random_rows, solve


def exact(objective):
    """Return the parameters of least squares, by NumPy."""
    ones = np.ones((len(objective.X), 1))
    found, *_ = np.linalg.lstsq(np.hstack([objective.X, ones]), objective.Y, rcond=None)
    return found.ravel()


@pytest.mark.parametrize(
    ("solver", "steps"),
    [
        ("levenberg_marquardt(damping=1e-14)", 1),
        ("levenberg_marquardt(damping=1e-14, scaling='identity')", 1),
        ("levenberg_marquardt", 8),
        ("scaled_conjugate_gradient", 6),  # P = 5, and one for the curvature's difference
        ("lbfgs", 12),
    ],
)
def test_a_quadratic_is_solved_in_the_expected_number_of_steps(solver, steps):
    given = noisy_line()
    monitor = solve(solver, given.objective, given.start, max_epochs=steps)
    assert monitor.best_theta == pytest.approx(exact(given.objective), rel=1e-5)


def near_a_minimum():
    """Targets from a network of the same kind: at its parameters the residuals are 0."""
    network = Network(2, [Layer(2, "tanh"), Layer(1)])
    truth = np.array([1.0, -0.5, 0.7, 1.2, 0.3, -0.4, 1.0, -1.5, 0.2])
    X = random_rows(50, 2)
    return Objective(network, X, network.forward(truth, X)), truth, truth + 0.03


def gradient_norms(solver, **rules):
    objective, _, start = near_a_minimum()
    monitor = solve(solver, objective, start, **{"min_gradient": 1e-13} | rules)
    return [norm for norm in monitor.history.column("gradient_norm") if norm > 1e-13]


def test_undamped_levenberg_marquardt_converges_quadratically():
    norms = np.log(gradient_norms("levenberg_marquardt(damping=1e-14, acceleration=0.0)"))
    orders = np.diff(norms)[1:] / np.diff(norms)[:-1]
    assert orders[0] > 1.8


def test_acceleration_converges_faster_still():
    plain = gradient_norms("levenberg_marquardt(damping=1e-14, acceleration=0.0)")
    accelerated = gradient_norms("levenberg_marquardt(damping=1e-14)")
    assert accelerated[2] < plain[2]


def test_damped_levenberg_marquardt_converges_superlinearly():
    norms = np.array(gradient_norms("levenberg_marquardt(acceleration=0.0)"))
    ratios = norms[1:] / norms[:-1]
    assert ratios[-1] < ratios[1] < 0.5


@pytest.mark.parametrize("solver", ["levenberg_marquardt", "scaled_conjugate_gradient", "rprop"])
def test_finds_the_parameters_that_made_the_data(solver):
    objective, truth, start = near_a_minimum()
    monitor = solve(solver, objective, start, max_epochs=3000, min_gradient=1e-11)
    assert monitor.best_theta == pytest.approx(truth, rel=1e-5)
