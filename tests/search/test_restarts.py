"""Several starts: averaged exactly, the same for any number of threads."""

from dataclasses import replace

import numpy as np
import pytest

from clearprop import InputError, Layer, Network
from clearprop.search import restarts, train_restarts
from clearprop.search.averaging import can_average
from clearprop.training import Stopping, TrainingConfig, train
from search_cases import Clock, build, wave


def test_starts_that_are_not_done_in_time_are_left_out():
    X, Y = wave()
    config = TrainingConfig(
        solver="bayesian_regularization", seed=0, stopping=Stopping(12), inspect=Clock(4)
    )
    result = train_restarts(build((3,)), X, Y, config, restarts=5, n_jobs=1)
    assert len(result.members) == 3
    assert all(member.stop_reason.name == "epochs" for member in result.members)
    config = replace(config, inspect=Clock(1))
    cut = train_restarts(build((3,)), X, Y, config, restarts=5, n_jobs=1)
    assert len(cut.members) == 1


FEW = Stopping(max_epochs=5)


def data(m=60, n=3, K=2):
    random = np.random.default_rng(0)
    X = random.normal(size=(m, n))
    return X, np.tanh(X @ random.normal(size=(n, K))) + 0.05 * random.normal(size=(m, K))


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


def test_starts_side_by_side_compute_with_one_thread_each(monkeypatch):
    X, Y = data()
    network, asked = Network(3, [Layer(3, "tanh"), Layer(2)]), []

    def noting(network, *arguments, **options):
        asked.append(network.n_jobs)
        return train(network, *arguments, **options)

    monkeypatch.setattr(restarts, "train", noting)
    config = TrainingConfig(solver="lbfgs", seed=0, stopping=FEW)
    train_restarts(network, X, Y, config, restarts=2, n_jobs=2)
    train_restarts(network, X, Y, config, restarts=2, n_jobs=1)
    assert asked == [1, 1, None, None]


def test_a_start_that_has_failed_is_not_averaged(monkeypatch):
    """One that expects more than twice the loss that the best one expects."""
    X, Y = data()
    network, expected = Network(3, [Layer(3, "tanh"), Layer(2)]), iter((1.0, 2.1, 1.9))

    def judged(*arguments, **options):
        return replace(train(*arguments, **options), expected_loss=next(expected))

    monkeypatch.setattr(restarts, "train", judged)
    config = TrainingConfig(solver="lbfgs", seed=0, stopping=FEW)
    result = train_restarts(network, X, Y, config, restarts=3, n_jobs=1)
    assert [member.expected_loss for member in result.members] == [1.0, 1.9]
    assert result.network.sizes == (3, 6, 2)


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
