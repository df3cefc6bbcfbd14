import numpy as np
import pandas as pd
import pytest

from clearprop._validation import as_matrix, as_targets, as_weights, is_matrix
from refusals import refused


@pytest.mark.parametrize(
    ("given", "columns", "shape"),
    [
        ([[1, 2], [3, 4], [5, 6]], 2, (3, 2)),
        ([1, 2], 2, (1, 2)),
        ([1, 2, 3], 1, (3, 1)),
        (np.ones((4, 1), np.float32), 1, (4, 1)),
        (pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5]}), 2, (2, 2)),
        (pd.Series([1, 2, 3]), 1, (3, 1)),
        ([[True, False]], 2, (1, 2)),
    ],
    ids=["rows", "one sample", "one column", "float32", "data frame", "series", "yes/no"],
)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_what_holds_numbers_becomes_a_matrix(given, columns: int, shape, dtype: str) -> None:
    matrix = as_matrix("X", given, columns, dtype)
    assert matrix.shape == shape
    assert matrix.dtype == dtype
    np.testing.assert_array_equal(matrix.ravel(), np.ravel(np.asarray(given)))


@pytest.mark.parametrize(
    "given",
    [
        [["a", "b"]],
        [["1", "2"]],
        np.array([["1.5", "2.5"]]),
        pd.DataFrame({"a": [1.0], "b": ["text"]}),
        [[1, 2], [3]],
        [[1 + 2j, 0]],
        np.array([[1 + 2j, 0]]),
        np.array([["2020-01-01", "2020-01-02"]], dtype="datetime64[D]"),
        {"a": [1, 2]},
        3.0,
        None,
        [[1, 2, 3]],
        [1, 2, 3],
        [],
        np.zeros((0, 2)),
        np.zeros((2, 2, 2)),
        [[1, np.nan]],
        [[1, np.inf]],
        [[1, None]],
    ],
    ids=lambda given: repr(given)[:40].replace("\n", " "),
)
def test_what_holds_no_finite_numbers_in_two_columns_is_refused(given) -> None:
    with refused("X"):
        as_matrix("X", given, 2, "float64")


def test_a_refusal_says_where_the_number_is() -> None:
    with refused("Y", "row 2, column 1"):
        as_matrix("Y", [[1, 2], [3, 4], [5, np.nan]], 2, "float64")


def test_numbers_too_large_for_float32_are_refused() -> None:
    given = np.array([[1.0, 1e300]])
    assert as_matrix("X", given, 2, "float64")[0, 1] == 1e300
    with refused("X", "row 0, column 1", "float32"):
        as_matrix("X", given, 2, "float32")


def test_weights_are_one_number_a_row() -> None:
    assert as_weights(None, 3, "float64") is None
    np.testing.assert_array_equal(as_weights([0, 1, 2], 3, "float32"), [0, 1, 2])
    assert as_weights([0, 1, 2], 3, "float32").dtype == np.float32
    np.testing.assert_array_equal(as_weights(0.5, 3, "float64"), [0.5, 0.5, 0.5])


@pytest.mark.parametrize(
    "given",
    [[1, 2], [[1], [2], [3]], -1.0, [1, 2, -1], [0, 0, 0], [1, np.nan, 1], [1, np.inf, 1],
     ["a", "b", "c"], ["1", "2", "3"], [1, [2], 3], [1j, 1, 1]],
    ids=repr,
)  # fmt: skip
def test_other_weights_are_refused(given) -> None:
    with refused("sample_weight"):
        as_weights(given, 3, "float64")


def test_a_matrix_that_needs_no_closer_look_is_recognised() -> None:
    assert is_matrix(np.ones((3, 2)), 2, "float64")
    assert is_matrix(np.ones((3, 4))[:, ::2], 2, "float64")
    assert is_matrix(np.ones((1, 2), np.float32), 2, "float32")


@pytest.mark.parametrize(
    "given",
    [
        [[1.0, 2.0]],
        np.ones(2),
        np.ones((1, 3)),
        np.ones((0, 2)),
        np.ones((1, 2), np.float32),
        np.ones((1, 2), int),
        np.ones((1, 2), object),
        np.array([["1", "2"]]),
        np.ma.masked_array(np.ones((1, 2)), [[True, False]]),
        np.array([[1.0, np.nan]]),
        np.array([[1.0, -np.inf]]),
        np.full((1, 2), 1e200),
    ],
)
def test_what_needs_a_closer_look_is_not(given) -> None:
    assert not is_matrix(given, 2, "float64")


@pytest.mark.parametrize("shape", [(2, 100), (2, 1), (2, 7)])
def test_samples_in_columns_are_told_to_be_transposed(shape) -> None:
    with refused("X", "looks transposed", f"X.T, of shape {shape[::-1]}"):
        as_matrix("X", np.ones(shape), 2, "float64")


@pytest.mark.parametrize("shape", [(100, 3), (3, 100)])
def test_another_shape_is_not_told_so(shape) -> None:
    with refused("X", "columns. try: shape (m, 2)"):
        as_matrix("X", np.ones(shape), 2, "float64")


LABELS = {
    "from 0": np.array([0, 1, 2, 1, 0]),
    "from 1": np.array([1, 2, 3, 1, 2]),
    "a column of floats": np.array([[0.0], [1.0], [2.0], [0.0]]),
    "texts": np.array(["a", "b", "c", "a"]),
    "a list": [2, 1, 0, 0],
    "a class that does not occur": [2, 0, 0, 2],
    "a series of texts": pd.Series(["no", "yes", "perhaps", "no"]),
}


@pytest.mark.parametrize("name", LABELS)
def test_labels_are_answered_with_one_hot_targets_that_work(name) -> None:
    with refused("Y", "one-hot targets"):
        as_targets(LABELS[name], 3, "float64")
    with pytest.raises(ValueError) as caught:
        as_targets(LABELS[name], 3, "float64")
    code = str(caught.value).partition("one-hot targets, ")[2].removesuffix(".")
    one_hot = as_targets(eval(code, {"np": np, "Y": LABELS[name]}), 3, "float64")
    np.testing.assert_array_equal(one_hot.sum(axis=1), 1)
    labels = np.ravel(LABELS[name])
    assert len({*zip(labels, one_hot.argmax(axis=1), strict=True)}) == len({*labels})


def test_numbers_for_several_outputs_are_no_labels() -> None:
    with refused("Y", "3 outputs", "shape (m, 3)"):
        as_targets(np.linspace(0, 1, 9), 3, "float64")
    np.testing.assert_array_equal(as_targets([0.5, 1, 2], 3, "float64"), [[0.5, 1, 2]])


def test_gaps_are_let_through_where_they_are_allowed() -> None:
    given = [[1.0, np.nan], [3.0, 4.0]]
    np.testing.assert_array_equal(as_matrix("X", given, 2, "float64", gaps=True), given)
    with refused("X", "row 1, column 0"):
        as_matrix("X", [[1.0, np.nan], [np.inf, 4.0]], 2, "float64", gaps=True)
