"""Levenberg-Marquardt: its steps, its samples of rows, its limits."""

import itertools
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from clearprop import InputError, Layer, Network, Objective
from clearprop.training import SOLVERS
from clearprop.training.solvers.levenberg_marquardt import FAILS_TO_DOUBLE, SLOW
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
    made = curve()  # of 80 rows
    plain = solve("levenberg_marquardt", made.objective, made.start, max_epochs=20)
    for size in (80, 10_000):
        solver = f"levenberg_marquardt(batch_size={size})"
        sampled = solve(solver, made.objective, made.start, max_epochs=20)
        assert np.array_equal(sampled.best_theta, plain.best_theta)


@pytest.mark.parametrize(
    ("value", "failed", "doubled"),
    [
        (-1.0, 0, False),
        (1e9, 0, False),
        (1e9, FAILS_TO_DOUBLE - 1, True),
        (np.inf, 0, True),
        (np.nan, 0, True),
    ],
)
def test_a_sample_is_doubled_where_it_leads_nowhere(monkeypatch, value, failed, doubled):
    objective, start = noisy()
    solver = SOLVERS.make("levenberg_marquardt(batch_size=100)")
    state = solver.init(objective, start)
    state = replace(state, value=0.0, sampling=replace(state.sampling, failed=failed))
    gradient = Objective.gradient

    def of_all_rows(self, theta):
        return (value, np.zeros(len(theta))) if self is objective else gradient(self, theta)

    monkeypatch.setattr(Objective, "gradient", of_all_rows)
    after = solver.step(objective, state).sampling
    assert after.batch_size == (200 if doubled else 100)
    assert after.failed == (0 if doubled or value < 0 else failed + 1)


@pytest.mark.parametrize(
    ("settings", "units", "seed"), [("batch_size=30, kicks=8", 4, 2), ("kicks=8", 3, 5)]
)
def test_kicks_lead_to_lower_minima_and_never_back(settings, units, seed):
    X = np.linspace(-1, 1, 60)[:, None]
    network = Network(1, [Layer(units, "tanh"), Layer(1)])  # too few for so many bends
    objective = Objective(network, 1.7 * X, (np.sinc(8 * X) - 0.1) / 0.3)
    start = network.initialize(seed=seed).vector
    plain = solve("levenberg_marquardt", objective, start, max_epochs=200)
    kicked = solve(f"levenberg_marquardt({settings})", objective, start, max_epochs=200)
    values = kicked.history.column("loss")
    assert all(after <= before for before, after in itertools.pairwise(values))
    assert values[-1] < 0.7 * plain.history[-1].loss


def test_a_kick_begins_anew_near_the_best(monkeypatch):
    objective, start = noisy()
    solver = SOLVERS.make("levenberg_marquardt(batch_size=100, kicks=2)")
    state = solver.init(objective, start)
    state = replace(state, sampling=replace(state.sampling, mark=0.0, slow=SLOW - 1))
    after = solver.step(objective, state)
    assert after.sampling.kicks == 1
    assert after.sampling.batch_size == 100
    assert after.scale is None
    assert after.damping == solver.init(objective, start).damping
    factors = after.sampling.theta[after.theta != 0] / after.theta[after.theta != 0]
    assert np.std(factors) == pytest.approx(0.3, rel=0.4)


def test_negative_kicks_are_refused():
    with pytest.raises(InputError, match=r"`kicks` .*negative.*try: "):
        SOLVERS.make("levenberg_marquardt(kicks=-1)")
