"""Levenberg-Marquardt: its model, its damping, its samples, its limits."""

import itertools
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop import InputError, Layer, Network, Objective
from clearprop.training import SOLVERS
from clearprop.training.solvers.curvature import QuadraticModel
from clearprop.training.solvers.damping import Damping
from solver_problems import SOLVABLE, curve, noisy_line, random_rows, solve


def test_a_matrix_too_large_is_refused_before_it_is_made():
    network = Network(1000, [Layer(30, "tanh"), Layer(1)])  # P = 30,061
    objective = Objective(network, np.zeros((5, 1000)), np.zeros((5, 1)))
    start = network.initialize(seed=0).vector
    tracemalloc.start()
    with pytest.raises(
        InputError, match=r"30,061 × 30,061 .* 21\.7 GB.*limit is 2\.15 GB"
    ) as error:
        SOLVERS.make("levenberg_marquardt").init(objective, start)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "scaled_conjugate_gradient" in str(error.value)
    assert peak < 10**6


@pytest.mark.parametrize("name", SOLVABLE)
def test_no_step_raises_the_objective(name):
    made = SOLVABLE[name]()
    values = solve("levenberg_marquardt", made.objective, made.start).history.column("loss")
    assert all(after < before for before, after in itertools.pairwise(values))


@pytest.mark.parametrize("settings", ["scaling='identity'", "acceleration=0.0", "damping=10.0"])
def test_other_settings_solve_it_too(settings):
    made = curve()
    monitor = solve(f"levenberg_marquardt({settings})", made.objective, made.start)
    assert monitor.history[-1].loss < made.goal


def test_units_of_the_inputs_do_not_matter_with_marquardt_scaling():
    """θ₁ → θ₁ / s for x → s x is a change of variables under which the steps are the same."""
    made = curve()
    network, X, Y = made.objective.network, made.objective.X, made.objective.Y
    stretched = network.parameters(made.start.copy())
    stretched["W1"][:] /= 1000
    near = solve("levenberg_marquardt", made.objective, made.start, max_epochs=10)
    far = solve(
        "levenberg_marquardt", Objective(network, 1000 * X, Y), stretched.vector, max_epochs=10
    )
    assert far.history.column("loss") == pytest.approx(near.history.column("loss"), rel=1e-6)


def test_at_a_minimum_it_says_that_rounding_ends_it():
    made = noisy_line()
    monitor = solve("levenberg_marquardt", made.objective, made.start, min_gradient=0)
    assert monitor.reason.name == "rounding"


def test_where_no_step_helps_it_says_that_damping_ends_it():
    made = curve()
    solver = "levenberg_marquardt(damping=0.001, max_damping=0.0011, acceleration=0.0)"
    objective = made.objective
    start = np.random.default_rng(0).normal(scale=3, size=made.start.size)
    assert solve(solver, objective, start, min_gradient=0).reason.name == "max_damping"


def noisy(m=4000):
    X = random_rows(m, 2)
    Y = np.sin(X[:, :1]) + X[:, 1:] ** 2 + np.random.default_rng(9).normal(scale=0.3, size=(m, 1))
    network = Network(2, [Layer(8, "tanh"), Layer(1)])
    return Objective(network, X, Y), network.initialize(seed=0).vector


def test_samples_of_rows_end_where_all_rows_end():
    objective, start = noisy()
    sampled = solve("levenberg_marquardt(batch_size=100)", objective, start, max_epochs=150)
    plain = solve("levenberg_marquardt", objective, start, max_epochs=150)
    sizes = [size for size in sampled.history.column("batch_size") if size]
    assert sizes[0] == 100
    assert sorted(sizes) == sizes
    assert sampled.history[-1].details.get("batch_size") is None  # all rows in the end
    assert sampled.history[-1].loss == pytest.approx(plain.history[-1].loss, rel=0.02)


def test_samples_that_never_start_are_all_rows():
    made = curve()
    sampled = solve("levenberg_marquardt(batch_size=80)", made.objective, made.start)
    plain = solve("levenberg_marquardt", made.objective, made.start)
    assert np.array_equal(sampled.best_theta, plain.best_theta)


@given(st.floats(1e-3, 1.0), st.floats(1e-9, 1e3))
def test_damping_follows_the_gain_ratio(ratio, mu):
    refused = Damping(mu).after_refusal().after_refusal()
    assert refused.mu == pytest.approx(8 * mu)
    accepted = refused.after_acceptance(ratio)
    assert accepted.mu == pytest.approx(8 * mu * max(1 / 3, 1 - (2 * ratio - 1) ** 3))
    assert accepted.after_refusal().mu == pytest.approx(2 * accepted.mu)


@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(0, 6))
def test_the_damped_step_minimises_the_damped_model(seed, P, rank):
    random = np.random.default_rng(seed)
    J = random.normal(size=(rank, P))
    model = QuadraticModel(1.0, random.normal(size=P), J.T @ J)
    damping = random.uniform(0.1, 1, size=P)
    step = model.damped(damping).solve(-model.gradient)
    residual = (model.matrix + np.diag(damping)) @ step + model.gradient
    assert np.abs(residual).max() < 1e-9
    assert model.predicted_decrease(step) > 0 or not model.gradient.any()


def test_a_singular_matrix_has_a_shortest_step():
    J = np.array([[1.0, 1.0, 0.0]])
    model = QuadraticModel(1.0, J.T[:, 0].copy(), J.T @ J)
    assert model.damped(np.zeros(3)) is None
    assert model.least_squares_step() == pytest.approx([-0.5, -0.5, 0])
