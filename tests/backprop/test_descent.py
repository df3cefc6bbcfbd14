"""Descent by mini-batches in either engine, against the same epochs written out by hand."""

import numpy as np
import pytest

from clearprop import Layer, Network, Objective
from clearprop.backprop.descent import Descent, Schedule
from clearprop.updates import UPDATES

m, BATCH = 11, 4  # the last batch has 3 rows
RATE, MOMENTUM = 0.1, 0.7
by_either_engine = pytest.mark.parametrize("engine", ["reference", "compiled"])


def problem(engine: str, reduction: str, dtype: str = "float64"):
    random = np.random.default_rng(3)
    network = Network(
        2, [Layer(3, "tanh"), Layer(2, "sigmoid")], reduction=reduction, dtype=dtype, engine=engine
    )
    X, Y = random.normal(size=(m, 2)).astype(dtype), random.uniform(size=(m, 2)).astype(dtype)
    orders = np.stack([random.permutation(m) for _ in range(3)])
    return network, network.initialize("xavier", seed=1).vector, X, Y, orders


def schedule_of(orders, rule, network, penalty=0.0, sample_weight=None) -> Schedule:
    everywhere = np.full(network.parameter_count, penalty, network.dtype)
    return Schedule(orders, BATCH, rule, network.reduction, everywhere, sample_weight)


def by_hand(network, theta, X, Y, orders, penalty, weights):
    """Return the losses of the epochs and θ after them, by momentum on the gradient of a batch."""
    theta, velocity, losses = theta.copy(), 0.0, []
    per_row = np.ones(m) if weights is None else weights
    alone = Network(network.inputs, network.layers, network.loss_rule, "sum")
    for order in orders:
        losses.append(0.0)
        for start in range(0, m, BATCH):
            rows = order[start : start + BATCH]
            loss, gradient = alone.gradient(theta, X[rows], Y[rows], per_row[rows])
            gradient = gradient.vector.copy()
            if network.reduction == "mean":
                losses[-1] += loss / per_row.sum()
                gradient = gradient / per_row[rows].sum() + penalty * theta
            else:
                losses[-1] += loss
                gradient += penalty * theta * len(rows) / m
            velocity = MOMENTUM * velocity - RATE * gradient
            theta += velocity
    return losses, theta


@by_either_engine
@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("penalty", [0.0, 0.3])
@pytest.mark.parametrize("weighted", [False, True])
def test_epochs_agree_with_a_hand_written_loop(
    engine: str, reduction: str, penalty: float, weighted: bool
) -> None:
    network, theta, X, Y, orders = problem(engine, reduction)
    weights = np.random.default_rng(5).uniform(0.5, 2, m) if weighted else None
    rule = UPDATES["sgd"](RATE, MOMENTUM)
    descent = Descent.start(theta)
    losses = network.engine.run_epochs(
        descent, X, Y, schedule_of(orders, rule, network, penalty, weights)
    )
    right_losses, right = by_hand(network, theta, X, Y, orders, penalty, weights)
    np.testing.assert_allclose(descent.theta, right, rtol=1e-12)
    np.testing.assert_allclose(losses, right_losses, rtol=1e-12)
    assert descent.steps == 9


@by_either_engine
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_the_penalties_of_the_batches_add_up_to_the_objectives(engine: str, reduction: str) -> None:
    network, theta, X, Y, orders = problem(engine, reduction)
    penalty = np.full(network.parameter_count, 0.3)
    # so small a step that all batches of the epoch see nearly the same θ
    descent = Descent.start(theta)
    rule = UPDATES["sgd"](1e-9)
    network.engine.run_epochs(descent, X, Y, schedule_of(orders[:1], rule, network, 0.3))
    _, gradient = Objective(network, X, Y, penalty=penalty).gradient(theta)
    if reduction == "sum":
        np.testing.assert_allclose((theta - descent.theta) / 1e-9, gradient, rtol=1e-5, atol=1e-6)
    else:  # batches of 4, 4 and 3 rows, each a mean of its own
        batches = [orders[0][start : start + BATCH] for start in range(0, m, BATCH)]
        parts = [Objective(network, X[rows], Y[rows], penalty) for rows in batches]
        total = sum(part.gradient(theta)[1] for part in parts)
        np.testing.assert_allclose((theta - descent.theta) / 1e-9, total, rtol=1e-5, atol=1e-6)


@by_either_engine
@pytest.mark.parametrize("text", list(UPDATES))
def test_epochs_one_by_one_are_epochs_at_once(engine: str, text: str) -> None:
    network, theta, X, Y, orders = problem(engine, "mean")
    rule = UPDATES.make(text)
    at_once, one_by_one = Descent.start(theta), Descent.start(theta)
    together = network.engine.run_epochs(at_once, X, Y, schedule_of(orders, rule, network))
    alone = [
        network.engine.run_epochs(one_by_one, X, Y, schedule_of(order[None], rule, network))[0]
        for order in orders
    ]
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(at_once.theta, one_by_one.theta)
    np.testing.assert_array_equal(at_once.slots, one_by_one.slots)
    assert at_once.steps == one_by_one.steps


@by_either_engine
def test_one_batch_of_all_rows_is_gradient_descent(engine: str) -> None:
    network, theta, X, Y, _ = problem(engine, "mean")
    rule = UPDATES["sgd"](0.5)
    penalty = np.zeros(theta.size)
    descent = Descent.start(theta)
    order = np.arange(m)[None]
    losses = network.engine.run_epochs(descent, X, Y, Schedule(order, 100, rule, "mean", penalty))
    loss, gradient = network.gradient(theta, X, Y)
    assert losses[0] == pytest.approx(loss, rel=1e-14)
    np.testing.assert_allclose(descent.theta, theta - 0.5 * gradient.vector, rtol=1e-13)


@by_either_engine
def test_a_descent_starts_from_a_copy(engine: str) -> None:
    network, theta, X, Y, orders = problem(engine, "sum")
    before, descent = theta.copy(), Descent.start(theta)
    copied = descent.copy()
    network.engine.run_epochs(descent, X, Y, schedule_of(orders, UPDATES["adam"](), network))
    np.testing.assert_array_equal(theta, before)
    np.testing.assert_array_equal(copied.theta, before)
    assert not copied.slots.any()
    assert copied.steps == 0


@by_either_engine
def test_rows_of_no_weight_change_nothing(engine: str) -> None:
    network, theta, X, Y, _ = problem(engine, "mean")
    weights = np.ones(m)
    weights[:BATCH] = 0  # all rows of the first batch
    orders, rule = np.arange(m)[None], UPDATES["sgd"](RATE)
    descent, fewer = Descent.start(theta), Descent.start(theta)
    losses = network.engine.run_epochs(
        descent, X, Y, schedule_of(orders, rule, network, sample_weight=weights)
    )
    alone = network.engine.run_epochs(
        fewer, X[BATCH:], Y[BATCH:], schedule_of(orders[:, : m - BATCH], rule, network)
    )
    np.testing.assert_allclose(descent.theta, fewer.theta, rtol=1e-14)
    np.testing.assert_allclose(losses, alone, rtol=1e-14)


@by_either_engine
@pytest.mark.parametrize("text", list(UPDATES))
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_float32_stays_float32(engine: str, text: str, reduction: str) -> None:
    network, theta, X, Y, orders = problem(engine, reduction, "float32")
    weights = np.ones(m, np.float32)
    rule = UPDATES.make(text)
    descent = Descent.start(theta)
    network.engine.run_epochs(
        descent, X, Y, schedule_of(orders, rule, network, np.float32(0.1), weights)
    )
    assert descent.theta.dtype == descent.slots.dtype == np.float32

    exact, theta, X, Y, _ = problem(engine, reduction)
    double = Descent.start(theta)
    exact.engine.run_epochs(double, X, Y, schedule_of(orders, rule, exact, 0.1))
    np.testing.assert_allclose(descent.theta, double.theta, atol=2e-3)
