"""Every solver in the catalogue, on every problem: it solves what it must and survives the rest."""

import dataclasses

import numpy as np
import pytest

from clearprop import InputError, Layer, Network
from clearprop.training import SOLVERS, Stopping, TrainingConfig, divide, train
from clearprop.training.solvers import make_solver
from solver_problems import HARD, SOLVABLE, curve, line, solve


@pytest.mark.parametrize("name", SOLVABLE)
@pytest.mark.parametrize("solver", SOLVERS)
def test_solves(solver, name):
    given = SOLVABLE[name]()
    monitor = solve(solver, given.objective, given.start)
    assert given.objective.data_loss(monitor.best_theta) < given.goal


@pytest.mark.parametrize("name", HARD)
@pytest.mark.parametrize("solver", SOLVERS)
def test_survives(solver, name):
    given = HARD[name]()
    try:
        monitor = solve(solver, given.objective, given.start, max_epochs=100)
    except InputError:  # a clear refusal is an answer
        return
    assert monitor.reason is not None
    assert np.isfinite(monitor.best_theta).all()
    loss, before = map(given.objective.data_loss, (monitor.best_theta, given.start))
    assert loss <= before
    assert loss < given.goal


@pytest.mark.parametrize("solver", SOLVERS)
def test_repeats_bit_for_bit(solver):
    given = curve()
    first, second = (solve(solver, given.objective, given.start, max_epochs=20) for _ in range(2))
    assert np.array_equal(first.best_theta, second.best_theta)
    assert first.history.column("loss") == second.history.column("loss")


@pytest.mark.parametrize("solver", SOLVERS)
def test_reports_the_start_and_leaves_it_alone(solver):
    given = curve()
    start = given.start.copy()
    monitor = solve(solver, given.objective, given.start, max_epochs=3)
    assert np.array_equal(start, given.start)
    assert monitor.history[0].loss == pytest.approx(given.objective.data_loss(start), rel=1e-12)
    assert [record.epoch for record in monitor.history] == [0, 1, 2, 3]
    assert monitor.reason.name == "epochs"


@pytest.mark.parametrize("solver", SOLVERS)
def test_reported_loss_is_that_of_the_parameters(solver):
    given = line()
    monitor = solve(solver, given.objective.with_penalty(0.0), given.start, max_epochs=7)
    last = monitor.history[-1].loss
    assert last == pytest.approx(given.objective.data_loss(monitor.best_theta), rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ({"goal": 0.05}, "goal"),
        ({"max_seconds": 0.0}, "time"),
        ({"min_gradient": 0.05}, "min_gradient"),
        ({"plateau": 3, "tolerance": 10.0}, "plateau"),
    ],
)
def test_every_rule_stops_it(solver, rules, reason):
    given = curve()
    assert solve(solver, given.objective, given.start, **rules).reason.name == reason


@pytest.mark.parametrize("solver", [name for name in SOLVERS if SOLVERS[name].patience])
def test_validation_stops_it(solver):
    random = np.random.default_rng(0)
    X = random.uniform(-1, 1, size=(40, 1))
    Y = np.sin(3 * X) + random.normal(scale=0.5, size=X.shape)
    made = Network(1, [Layer(25, "tanh"), Layer(1)])
    result = train(
        made,
        X,
        Y,
        TrainingConfig(
            solver=solver,
            seed=0,
            division=divide(40, fractions=(0.5, 0.5, 0), seed=0),
            stopping=Stopping(min_gradient=0, max_epochs=20_000),
        ),
    )
    assert result.stop_reason.name == "validation"
    lowest = min(record.validation_loss for record in result.history)
    assert result.history[result.best_epoch].validation_loss == lowest


@pytest.mark.parametrize("solver", SOLVERS)
def test_trains_in_float32(solver):
    X = np.linspace(-1, 1, 60)[:, None]
    network = Network(1, [Layer(6, "tanh"), Layer(1)], dtype="float32")
    result = train(
        network,
        X,
        np.sin(3 * X),
        TrainingConfig(solver=solver, seed=1, stopping=Stopping(max_epochs=200)),
    )
    assert result.parameters.vector.dtype == np.float32
    assert network.loss(result.parameters, X, np.sin(3 * X)) < 0.01


@pytest.mark.parametrize("solver", SOLVERS)
def test_settings_are_checked(solver):
    for setting in dataclasses.fields(SOLVERS[solver]):
        if isinstance(setting.default, float | int):
            with pytest.raises(InputError, match="try: "):
                make_solver(f"{solver}({setting.name}=-1)")


FACTS = {
    "order": {"levenberg_marquardt": 2, "bayesian_regularization": 2},
    "patience": {"bayesian_regularization": 0},
    "needs_smooth": {
        "levenberg_marquardt": True,
        "bayesian_regularization": True,
        "scaled_conjugate_gradient": True,
    },
    "finds_weight_decay": {"bayesian_regularization": True},
    "tests_convergence": {"lbfgs": True},
    "is_in_scikit_learn": {"lbfgs": True},
}
USUAL = {"order": 1, "patience": 6}
"""False for the others."""


@pytest.mark.parametrize("fact", FACTS)
def test_what_is_special_about_a_solver_is_so_of_no_other(fact):
    known = {name: getattr(SOLVERS[name], fact) for name in SOLVERS}
    assert known == dict.fromkeys(SOLVERS, USUAL.get(fact, False)) | FACTS[fact]
