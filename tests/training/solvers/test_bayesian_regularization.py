"""Bayesian regularisation finds the curve, whatever draws the first weights and scales the data."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from clearprop import InputError, Layer, Network, Objective
from clearprop.search import train_restarts
from clearprop.training import Stopping, TrainingConfig, train
from clearprop.training.solvers import SOLVERS
from clearprop.training.solvers.bayesian_regularization import BayesianRegularization
from clearprop.training.solvers.evidence_ascent import Ascent
from clearprop.training.stopping import StopReason


def oscillating(x):
    return np.sin(2 * np.pi * x)


def curve(f, m, noise, seed, low=-1.0, high=1.0):
    x = np.linspace(low, high, m)[:, None]
    return x, f(x) + noise * np.random.default_rng(seed).normal(size=x.shape), f


CURVES = {
    "a sine with noise": (curve(oscillating, 41, 0.1, 1), 20, 0.08),
    "a sine of many rows": (curve(lambda x: np.sin(5 * x), 400, 0.1, 2), 10, 0.03),
    "a sine without noise": (curve(lambda x: np.sin(6 * x), 60, 0.0, 3), 10, 0.002),
    "a damped oscillation in other units": (
        curve(lambda x: 300 + 250 * np.exp(-x / 8) * np.cos(2 * x), 120, 10.0, 4, 0.0, 20.0),
        15,
        8.0,
    ),
}
STARTS = ["nguyen_widrow", "xavier", "he", "normal"]
SCALINGS = ["minmax", "standardize"]


def network_of(units, inputs=1):
    return Network(inputs, [Layer(units, "tanh"), Layer(1)])


def rmse(result, x, f):
    return float(np.sqrt(np.mean((result.network.forward(result.parameters, x) - f(x)) ** 2)))


@pytest.mark.parametrize(("scaling", "start"), list(itertools.product(SCALINGS, STARTS)))
@pytest.mark.parametrize("name", CURVES)
def test_curves_are_found_from_every_start_in_every_scaling(name, scaling, start):
    (x, y, f), units, limit = CURVES[name]
    config = TrainingConfig(
        solver="bayesian_regularization",
        initializer=start,
        seed=0,
        scale_inputs=scaling,
        scale_targets=scaling,
        stopping=Stopping(max_epochs=250),
    )
    assert rmse(train(network_of(units), x, y, config), x, f) < limit


def test_a_surface_is_found():
    random = np.random.default_rng(0)
    X = random.uniform(-1, 1, (300, 2))
    true = np.sinc(2.5 * np.hypot(*X.T))[:, None]
    Y = true + 0.05 * random.normal(size=true.shape)
    config = TrainingConfig(solver="bayesian_regularization", seed=0)
    result = train(network_of(25, 2), X, Y, config)
    found = result.network.forward(result.parameters, X)
    assert np.sqrt(np.mean((found - true) ** 2)) < 0.04


def test_spirals_are_told_apart():
    turn = np.linspace(0.5, 3.0, 60)
    arm = turn[:, None] * np.column_stack([np.cos(2.2 * turn), np.sin(2.2 * turn)])
    X, Y = np.vstack([arm, -arm]), np.repeat([[0.0], [1.0]], 60, axis=0)
    network = Network(2, [Layer(20, "tanh"), Layer(1, "sigmoid")], "binary_cross_entropy")
    result = train(network, X, Y, TrainingConfig(solver="bayesian_regularization", seed=0))
    assert ((network.forward(result.parameters, X) > 0.5) == (Y > 0.5)).all()


@pytest.mark.parametrize(("slope", "most"), [(2.0, 0.12), (0.0, 0.12)])
def test_a_line_stays_a_line_and_noise_is_not_learnt(slope, most):
    x, y, f = curve(lambda x: slope * x, 80, 0.3, 5)
    config = TrainingConfig(solver="bayesian_regularization", seed=0)
    result = train(network_of(10), x, y, config)
    assert rmse(result, x, f) < most
    assert result.history[-1].details["effective_parameters"] < 5


def test_noise_is_not_learnt_by_a_network_of_as_many_parameters_as_rows():
    random = np.random.default_rng(1)
    X = random.normal(size=(700, 8))
    true = X[:, :1] + 0.5 * X[:, 1:2] * X[:, 2:3]
    Y = true + random.normal(size=true.shape)
    config = TrainingConfig(solver="bayesian_regularization", seed=1)
    result = train(network_of(30, 8), X[:300], Y[:300], config)
    error = result.network.forward(result.parameters, X[300:]) - true[300:]
    assert np.sqrt(np.mean(error**2)) < 0.8  # the noise has 1


def test_one_way_goes_on_after_the_race_and_each_can_be_asked_for():
    (x, y, _), units, _ = CURVES["a sine with noise"]
    network, theta = network_of(units), network_of(units).initialize(seed=0).vector
    objective = Objective(network, x, y)
    for rule, ways in (
        ("bayesian_regularization", 3),
        ("bayesian_regularization(beginning='held')", 1),
        ("bayesian_regularization(beginning='free')", 1),
        ("bayesian_regularization(beginning='spread')", 1),
    ):
        solver = SOLVERS.make(rule)
        state = solver.init(objective, theta)
        assert len(state.ways) == ways
    state = SOLVERS.make("bayesian_regularization").init(objective, theta)
    for iteration in range(1, 45 + 1):
        state = SOLVERS.make("bayesian_regularization").step(objective, state)
        assert len(state.ways) == (3 if iteration < 45 else 1)


def test_units_are_not_spread_where_they_cannot_be():
    X = np.random.default_rng(0).normal(size=(30, 6))
    many, unbounded = network_of(4, 6), Network(1, [Layer(4, "softplus"), Layer(1)])
    straight = Network(1, [Layer(1)])
    for network, ways in ((many, 2), (unbounded, 2), (straight, 1)):
        objective = Objective(network, X[:, : network.inputs], X[:, :1])
        state = SOLVERS.make("bayesian_regularization").init(
            objective, network.initialize(seed=0).vector
        )
        assert len(state.ways) == ways


def test_matrices_of_several_ways_stay_within_the_memory():
    network = network_of(20)
    P = network.parameter_count
    x = np.linspace(-1, 1, 20)[:, None]
    little = SOLVERS.make(f"bayesian_regularization(memory={4 * 8 * P**2})")
    assert len(little.init(Objective(network, x, x), network.initialize(seed=0).vector).ways) == 1


def test_an_unknown_beginning_is_refused():
    with pytest.raises(InputError, match=r"`beginning` \(='slow'\)"):
        SOLVERS.make("bayesian_regularization(beginning='slow')")


def test_a_start_that_has_failed_is_not_averaged():
    """Held back, some starts of this curve end as a constant."""
    (x, y, f), units, _ = CURVES["a sine without noise"]
    config = TrainingConfig(
        solver="bayesian_regularization(beginning='held')", initializer="nguyen_widrow", seed=3
    )
    result = train_restarts(network_of(units), x, y, config, restarts=6)
    losses = [member.expected_loss for member in result.members]
    assert losses == sorted(losses)
    assert losses[-1] <= 2 * losses[0]
    assert rmse(result, x, f) < rmse(train(network_of(units), x, 0 * y, config), x, f)


def test_each_beginning_has_its_decay_and_its_caution():
    rule = BayesianRegularization(damping=0.01, max_damping=1e5, tolerance=0.5, groups="layers")
    held, free, spread = map(rule._ascent, ("held", "free", "spread"))
    assert [(way.decay, way.first_steps) for way in (held, free, spread)] == [
        (3e-3, 10), (3e-6, 30), (3e-6, 30),
    ]  # fmt: skip
    assert [way.marquardt.damping for way in (held, free, spread)] == [0.01, 0.01, 1.0]
    assert [way.marquardt.scaling for way in (held, spread)] == ["marquardt", "identity"]
    assert replace(rule, damping=7.0)._ascent("spread").marquardt.damping == 7
    assert {way.marquardt.max_damping for way in (held, free, spread)} == {1e5}
    assert {way.marquardt.acceleration for way in (held, free, spread)} == {0}
    assert (held.groups, held.tolerance) == ("layers", 0.5)


@pytest.mark.parametrize(
    ("ended", "left"),
    [((), 3), (("held",), 3), (("held", "free"), 3), (("held", "free", "spread"), 1)],
)
def test_ways_go_on_until_all_have_ended_and_the_best_stays(ended, left, monkeypatch):
    (x, y, _), units, _ = CURVES["a sine with noise"]
    network, rule = network_of(units), BayesianRegularization()
    objective = Objective(network, x, y)
    state = rule.init(objective, network.initialize(seed=0).vector)
    expected = {"held": 3.0, "free": 1.0, "spread": 2.0}
    ways = {name: replace(way, expected_loss=expected[name]) for name, way in state.ways.items()}
    state, reason = replace(state, **ways), StopReason.of("exact")
    names = {id(way): name for name, way in state.ways.items()}
    monkeypatch.setattr(
        Ascent, "step", lambda self, _, way: reason if names[id(way)] in ended else way
    )
    following = rule.step(objective, state)
    assert len(following.ways) == left
    assert following.iterations == 1
    if left == 1:
        assert list(following.ways) == ["free"]
        assert rule.step(objective, following) is reason


def test_the_best_way_is_that_of_the_highest_evidence():
    (x, y, _), units, _ = CURVES["a sine with noise"]
    network, rule = network_of(units), BayesianRegularization()
    state = rule.init(Objective(network, x, y), network.initialize(seed=0).vector)
    for best in ("held", "free", "spread"):
        ways = {
            name: replace(
                way, hyperparameters=replace(way.hyperparameters, log_evidence=float(name == best))
            )
            for name, way in state.ways.items()
        }
        assert replace(state, **ways).details == ways[best].details
