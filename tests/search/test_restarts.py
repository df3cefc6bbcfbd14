"""Several starts: averaged exactly, the same for any number of threads."""

from dataclasses import replace

import numpy as np
import pytest

from clearprop import InputError, Layer, Network
from clearprop.search import restarts, train_restarts
from clearprop.search.averaging import can_average
from clearprop.search.restarts import _badness, _combined
from clearprop.training import Stopping, TrainingConfig, divide, train
from search_cases import Clock, build, ended, wave


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


def trained(solver="adam", epochs=2, **more):
    config = TrainingConfig(solver=solver, seed=0, stopping=Stopping(epochs, patience=0), **more)
    return train(build((2,)), *wave(20), config)


def test_starts_are_ranked_by_what_is_known_of_other_rows():
    """By the validation loss, else the loss to expect, else the training loss of their epoch."""
    plain = trained()
    assert _badness(plain) == plain.history[-1].loss
    assert _badness(replace(plain, best_epoch=1)) == plain.history[0].loss
    assert _badness(replace(plain, expected_loss=0.5)) == 0.5
    assert _badness(replace(plain, expected_loss=np.nan)) == np.inf
    assert _badness(replace(plain, best_epoch=7)) == np.inf
    validated = trained(division=divide(20, "block", (0.5, 0.5, 0)))
    (kept,) = (each for each in validated.history if each.epoch == validated.best_epoch)
    assert _badness(replace(validated, expected_loss=0.5)) == kept.validation_loss


@pytest.mark.parametrize("combine", ["average", "best"])
def test_starts_that_were_cut_short_are_left_out_but_say_why(combine):
    done, short = trained(), ended(trained(), best_epoch=1)
    network = build((2,))
    result = _combined(network, [short, done, done], combine, 1.5)
    assert len(result.members) == 2
    assert (result.stop_reason.name, result.seconds) == ("time", 1.5)
    assert result.network.sizes == ((1, 4, 1) if combine == "average" else (1, 2, 1))
    longer = ended(trained(epochs=5))
    assert _combined(network, [short, longer, short], combine, 1.0).members == (longer,)
    assert _combined(network, [done, done], combine, 1.0).stop_reason == done.stop_reason


def test_a_posterior_is_that_of_all_starts_or_none():
    known, unknown = trained("bayesian_regularization"), trained()
    both = _combined(build((2,)), [known, known], "average", 1.0)
    assert both.posterior.members == (*known.posterior.members, *known.posterior.members)
    assert _combined(build((2,)), [known, unknown], "average", 1.0).posterior is None


def test_only_the_first_start_is_watched_and_a_thousand_are_the_most():
    seen = []
    config = TrainingConfig(solver="lbfgs", seed=0, stopping=Stopping(2), observe=seen.append)
    train_restarts(build((2,)), *wave(20), config, restarts=3, n_jobs=1)
    assert [record.epoch for record in seen].count(2) == 1
    with pytest.raises(InputError, match="between 1 and 1000"):
        train_restarts(build((2,)), *wave(20), restarts=1001)


def test_five_starts_are_averaged_where_nothing_is_said():
    config = TrainingConfig(solver="lbfgs", seed=0, stopping=Stopping(1))
    result = train_restarts(build((2,)), *wave(20), config)
    assert result.network.sizes == (1, 10, 1)
    assert len({member.parameters.vector[0] for member in result.members}) == 5
