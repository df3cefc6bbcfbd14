"""Rows left out in turn, and the networks that train without them."""

from dataclasses import replace

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop._interruption import OutOfTimeError
from clearprop.search import cross_validation
from clearprop.search.cross_validation import (
    FURTHER,
    CrossValidation,
    Training,
    copies_of,
    leave_out,
    raise_if_cut_short,
)
from clearprop.search.restarts import train_restarts
from clearprop.search.so_far import SoFar
from clearprop.training import Stopping, TrainingConfig, train
from clearprop.training.solvers import make_solver
from search_cases import build, ended, wave


@pytest.mark.parametrize("m", [2, 3, 9, 10, 57, 500, 7000])
def test_what_is_left_out_is_disjoint_and_enough(m):
    parts = leave_out(m, np.random.default_rng(0))
    together = np.concatenate(parts)
    assert len(set(together)) == len(together) >= min(400, 0.9 * m - 9)
    assert all(0 < len(part) < m for part in parts)


@pytest.mark.parametrize(
    ("rows", "parts", "size"),
    [
        (2, 2, 1), (4, 4, 1), (7, 5, 1), (10, 5, 2), (499, 5, 99), (500, 4, 100), (1500, 2, 300),
        (7000, 1, 1400),
    ],
)  # fmt: skip
def test_one_row_in_five_is_left_out_in_turn_until_there_are_enough(rows, parts, size):
    left_out = leave_out(rows, np.random.default_rng(0))
    assert [len(part) for part in left_out] == [size] * parts
    assert all(np.array_equal(part, np.sort(part)) for part in left_out)


def test_whole_weights_are_samples_and_others_are_not():
    np.testing.assert_array_equal(copies_of(3, np.array([2.0, 0.0, 1.0])), [0, 0, 2])
    np.testing.assert_array_equal(copies_of(3, np.array([2.0, 0.5, 1.0])), [0, 1, 2])
    np.testing.assert_array_equal(copies_of(3, None), [0, 1, 2])


def test_a_sample_that_is_left_out_takes_its_part_of_the_weight_along():
    X, weights = np.arange(3.0)[:, None], np.array([2.0, 1.0, 1.0])
    whole = CrossValidation(X, X, weights, copies_of(3, weights), [np.array([0]), np.array([2])])
    first, second = whole.folds
    np.testing.assert_array_equal(first.division.train, [0, 1, 2])
    np.testing.assert_array_equal(first.weights, [1.0, 1.0, 1.0])
    np.testing.assert_array_equal(second.division.train, [0, 2])
    np.testing.assert_array_equal(second.weights, [2.0, 0.0, 1.0])
    network = Network(1, [Layer(1)])
    np.testing.assert_array_equal(whole.judge(network).Y, [[0.0], [1.0]])
    assert whole.judge(network).weights is None
    odd = replace(whole, weights=np.array([0.5, 1.0, 1.5]), copies=np.arange(3))
    np.testing.assert_array_equal(odd.judge(network).weights, [0.5, 1.5])
    np.testing.assert_array_equal(odd.folds[1].weights, [0.5, 1.0, 0.0])


def test_two_starts_train_without_each_part_and_are_seen_at_every_epoch_asked_for(monkeypatch):
    X, Y = wave(20)
    data = CrossValidation.of(X, Y, None, np.random.default_rng(0))
    made = []

    def noting(network, X, Y, config, **more):
        made.append((config, train(network, X, Y, config, **more)))
        return made[-1][1]

    monkeypatch.setattr(cross_validation, "train", noting)
    config = TrainingConfig(solver="adam", seed=3, stopping=Stopping(3, patience=0))
    early, last = Training(build((2,)), config, 1).pairs(data, (1, 3))
    assert len({config.seed for config, _ in made}) == 10
    for number, (config, result) in enumerate(made):
        left_out = data.parts[number // 2]
        np.testing.assert_array_equal(config.division.train, np.setdiff1d(range(20), left_out))
        rows = slice(4 * (number // 2), 4 * (number // 2 + 1))
        outputs = result.network.forward(result.parameters, X[left_out])
        np.testing.assert_allclose(last.sums[number % 2, rows], outputs)
        assert not np.allclose(early.sums[number % 2, rows], outputs)
    np.testing.assert_array_equal(last.judge.Y, Y[np.concatenate(data.parts)])
    assert last.example is made[0][1]
    assert last.averages
    assert not last.variance.any()


def test_the_variance_that_a_posterior_knows_is_that_of_the_function():
    X, Y = wave(20)
    data = CrossValidation.of(X, Y, None, np.random.default_rng(0))
    config = TrainingConfig(solver="bayesian_regularization", seed=3, stopping=Stopping(3))
    (pair,) = Training(build((2,)), config, 1).pairs(data)
    first = pair.example.posterior.std(X[data.parts[0]], noise=False) ** 2
    assert pair.variance.shape == (20, 1)
    assert (pair.variance[:4] >= first / 2).all()  # the mean of two starts


@pytest.mark.parametrize(
    ("reasons", "error"),
    [
        (("epochs", "time"), OutOfTimeError), (("interrupted", "time"), KeyboardInterrupt),
        (("epochs", "epochs"), None),
    ],
)  # fmt: skip
def test_what_was_cut_short_says_nothing_of_the_rows_left_out(reasons, error):
    X, Y = wave(20)
    result = train(build((2,)), X, Y, TrainingConfig(solver="adam", seed=0, stopping=Stopping(1)))
    results, so_far = [ended(result, reason) for reason in reasons], SoFar()
    if error is None:
        raise_if_cut_short(results, so_far)
        assert so_far.best is None
        return
    with pytest.raises(error):
        raise_if_cut_short(results, so_far)
    assert so_far.best is not None


def test_starts_that_have_seen_all_rows_go_on_without_a_part_and_are_not_believed(monkeypatch):
    """Without hidden layers there is one minimum, which is found again."""
    X, Y = wave(20)
    data = CrossValidation.of(X, Y, None, np.random.default_rng(0))
    config = TrainingConfig(
        solver=make_solver("bayesian_regularization"), seed=3, stopping=Stopping(30)
    )
    straight, anew = (Training(build(()), config, 1, few=few) for few in (True, False))
    assert straight.pairs(data)[0].loss == pytest.approx(anew.pairs(data)[0].loss, rel=0.02)
    begun = train_restarts(build((3,)), X, Y, config, restarts=2).members
    trained = []

    def noting(network, X, Y, config, *, start, **more):
        trained.append((config, start))
        return train(network, X, Y, config, start=start, **more)

    monkeypatch.setattr(cross_validation, "train", noting)
    (pair,) = Training(build((3,)), config, 1, begun=begun, few=True).pairs(data)
    starts = len(begun)
    assert [start for _, start in trained[:starts]] == [each.parameters for each in begun]
    assert {config.stopping.max_epochs for config, _ in trained} == {FURTHER}
    assert len(trained) == starts * len(data.parts)
    assert pair.begun == begun
    monkeypatch.setattr(cross_validation, "_stretch", lambda *_: 1.0)
    (believed,) = Training(build((3,)), config, 1, begun=begun, few=True).pairs(data)
    gamma = np.mean([each.hyperparameters.effective_parameters for each in begun])
    assert pair.losses == pytest.approx((1 + gamma / 20) * believed.losses)


@pytest.mark.parametrize(
    ("solver", "output", "few", "goes_on"),
    [
        ("bayesian_regularization", ("identity", "squared_error"), True, True),
        ("bayesian_regularization", ("identity", "squared_error"), False, False),
        ("bayesian_regularization", ("sigmoid", "binary_cross_entropy"), True, False),
        ("levenberg_marquardt", ("identity", "squared_error"), True, False),
    ],
)
def test_trainings_go_on_where_they_find_the_decay_of_squared_errors(solver, output, few, goes_on):
    network = Network(1, [Layer(2, "tanh"), Layer(1, output[0])], output[1])
    config = TrainingConfig(solver=make_solver(solver))
    assert Training(network, config, 1, few=few).goes_on is goes_on
