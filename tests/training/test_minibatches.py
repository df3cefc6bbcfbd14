"""Settings of mini-batches: what they refuse, and that training follows them."""

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop.training import RATES, MiniBatches, Stopping, TrainingConfig, train
from clearprop.training.schedules import Moment
from refusals import refused

RANDOM = np.random.default_rng(2)
X = RANDOM.normal(size=(40, 3))
Y = np.sin(X[:, :1]) * X[:, 1:2]
LAYERS = [Layer(5, "tanh"), Layer(1)]


@pytest.mark.parametrize(
    ("setting", "value"),
    [("dropout", (1.0,)), ("dropout", (0.5, -0.1)), ("clip_norm", 0.0), ("clip_norm", np.nan)],
)
def test_settings_out_of_their_range_are_refused(setting, value):
    with refused(setting):
        MiniBatches(**{setting: value})


def test_a_rate_that_changes_and_units_that_drop_are_drawn_anew_in_every_epoch():
    assert not MiniBatches().one_epoch_a_call
    assert not MiniBatches(dropout=(0.0, 0.0), clip_norm=1.0).one_epoch_a_call
    assert MiniBatches(dropout=(0.0, 0.1)).one_epoch_a_call
    assert MiniBatches(rates=RATES.make("cosine")).one_epoch_a_call


def test_the_rate_is_the_rules_times_the_schedules_factor():
    rates, moment = RATES.make("exponential(ratio=0.5)"), Moment(3, 9, 0, 0)
    assert MiniBatches().rate(0.2, moment) == 0.2
    assert MiniBatches(rates=rates).rate(0.2, moment) == 0.2 * rates.factor(moment)


@pytest.mark.parametrize("batches", [MiniBatches(dropout=(0.4,)), MiniBatches(clip_norm=0.1)])
def test_dropout_and_clipping_train_alike_on_both_engines(batches):
    config = TrainingConfig(solver="adam", seed=3, minibatches=batches, stopping=Stopping(20))
    found = train(Network(3, LAYERS), X, Y, config).parameters.vector
    reference = train(Network(3, LAYERS, engine="reference"), X, Y, config).parameters.vector
    np.testing.assert_array_equal(found, reference)
    plain = TrainingConfig(solver="adam", seed=3, stopping=Stopping(20))
    assert not np.allclose(found, train(Network(3, LAYERS), X, Y, plain).parameters.vector)


def test_a_penalty_in_each_batch_counts_once_a_batch():
    """Its share of a batch does not depend on how many rows the batch has."""
    network = Network(3, LAYERS)
    start = network.initialize(seed=1)
    penalty = 0.1 / 2 * sum(float((start[name] ** 2).sum()) for name in ("W1", "W2"))
    for each, expected in ((False, penalty), (True, 4 * penalty)):
        config = TrainingConfig(
            solver="sgd(learning_rate=1e-12)",
            batch_size=10,
            weight_decay=0.1,
            scale_inputs="none",
            scale_targets="none",
            stopping=Stopping(1),
            minibatches=MiniBatches(penalty_in_each_batch=each),
        )
        (record,) = train(network, X, Y, config, start=start).history
        assert record.penalty == pytest.approx(expected, rel=1e-9)


def test_a_clipped_step_is_as_long_as_the_longest_gradient():
    """Of one step over all rows by plain SGD, η times the gradient's norm, cut to the limit."""
    network = Network(3, LAYERS)
    start = network.initialize(seed=1)
    for limit in (1e-3, 1e3):
        config = TrainingConfig(
            solver="sgd(learning_rate=0.5)",
            batch_size=40,
            stopping=Stopping(1),
            minibatches=MiniBatches(clip_norm=limit),
            scale_inputs="none",
            scale_targets="none",
        )
        after = train(network, X, Y, config, start=start).parameters.vector
        gradient = network.gradient(start, X, Y)[1].vector
        norm = np.linalg.norm(gradient)
        expected = start.vector - 0.5 * gradient * min(1, limit / norm)
        np.testing.assert_allclose(after, expected, rtol=1e-9, atol=1e-12)
