"""Parameters against equations, counted by hand."""

from dataclasses import replace

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop.search import train_restarts
from clearprop.training import Equations, Stopping, TrainingConfig, divide, train

X = np.random.default_rng(0).normal(size=(20, 3))
NETWORK = Network(3, [Layer(4, "tanh"), Layer(2)])
P = 3 * 4 + 4 + 4 * 2 + 2


@pytest.mark.parametrize("restarts", [1, 3])
def test_one_start_counts_and_the_rows_that_train(restarts):
    division = divide(20, "block", (0.6, 0.2, 0.2))
    config = TrainingConfig(
        solver="lbfgs", seed=0, stopping=Stopping(max_epochs=2), division=division
    )
    found = train_restarts(NETWORK, X, X[:, :2], config, restarts=restarts).equations
    assert found == Equations(P, 12, 2, None)
    assert found.count == 24
    assert found.are_too_few
    assert "26 parameters were fitted to 24 equations (12 rows × 2 outputs)." in found.sentence.en


def test_of_starts_of_two_kinds_the_larger_counts():
    config = TrainingConfig(solver="lbfgs", seed=0, stopping=Stopping(max_epochs=1))
    wide = Network(3, [Layer(40, "tanh"), Layer(2)])
    small, other = (train(each, X, X[:, :2], config) for each in (NETWORK, wide))
    watched = replace(other, division=divide(20, fractions=(0.9, 0.1, 0), seed=0))
    blended = replace(small, members=(small, watched))
    assert blended.equations == Equations(3 * 40 + 40 + 40 * 2 + 2, 20, 2)


def test_a_penalty_that_the_solver_finds_holds_them_back():
    config = TrainingConfig(
        solver="bayesian_regularization", seed=0, stopping=Stopping(max_epochs=3)
    )
    result = train_restarts(NETWORK, X[:9], X[:9, :2], config, restarts=1)
    found = result.equations
    assert 0 < found.effective < P
    assert found.effective == result.history[-1].details["effective_parameters"]
    assert not found.are_too_few


def test_as_many_equations_as_parameters_are_enough():
    assert not Equations(26, 13, 2).are_too_few
    assert Equations(27, 13, 2).are_too_few
    assert "(1 row × 1 output)" in Equations(1, 1, 1).sentence.en
