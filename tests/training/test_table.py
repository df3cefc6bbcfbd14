"""`Table`: what its rows measure, and the losses of its scaled rows, beside plain NumPy."""

import numpy as np
import pytest
import scipy.sparse

from clearprop import InputError, Layer, Network
from clearprop.training import TrainingConfig
from clearprop.training.split import Division
from clearprop.training.table import Table

RANDOM = np.random.default_rng(5)
X = RANDOM.normal(size=(30, 2)) * [1, 50] + [3, 1000]
Y = RANDOM.normal(size=(30, 1)) * 20 + 7
NETWORK = Network(2, [Layer(3, "tanh"), Layer(1)])
DIVISION = Division(np.arange(20), np.arange(20, 25), np.arange(25, 30))
CONFIG = TrainingConfig(division=DIVISION, scale_inputs="standardize", scale_targets="standardize")
TABLE = Table(NETWORK, X, Y, None)
THETA = NETWORK.initialize("xavier", 1)


def standardized(table, rows):
    return (table - table[rows].mean(axis=0)) / table[rows].std(axis=0)


def losses(table, theta=THETA):
    return [part.data_loss(theta.vector) for part in table.scaled_by(table.terms(CONFIG))]


def test_the_rows_that_train_measure_the_scaling_of_all_three_parts():
    rows = DIVISION.train
    inputs, targets = standardized(X, rows), standardized(Y, rows)
    expected = [
        NETWORK.loss(THETA, inputs[part], targets[part]) for part in vars(DIVISION).values()
    ]
    np.testing.assert_allclose(losses(TABLE), expected, rtol=1e-12)


def test_rows_that_weigh_twice_count_as_if_they_came_twice():
    weights = np.ones(30)
    weights[:5] = 2
    twice = np.r_[0:20, 0:5]
    inputs, targets = standardized(X, twice)[twice], standardized(Y, twice)[twice]
    found = losses(Table(NETWORK, X, Y, weights))[0]
    assert found == pytest.approx(NETWORK.loss(THETA, inputs, targets), rel=1e-12)


def test_a_sparse_table_is_divided_by_its_largest_numbers_and_not_shifted():
    zeros = np.maximum(X, 0)
    scaled = zeros / zeros[DIVISION.train].max(axis=0), standardized(Y, DIVISION.train)
    found = losses(Table(NETWORK, scipy.sparse.csr_array(zeros), Y, None))[0]
    rows = DIVISION.train
    assert found == pytest.approx(NETWORK.loss(THETA, *(part[rows] for part in scaled)), rel=1e-9)


def test_the_raw_loss_is_the_scaled_one_in_the_unit_of_the_targets():
    loss = TABLE.raw_loss(TABLE.terms(CONFIG))
    variance = Y[DIVISION.train].var()
    assert loss(THETA.vector) == pytest.approx(losses(TABLE)[0] * variance, rel=1e-9)


def test_some_row_must_train():
    nothing = Division(np.array([], dtype=int), np.arange(30), np.array([], dtype=int))
    with pytest.raises(InputError, match="no row trains"):
        TABLE.terms(TrainingConfig(division=nothing))
