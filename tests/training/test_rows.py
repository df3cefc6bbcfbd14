"""The rows that may train: checked, and those that train and count."""

import numpy as np
import pytest
from scipy import sparse

from clearprop import InputError, Layer, Network
from clearprop.training import divide
from clearprop.training.rows import TrainingData

X = np.arange(12.0).reshape(6, 2)
Y = np.arange(6.0)[:, None]
NETWORK = Network(2, [Layer(1)])


def test_rows_that_train_and_count_are_left():
    division = divide(6, "index", rows=([0, 2, 5], [1], [3]))
    weights = np.array([1.0, 1, 0, 1, 1, 3])
    for data, kept in (
        (TrainingData(X, Y), [0, 2, 5]),
        (TrainingData(X, Y, weights), [0, 5]),
    ):
        part = data.training_part(division)
        np.testing.assert_array_equal(part.X, X[kept])
        np.testing.assert_array_equal(part.Y, Y[kept])
        assert part.weights is None or part.weights.tolist() == [1, 3]
    np.testing.assert_array_equal(TrainingData(X, Y, weights).training_part(None).X, X[weights > 0])
    whole = TrainingData(X, Y)
    assert whole.training_part(None) is whole


def test_sparse_rows_stay_sparse():
    data = TrainingData.checked(NETWORK, sparse.coo_array(X), Y)
    assert sparse.issparse(data.of_rows(np.array([1, 3])).X)
    np.testing.assert_array_equal(data.of_rows(np.array([1, 3])).X.toarray(), X[[1, 3]])


def test_the_type_is_that_of_the_network():
    small = Network(2, [Layer(1)], dtype="float32")
    data = TrainingData.checked(small, X.tolist(), Y.ravel(), [1] * 6)
    assert data.X.dtype == data.Y.dtype == data.weights.dtype == np.float32
    assert data.Y.shape == (6, 1)


def test_targets_without_a_loss_are_refused_where_nothing_scales_them():
    bounded = Network(2, [Layer(1, "sigmoid")], "binary_cross_entropy")
    with pytest.raises(InputError, match="between 0 and 1"):
        TrainingData.checked(bounded, X, Y)
    with pytest.raises(InputError, match="`X` has 6 rows and `Y` has 5"):
        TrainingData.checked(NETWORK, X, Y[:5])
