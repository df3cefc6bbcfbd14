"""Descent by mini-batches: how epochs are grouped into calls of the engine changes nothing."""

from dataclasses import replace

import numpy as np
import pytest

import clearprop as cp
from clearprop.backprop.descent import Descent
from clearprop.training import MiniBatches, Stopping, TrainingConfig, train
from clearprop.training.descending import MiniBatchDescent
from clearprop.training.monitor import Monitor
from clearprop.training.schedules import Adaptive, InverseScaling
from clearprop.training.solvers import make_solver

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 2))
Y = (X[:, :1] * X[:, 1:] > 0).astype(float)
NETWORK = cp.Network(2, [cp.Layer(4, "tanh"), cp.Layer(1, "sigmoid")], "binary_cross_entropy")
LINEAR = cp.Network(2, [cp.Layer(1)])

ENDINGS = {
    "max_epochs": ({"stopping": Stopping(700)}, "epochs"),
    "one epoch": ({"stopping": Stopping(1)}, "epochs"),
    "goal": ({"stopping": Stopping(3000, goal=0.3)}, "goal"),
    "plateau": ({"stopping": Stopping(5000, plateau=7, tolerance=1e-3)}, "plateau"),
    "divergence": ({"network": LINEAR, "solver": "sgd(learning_rate=3.0)"}, "divergence"),
    "in order": ({"stopping": Stopping(300), "minibatches": MiniBatches(shuffle=False)}, ""),
    "penalty": ({"stopping": Stopping(300), "weight_decay": 1e-3}, ""),
}


@pytest.mark.parametrize(("settings", "ending"), ENDINGS.values(), ids=ENDINGS)
def test_looking_at_every_epoch_changes_nothing(settings, ending):
    settings = {"solver": "sgd(learning_rate=0.5)", "batch_size": 10, "seed": 3} | settings
    network = settings.pop("network", NETWORK)
    singly = []
    watched = train(network, X, Y, TrainingConfig(observe=singly.append, **settings))
    at_once = train(network, X, Y, TrainingConfig(**settings))
    assert list(watched.history) == singly
    records = [[vars(r) | {"seconds": 0} for r in run.history] for run in (watched, at_once)]
    np.testing.assert_equal(records[1], records[0])
    assert at_once.stop_reason == watched.stop_reason
    assert ending in ("", watched.stop_reason.name)
    assert at_once.best_epoch == watched.best_epoch
    np.testing.assert_array_equal(at_once.parameters.vector, watched.parameters.vector)
    seconds = [record.seconds for record in at_once.history]
    assert seconds == sorted(seconds)
    assert 0 < seconds[0] <= seconds[-1] <= at_once.seconds


def test_a_plateau_reduces_the_rate_of_an_adaptive_schedule():
    schedule = Adaptive(divisor=4, least=0.02)
    stopping = Stopping(1000, plateau=3, tolerance=1e9)  # no epoch makes enough progress
    config = TrainingConfig(
        solver="sgd(learning_rate=0.5)",
        seed=0,
        stopping=stopping,
        minibatches=MiniBatches(rates=schedule),
    )
    result = train(NETWORK, X, Y, config)
    rates = [record.details["learning_rate"] for record in result.history]
    # the first epoch always lowers an objective that was infinite before
    assert rates == [0.5] * 4 + [0.125] * 3 + [0.03125] * 3 + [0.0078125] * 3
    assert result.stop_reason.name == "plateau"


def test_divergence_leaves_parameters_no_worse_than_the_first_ones():
    def up_to(epochs):
        config = TrainingConfig(
            solver="sgd(learning_rate=3.0)", batch_size=10, seed=3, stopping=Stopping(epochs)
        )
        return train(LINEAR, X, Y, config)

    first = LINEAR.loss(up_to(0).parameters, X, Y)
    for epochs in (5, 10**6):
        diverged = up_to(epochs)
        assert diverged.stop_reason.name == "divergence"
        assert LINEAR.loss(diverged.parameters, X, Y) <= first


def test_a_loss_that_overflows_leaves_parameters_no_worse_than_the_first():
    config = TrainingConfig(solver="sgd(learning_rate=3.0)", batch_size=40, seed=3)
    diverged = train(LINEAR, X, Y, config)
    assert diverged.stop_reason.name == "divergence"
    assert not np.isfinite(diverged.history[-1].loss)
    first = train(LINEAR, X, Y, replace(config, stopping=Stopping(0)))
    losses = [LINEAR.loss(result.parameters, X, Y) for result in (diverged, first)]
    assert losses[0] <= losses[1]


def test_parameters_that_overflow_before_the_loss_leave_the_last_finite_ones():
    """Weights of inputs that are always 0 decay by a factor of -18.8; no loss tells of it."""
    start = LINEAR.initialize(seed=5)
    config = TrainingConfig(
        solver="adamw(learning_rate=20, weight_decay=0.99)",
        seed=3,
        scale_inputs="none",
        scale_targets="none",
        stopping=Stopping(10**6, goal=-np.inf),
    )
    diverged = train(LINEAR, 0 * X, 0 * Y, config, start=start)
    assert diverged.stop_reason.name == "divergence"
    with np.errstate(over="ignore"):
        weights = start["W1"] * (1 - 20 * 0.99) ** np.arange(300.0)[:, None, None]
    finite = weights[np.isfinite(weights).all(axis=(1, 2))]
    assert 200 < len(finite) < 300
    np.testing.assert_allclose(diverged.parameters["W1"], finite[-1], rtol=1e-9)


def test_a_penalty_is_that_of_the_parameters_before_each_step():
    """One batch an epoch: the first record has the penalty of the start, the second that after."""
    start = NETWORK.initialize(seed=5)
    config = TrainingConfig(
        solver="sgd(learning_rate=0.5)",
        batch_size=40,
        seed=3,
        scale_inputs="none",
        weight_decay=0.1,
        stopping=Stopping(1),
    )
    after = train(NETWORK, X, Y, config, start=start).parameters
    two = train(NETWORK, X, Y, replace(config, stopping=Stopping(2)), start=start)
    expected = [
        0.05 * sum(float((p[name] ** 2).sum()) for name in ("W1", "W2")) for p in (start, after)
    ]
    np.testing.assert_allclose([record.penalty for record in two.history], expected, rtol=1e-12)


@pytest.mark.parametrize("before", [0, 60])
def test_a_schedule_counts_the_samples_of_earlier_trainings(before):
    config = TrainingConfig(
        solver="sgd(learning_rate=0.5)",
        seed=0,
        stopping=Stopping(3),
        minibatches=MiniBatches(rates=InverseScaling(), samples_seen=before),
    )
    rates = [r.details["learning_rate"] for r in train(NETWORK, X, Y, config).history]
    assert rates == pytest.approx([0.5 / (before + 40 * n + 1) ** 0.5 for n in range(3)])
    assert MiniBatches().samples_seen == 0


@pytest.mark.parametrize(("rows", "draws"), [(10, True), (39, True), (40, False), (99, False)])
def test_rows_are_shuffled_unless_one_batch_holds_them_all(rows, draws):
    random, untouched = np.random.default_rng(3), np.random.default_rng(3)
    config = TrainingConfig(solver="sgd", batch_size=rows, seed=random, stopping=Stopping(2))
    train(NETWORK, X, Y, config, start=NETWORK.initialize(seed=0))
    assert (random.random() != untouched.random()) == draws


@pytest.mark.parametrize(("epochs", "kept"), [(1, 1), (3, 0)])
def test_an_epoch_cut_short_is_kept_and_several_are_not(epochs, kept, monkeypatch):
    """Of several, it takes a moment only to come as far again."""
    theta = NETWORK.initialize(seed=0).vector
    objective, rule = cp.Objective(NETWORK, X, Y), make_solver("sgd")
    random, monitor = np.random.default_rng(0), Monitor(Stopping(9), 0)
    method = MiniBatchDescent(objective, Descent.start(theta), rule, 10, MiniBatches(), random)
    method.epochs_a_call = epochs

    def cut_short(descent, state, epochs, rate):
        descent.theta += 0.1
        raise KeyboardInterrupt

    monkeypatch.setattr(method, "run_engine", cut_short)
    with pytest.raises(KeyboardInterrupt):
        method.advance(method.init(), monitor)
    assert len(monitor.history) == kept
    if kept:
        np.testing.assert_allclose(monitor.best_theta, theta + 0.1)
        assert monitor.history[0].loss == pytest.approx(objective.data_loss(theta + 0.1))
