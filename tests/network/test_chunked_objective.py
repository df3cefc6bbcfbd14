"""An objective over chunks of rows is the objective over all of them."""

import pickle
from dataclasses import dataclass, replace

import numpy as np
import pytest

import clearprop as cp
from clearprop.network.chunked_objective import ChunkedObjective
from clearprop.network.sums import InThreads, one_by_one
from clearprop.training import SOLVERS


@dataclass(frozen=True)
class InMemory:
    X: np.ndarray
    Y: np.ndarray

    @property
    def rows(self):
        return len(self.Y)

    def load(self):
        return self.X, self.Y


def both(reduction, cuts=(3, 30, 31), loss="half_squared_error", penalty=0.1):
    random = np.random.default_rng(0)
    X, Y = random.normal(size=(50, 3)), random.uniform(size=(50, 2))
    output = "sigmoid" if loss == "binary_cross_entropy" else "identity"
    network = cp.Network(3, [cp.Layer(4, "tanh"), cp.Layer(2, output)], loss, reduction)
    chunks = [InMemory(*part) for part in zip(np.split(X, cuts), np.split(Y, cuts), strict=True)]
    theta = network.initialize(seed=1).vector
    whole = cp.Objective(network, X, Y, np.asarray(penalty))
    return ChunkedObjective(network, chunks, np.asarray(penalty)), whole, theta


@pytest.mark.parametrize("loss", ["half_squared_error", "binary_cross_entropy"])
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_every_answer_is_that_of_all_rows(reduction, loss):
    chunked, whole, theta = both(reduction, loss=loss)
    assert chunked.rows == 50
    assert chunked.value(theta) == pytest.approx(whole.value(theta), rel=1e-13)
    assert chunked.data_loss(theta) == pytest.approx(whole.data_loss(theta), rel=1e-13)
    for method in ("gradient", "gauss_newton"):
        found, right = getattr(chunked, method)(theta), getattr(whole, method)(theta)
        for part, expected in zip(found, right, strict=True):
            np.testing.assert_allclose(part, expected, rtol=1e-11, atol=1e-14)
    direction = np.random.default_rng(2).normal(size=theta.size)
    found = chunked.second_directional_derivative(theta, direction)
    right = whole.second_directional_derivative(theta, direction)
    if right is None:
        assert found is None
    else:
        np.testing.assert_allclose(found, right, rtol=1e-9, atol=1e-12)


def test_another_penalty_leaves_the_first_as_it_was():
    chunked, whole, theta = both("mean")
    other = chunked.with_penalty(2.0)
    assert other.value(theta) == pytest.approx(whole.with_penalty(2.0).value(theta), rel=1e-13)
    assert chunked.value(theta) == pytest.approx(whole.value(theta), rel=1e-13)


def test_a_single_chunk_is_the_objective_to_the_bit():
    chunked, whole, theta = both("mean", cuts=())
    assert chunked.value(theta) == whole.value(theta)
    np.testing.assert_array_equal(chunked.gradient(theta)[1], whole.gradient(theta)[1])


def test_it_knows_of_its_rows_what_bayesian_regularisation_asks():
    chunked, whole, _ = both("mean")
    assert chunked.samples == whole.samples == 50
    assert chunked.target_variance == pytest.approx(whole.target_variance, rel=1e-13)
    for found, right in zip(chunked.input_ranges, whole.input_ranges, strict=True):
        np.testing.assert_array_equal(found, right)


@pytest.mark.parametrize("solver", ["levenberg_marquardt", "bayesian_regularization", "lbfgs"])
def test_solvers_find_by_chunks_what_they_find_in_memory(solver):
    chunked, whole, theta = both("mean", penalty=0.0)
    found, right = (
        run(objective, theta, SOLVERS.make(solver), steps=4) for objective in (chunked, whole)
    )
    np.testing.assert_allclose(found, right, rtol=1e-6, atol=1e-9)


def run(objective, theta, solver, steps):
    state = solver.init(objective, theta)
    for _ in range(steps):
        state = solver.step(objective, state)
    return state.theta


def test_threads_and_pickles_change_no_bit():
    chunked, _, theta = both("mean")
    threads = replace(chunked, summed=InThreads(2))
    sent = replace(chunked, summed=lambda leaf, chunks: one_by_one(sent_away(leaf), chunks))
    for question in ("gradient", "gauss_newton"):
        for other in (threads, sent):
            found, right = getattr(other, question)(theta), getattr(chunked, question)(theta)
            for part, expected in zip(found, right, strict=True):
                np.testing.assert_array_equal(part, expected)


def sent_away(leaf):
    return pickle.loads(pickle.dumps(leaf))
