"""Several starts: averaged exactly, the same for any number of threads."""

import numpy as np
import pytest

from clearprop import InputError, Layer, Network
from clearprop.search import train_restarts
from clearprop.search.averaging import average, can_average
from clearprop.training import Stopping, TrainingConfig, train

FEW = Stopping(max_epochs=5)


def data(m=60, n=3, K=2):
    random = np.random.default_rng(0)
    X = random.normal(size=(m, n))
    return X, np.tanh(X @ random.normal(size=(n, K))) + 0.05 * random.normal(size=(m, K))


@pytest.mark.parametrize("hidden", [(), (4,), (5, 3), (4, 3, 2)])
def test_the_wide_network_averages_exactly(hidden):
    network = Network(3, [*(Layer(units, "tanh") for units in hidden), Layer(2)])
    members = [network.initialize(seed=seed) for seed in range(3)]
    wide, averaged = average(network, members)
    X, _ = data()
    mean = np.mean([network.forward(member, X) for member in members], axis=0)
    assert wide.forward(averaged, X) == pytest.approx(mean, rel=1e-12)


def test_classifiers_average_their_logits():
    network = Network(3, [Layer(4, "tanh"), Layer(3, "softmax")], loss="categorical_cross_entropy")
    members = [network.initialize(seed=seed) for seed in range(3)]
    wide, averaged = average(network, members)
    X, _ = data()
    logs = np.mean([np.log(network.forward(member, X)) for member in members], axis=0)
    expected = np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True)
    assert wide.forward(averaged, X) == pytest.approx(expected, rel=1e-12)


def test_a_hidden_softmax_is_not_averaged():
    X, Y = data()
    network = Network(3, [Layer(4, "softmax"), Layer(2)])
    assert not can_average(network)
    result = train_restarts(
        network, X, Y, TrainingConfig(solver="lbfgs", seed=0, stopping=FEW), restarts=2
    )
    assert result.network == network


@pytest.mark.parametrize("solver", ["bayesian_regularization", "lbfgs", "adam"])
def test_the_result_does_not_depend_on_the_number_of_threads(solver):
    X, Y = data()
    network = Network(3, [Layer(4, "tanh"), Layer(2)])
    alone, together = (
        train_restarts(
            network,
            X,
            Y,
            TrainingConfig(solver=solver, seed=1, stopping=FEW),
            restarts=3,
            n_jobs=jobs,
        )
        for jobs in (1, 2)
    )
    assert np.array_equal(alone.parameters.vector, together.parameters.vector)


def test_the_best_start_is_kept():
    X, Y = data()
    network = Network(3, [Layer(3, "tanh"), Layer(2)])
    result = train_restarts(
        network,
        X,
        Y,
        TrainingConfig(solver="lbfgs", seed=0, stopping=FEW),
        restarts=4,
        combine="best",
    )
    losses = [network.loss(member.parameters, X, Y) for member in result.members]
    assert losses == sorted(losses)
    assert network.loss(result.parameters, X, Y) == losses[0]
    assert result.network == network


def test_one_start_is_a_plain_training():
    X, Y = data()
    network = Network(3, [Layer(3, "tanh"), Layer(2)])
    one = train_restarts(
        network, X, Y, TrainingConfig(solver="lbfgs", seed=4, stopping=FEW), restarts=1
    )
    plain = train(network, X, Y, TrainingConfig(solver="lbfgs", seed=4, stopping=FEW))
    assert np.array_equal(one.parameters.vector, plain.parameters.vector)


def test_wrong_numbers_are_refused():
    X, Y = data()
    network = Network(3, [Layer(2)])
    with pytest.raises(InputError, match="between 1 and"):
        train_restarts(network, X, Y, restarts=0)
    with pytest.raises(InputError, match="average, best"):
        train_restarts(network, X, Y, combine="bst")
