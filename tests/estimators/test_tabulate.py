"""What is handed to `fit`, as rows: what is plain, what is checked, and how weights combine."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import sparse

from clearprop import InputError, MLPClassifier, MLPRegressor
from clearprop.data.task import Classification, Regression
from clearprop.estimators import tabulate
from clearprop.estimators.tabulate import (
    Given,
    below,
    class_weights,
    fit_data,
    is_plain,
    is_unnamed,
    small_or_sparse,
)

X = np.arange(8.0).reshape(4, 2)
Y = np.array([0.0, 1, 1, 1])


@pytest.mark.parametrize(
    ("inputs", "answers", "numbers", "labels"),
    [
        (X, Y, True, True), (X.astype("f4"), Y, True, True), (X, Y > 0, True, True),
        (X, Y.astype(int), True, True), (X, np.array(list("abab")), False, True),
        (X, Y.astype(object), False, False), (X, Y.astype(complex), False, False),
        (X.astype(int), Y, False, False), (X.astype("f2"), Y, False, False),
        (X.tolist(), Y, False, False), (X, Y.tolist(), False, False),
        (X, Y[:, None], False, False), (X, Y[:3], False, False), (X[0], Y, False, False),
        (X[:0], Y[:0], False, False), (X[:, :0], Y, False, False),
        (np.where(X > 6, np.nan, X), Y, False, False), (sparse.csr_array(X), Y, False, False),
        (X, np.where(Y > 0, np.inf, Y), False, False),
    ],
)  # fmt: skip
def test_plain_arrays_need_no_checks(inputs, answers, numbers, labels):
    assert is_plain(inputs, answers, numeric=True) == numbers
    assert is_plain(inputs, answers, numeric=False) == labels


def test_columns_are_those_of_the_first_rows_unless_they_begin_anew():
    known = SimpleNamespace(n_features_in_=2)
    assert is_unnamed(known, 2, reset=False)
    assert not is_unnamed(known, 3, reset=False)
    assert is_unnamed(known, 3, reset=True)
    assert is_unnamed(SimpleNamespace(), 3, reset=True)
    assert not is_unnamed(SimpleNamespace(), 3, reset=False)
    known.feature_names_in_ = ["a", "b"]
    assert not is_unnamed(known, 2, reset=True)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"X_val": X}, "`y_val`"), ({"y_val": Y}, "`X_val`"),
        ({"sample_weight_val": Y}, "`sample_weight_val`"),
    ],
)  # fmt: skip
def test_validation_rows_come_with_their_answers(given, missing):
    with pytest.raises(InputError, match=missing):
        Given(X, Y, **given)
    Given(X, Y, X_val=X, y_val=Y, sample_weight_val=Y)


def rows_of(given, y=Y, estimator=None, task=None):
    known = estimator or MLPRegressor()
    known.n_features_in_ = 2
    return fit_data(known, task or Regression(1), given, X, y, numeric=task is None)


def test_validation_rows_follow_the_others():
    data = rows_of(Given(X, Y, None, X[:3] + 9, Y[:3] + 5))
    assert data.validating == 3
    np.testing.assert_array_equal(data.X, np.r_[X, X[:3] + 9])
    np.testing.assert_array_equal(data.Y[:, 0], np.r_[Y, Y[:3] + 5])
    assert data.weights is None
    assert data.score_weights is None
    assert rows_of(Given(X, Y)).validating == 0


@pytest.mark.parametrize(
    ("train", "validate", "expected"),
    [
        ([2, 2, 3, 3], [5, 6], [2, 2, 3, 3, 5, 6]), ([2, 2, 3, 3], None, [2, 2, 3, 3, 1, 1]),
        (None, [5, 6], [1, 1, 1, 1, 5, 6]),
    ],
)  # fmt: skip
def test_rows_without_a_weight_count_once_beside_others_that_have_one(train, validate, expected):
    data = rows_of(Given(X, Y, train, X[:2], Y[:2], validate))
    np.testing.assert_array_equal(data.weights, expected)
    np.testing.assert_array_equal(data.score_weights, expected)


def test_weights_of_classes_do_not_weigh_scores():
    """One row of four is of the first class: balanced, it counts 4 / (2 · 1)."""
    task = Classification.of(Y)
    model = MLPClassifier(class_weight="balanced")
    data = rows_of(Given(X, Y), estimator=model, task=task)
    np.testing.assert_allclose(data.weights, [2, 2 / 3, 2 / 3, 2 / 3])
    assert data.score_weights is None
    data = rows_of(Given(X, Y, [3.0, 1, 1, 1]), estimator=model, task=task)
    np.testing.assert_allclose(data.weights, [6, 2 / 3, 2 / 3, 2 / 3])
    np.testing.assert_array_equal(data.score_weights, [3, 1, 1, 1])
    assert class_weights(MLPClassifier(), Y) is None
    assert class_weights(MLPRegressor(), Y) is None


def test_small_sparse_rows_are_written_out(monkeypatch):
    rows = sparse.csr_array(X)
    assert isinstance(small_or_sparse(rows), np.ndarray)
    monkeypatch.setattr(tabulate, "SMALL", X.nbytes)
    assert isinstance(small_or_sparse(rows), np.ndarray)
    monkeypatch.setattr(tabulate, "SMALL", X.nbytes - 1)
    assert sparse.issparse(small_or_sparse(rows))


def test_rows_below_one_another_are_sparse_if_some_are():
    one, other = X, sparse.csr_array(X)
    assert isinstance(below(one, one), np.ndarray)
    for first, second in ((one, other), (other, one), (other, other)):
        both = below(first, second)
        assert both.format == "csr"
        np.testing.assert_array_equal(both.toarray(), np.r_[X, X])


def test_weights_of_single_targets_are_those_of_another_door():
    both = np.column_stack([Y, Y + X[:, 0]])
    with pytest.raises(InputError, match=r"each target of a row\. try: clearprop\.train"):
        MLPRegressor().fit(X, both, sample_weight=np.ones((4, 2)))
