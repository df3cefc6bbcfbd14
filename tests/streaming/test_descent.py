"""Descent over piles, against descent over the same rows in memory."""

import numpy as np
import pytest

import clearprop as cp
from clearprop.backprop.descent import Descent
from clearprop.network.penalized_loss import penalty_vector
from clearprop.streaming.cache import Cache, name_of
from clearprop.streaming.descent import PileDescent
from clearprop.streaming.parts import TRAIN
from clearprop.training.minimizing import minimize
from clearprop.training.monitor import Monitor
from clearprop.updates import UPDATES

NETWORK = cp.Network(3, [cp.Layer(4, "tanh"), cp.Layer(2)], dtype="float32")


def piled(folder, sizes):
    random = np.random.default_rng(0)
    for number, rows in enumerate(sizes):
        random.normal(size=(rows, 5)).astype("<f4").tofile(folder / name_of(TRAIN, number))
    return Cache(folder, 3, 2, tuple(sizes), (0, 0))


def descended(cache, rule, *, shuffle, epochs=3, penalty=0.0, seed=0, max_seconds=np.inf, **more):
    start = Descent.start(NETWORK.initialize(seed=1).vector)
    batches = cp.MiniBatches(shuffle=shuffle, **more)
    λ = penalty_vector(NETWORK, np.asarray(penalty))
    random = np.random.default_rng(seed)
    method = PileDescent(NETWORK, cache, start, rule, 16, batches, λ, random)
    monitor = Monitor(cp.Stopping(max_epochs=epochs, max_seconds=max_seconds), 0)
    return minimize(method, monitor).descent.theta, monitor


@pytest.mark.parametrize("rule", UPDATES)
@pytest.mark.parametrize("penalty", [0.0, 0.1])
def test_piles_in_order_are_the_rows_in_order(tmp_path, rule, penalty):
    """48 and 32 rows are whole batches of 16, so that batches are those of 80 rows in memory."""
    cache, rule = piled(tmp_path, [48, 32]), UPDATES.make(rule)
    found, monitor = descended(cache, rule, shuffle=False, penalty=penalty)
    X, Y = (np.vstack(parts) for parts in zip(cache.pile(0), cache.pile(1), strict=True))
    config = cp.TrainingConfig(
        solver=rule,
        scale_inputs="none",
        scale_targets="none",
        batch_size=16,
        weight_decay=penalty,
        minibatches=cp.MiniBatches(shuffle=False),
        stopping=cp.Stopping(max_epochs=3),
    )
    start = NETWORK.initialize(seed=1)
    expected = cp.train(NETWORK, X, Y, config, start=start)
    np.testing.assert_allclose(found, expected.parameters.vector, rtol=1e-5, atol=1e-6)
    losses = [record.loss for record in monitor.history]
    assert losses == pytest.approx([r.loss for r in expected.history], rel=1e-5)


def test_a_penalty_of_each_batch_counts_all_rows(tmp_path):
    """scikit-learn's penalty is divided by the rows of the batch, however rows are piled."""
    rule = UPDATES.make("sgd")
    settings = {"shuffle": False, "penalty": 1e-3, "penalty_in_each_batch": True}
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    two = piled(tmp_path / "two", [48, 32])
    whole = np.vstack([np.hstack(two.pile(n)) for n in range(2)])
    whole.tofile(tmp_path / "one" / name_of(TRAIN, 0))
    one = Cache(tmp_path / "one", 3, 2, (80,), (0, 0))
    np.testing.assert_allclose(
        descended(one, rule, **settings)[0], descended(two, rule, **settings)[0], rtol=1e-5
    )


def test_every_epoch_has_an_order_of_its_own_and_the_seed_says_which(tmp_path):
    cache, rule = piled(tmp_path, [40, 40, 40]), UPDATES.make("sgd")
    first, again = (descended(cache, rule, shuffle=True, seed=5)[0] for _ in range(2))
    np.testing.assert_array_equal(first, again)
    other = descended(cache, rule, shuffle=True, seed=6)[0]
    assert not np.array_equal(first, other)


def test_time_ends_an_epoch_between_piles(tmp_path):
    cache, rule = piled(tmp_path, [16] * 50), UPDATES.make("sgd")
    _, monitor = descended(cache, rule, shuffle=True, epochs=10**6, max_seconds=0.0)
    assert monitor.reason.name == "time"
    assert len(monitor.history) == 1
