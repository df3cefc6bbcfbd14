"""Tasks: answers as targets of a network, outputs as answers, and how good these are."""

import math

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.metrics import accuracy_score, r2_score
from sklearn.preprocessing import LabelBinarizer

from clearprop import InputError
from clearprop.data.task import Classification, Regression, _classes_of
from refusals import refused

ANSWERS = {
    "two words": ["yes", "no", "yes", "no"],
    "three words": ["b", "c", "a", "b"],
    "whole numbers": [3, -1, 7, 3],
    "true and false": [True, False, True, True],
    "columns": [[1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0]],
}


@pytest.mark.parametrize("answers", ANSWERS.values(), ids=ANSWERS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_classes_are_encoded_as_scikit_learn_encodes_them_and_come_back(answers, dtype):
    y = np.array(answers)
    task = Classification.of(y)
    encoded = task.encode(y, dtype)
    right = LabelBinarizer().fit(y).transform(y)
    np.testing.assert_array_equal(encoded, right)
    assert encoded.dtype == dtype
    assert encoded.shape == (4, task.outputs)
    np.testing.assert_array_equal(task.decode(encoded), y)
    np.testing.assert_array_equal(task.decode(np.clip(encoded, 0.3, 0.6)), y)
    strata = task.strata(encoded)
    if task.outputs == 1:
        np.testing.assert_array_equal(strata, right[:, 0].astype(bool))
    else:
        assert strata is None


def test_sparse_columns_are_encoded_as_dense_ones():
    y = np.array(ANSWERS["columns"])
    task = Classification(np.arange(3), multilabel=True)
    np.testing.assert_array_equal(task.encode(csr_array(y)), y)


def test_one_class_needs_one_output_and_is_certain():
    task = Classification.of(np.array(["a", "a"]))
    assert (task.outputs, task.exclusive) == (1, False)
    outputs = np.array([[0.1], [0.9]])
    assert task.decode(outputs).tolist() == ["a", "a"]
    np.testing.assert_array_equal(task.probabilities(outputs), 1)


def test_half_is_not_the_second_class():
    task = Classification(np.array(["a", "b"]))
    assert task.decode(np.array([[0.5], [np.nextafter(0.5, 1)]])).tolist() == ["a", "b"]
    columns = Classification(np.arange(2), multilabel=True)
    assert columns.decode(np.array([[0.5, 0.51]])).tolist() == [[0, 1]]


def test_probabilities_of_more_than_two_classes_add_up_to_1_even_where_outputs_do_not():
    task = Classification(np.arange(3))
    outputs = np.array([[0.2, 0.1, 0.1], [1.0, 0, 0], [0.0, 0, 0], [0.0, 1, 0]])
    expected = [[0.5, 0.25, 0.25], [1, 0, 0], [1 / 3] * 3, [0, 1, 0]]
    np.testing.assert_allclose(task.probabilities(outputs), expected, rtol=1e-15)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_probabilities_of_one_output_are_neither_0_nor_1(dtype):
    outputs = np.array([[0.0], [0.25], [1.0]], dtype)
    for task in (Classification(np.array([0, 1])), Classification(np.arange(1), multilabel=True)):
        found = task.probabilities(outputs)
        assert found.dtype == dtype
        assert np.isfinite(np.log(found)).all()
        np.testing.assert_allclose(found[:, -1:], outputs, rtol=1e-6, atol=1e-30)
    np.testing.assert_allclose(
        Classification(np.array([0, 1])).probabilities(outputs).sum(axis=1), 1, rtol=1e-6
    )


def test_answers_that_are_no_class_are_refused_by_name():
    task = Classification(np.array(["a", "c"]))
    for wrong in ("b", "d", "A"):
        with refused("y", wrong):
            task.codes(np.array(["a", wrong, "c", "z"]))
        with refused("y", wrong):
            task.check_known(np.array(["a", wrong, "z"]))
    task.check_known(np.array(["c", "c"]))
    task.check_known(np.array(["c", "a"]), all_of_them=True)
    with pytest.raises(InputError, match="same classes"):  # in scikit-learn's words
        task.check_known(np.array(["c", "c"]), all_of_them=True)


def test_numbers_stand_in_columns():
    one, two = Regression(), Regression(2)
    y = np.array([1, 2, 3])
    np.testing.assert_array_equal(one.encode(y), [[1.0], [2], [3]])
    np.testing.assert_array_equal(one.decode(one.encode(y)), y)
    assert one.encode(y, "float32").dtype == np.float32
    pairs = np.arange(6.0).reshape(3, 2)
    np.testing.assert_array_equal(two.decode(two.encode(pairs)), pairs)
    assert (one.outputs, two.outputs) == (1, 2)
    assert one.strata(one.encode(y)) is None


def test_the_score_is_scikit_learns_and_no_number_where_an_output_is_none():
    random = np.random.default_rng(0)
    weights, y = random.uniform(size=30), random.normal(size=30)
    outputs = y[:, None] + random.normal(size=(30, 1))
    for w in (None, weights):
        expected = r2_score(y, outputs[:, 0], sample_weight=w)
        assert Regression().score(outputs, y, w) == pytest.approx(expected)
    classes = random.integers(3, size=30)
    proba = random.uniform(size=(30, 3))
    task = Classification(np.arange(3))
    for w in (None, weights):
        expected = accuracy_score(classes, proba.argmax(axis=1), sample_weight=w)
        assert task.score(proba, classes, w) == pytest.approx(expected)
    outputs[3] = np.inf
    assert math.isnan(Regression().score(outputs, y))


@pytest.mark.parametrize(
    ("labels", "quick"),
    [
        (["a", "b", "c", "a", "b", "c"], True), (["a", "b", "c", "d", "a", "b", "c"], False),
        (["a", "b"], True), (["a", "b", "c"], False), ([0, 1, 1, 0], True), ([0.0, 1.0], False),
        ([], False),
    ],
)  # fmt: skip
def test_classes_are_found_quickly_where_half_of_the_rows_share_theirs(labels, quick):
    classes = _classes_of(np.array(labels))
    if quick:
        np.testing.assert_array_equal(classes, sorted(set(labels)))
    else:
        assert classes is None
