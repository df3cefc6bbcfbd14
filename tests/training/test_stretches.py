"""Epochs that are recorded many at once tell the same as epochs that are watched one by one."""

import numpy as np
import pytest

import clearprop as cp
from clearprop.training import MiniBatches, Stopping, TrainingConfig, train
from clearprop.training.history import History, Record, Stretch

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
def test_watching_every_epoch_changes_nothing(settings, ending):
    settings = {"solver": "sgd(learning_rate=0.5)", "batch_size": 10, "seed": 3} | settings
    network = settings.pop("network", NETWORK)
    singly = []
    watched = train(network, X, Y, TrainingConfig(observe=singly.append, **settings))
    at_once = train(network, X, Y, TrainingConfig(**settings))
    assert list(watched.history) == singly
    told = [[vars(r) | {"seconds": 0} for r in run.history] for run in (watched, at_once)]
    np.testing.assert_equal(told[1], told[0])
    assert at_once.stop_reason == watched.stop_reason
    assert ending in ("", watched.stop_reason.name)
    assert at_once.best_epoch == watched.best_epoch
    np.testing.assert_array_equal(at_once.parameters.vector, watched.parameters.vector)
    seconds = [record.seconds for record in at_once.history]
    assert seconds == sorted(seconds)
    assert 0 < seconds[0] <= seconds[-1] <= at_once.seconds


def test_a_history_counts_what_it_has_not_yet_written_out():
    def record(epoch):
        return Record(epoch, 1 / epoch, None, None, None, epoch / 10)

    history = History([record(1)])
    history.add(Stretch(2, np.array([1 / 2, 1 / 3, 1 / 4]), 0.1, 0.4))
    history.add(record(5))
    assert len(history) == 5
    assert [r.epoch for r in history] == [1, 2, 3, 4, 5]
    assert [r.loss for r in history] == [record(e).loss for e in range(1, 6)]
    np.testing.assert_allclose([r.seconds for r in history], np.arange(1, 6) / 10)
    history.drop_last()
    assert len(history) == len(list(history)) == 4
