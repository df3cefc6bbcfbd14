"""NaN among the rows for training: refused, or dropped and counted."""

import numpy as np
import pytest

import clearprop as cp
from clearprop.training import Stopping, TrainingConfig, divide, train
from refusals import refused

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 2))
Y = np.column_stack([np.sin(X[:, 0]), X[:, 1] ** 2])
NETWORK = cp.Network(2, [cp.Layer(4, "tanh"), cp.Layer(2)])
ALONE = cp.Network(2, [cp.Layer(4, "tanh"), cp.Layer(1)])
SOLVERS = ["levenberg_marquardt", "bayesian_regularization", "lbfgs", "adam"]


def with_gaps(array: np.ndarray, *places: tuple[int, ...]) -> np.ndarray:
    array = array.copy()
    for place in places:
        array[place] = np.nan
    return array


@pytest.mark.parametrize("solver", SOLVERS)
def test_rows_with_gaps_are_as_if_they_were_not_there(solver):
    config = TrainingConfig(solver, seed=1, stopping=Stopping(12))
    given = train(
        ALONE,
        with_gaps(X, (3, 0), (7,)),
        with_gaps(Y[:, :1], (9, 0), (7, 0)),
        config,
        missing="drop",
    )
    kept = np.delete(np.arange(40), [3, 7, 9])
    without = train(ALONE, X[kept], Y[kept, :1], config)
    np.testing.assert_array_equal(given.parameters.vector, without.parameters.vector)
    np.testing.assert_array_equal(given.division.train, kept)
    assert [note.en for note in given.notes] == ["3 rows have a missing value and are left out."]
    assert given.notes[0].zh == "3 行含缺失值，已略去。"


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_single_target_that_is_missing_does_not_count(solver):
    config = TrainingConfig(solver, seed=1, stopping=Stopping(12), scale_targets="minmax")
    gaps = with_gaps(Y, (3, 0), (8, 1), (9, 1), (11,))
    given = train(NETWORK, X, gaps, config, missing="drop")
    weights = 1.0 - np.isnan(gaps)
    by_weight = train(NETWORK, X, np.nan_to_num(gaps), config, sample_weight=weights)
    np.testing.assert_allclose(
        given.parameters.vector, by_weight.parameters.vector, rtol=1e-6, atol=1e-8
    )
    assert [note.en for note in given.notes] == [
        "1 row has a missing value and is left out.",
        "3 targets of other rows are missing and do not count.",
    ]


def test_a_missing_target_leaves_the_row_its_weight():
    config = TrainingConfig("lbfgs", seed=1, stopping=Stopping(12))
    gaps, rows = with_gaps(Y, (3, 0), (8, 1)), np.linspace(0.5, 2, 40)
    given = train(NETWORK, X, gaps, config, sample_weight=rows, missing="drop")
    each = rows[:, None] * ~np.isnan(gaps)
    by_weight = train(NETWORK, X, np.nan_to_num(gaps), config, sample_weight=each)
    np.testing.assert_array_equal(given.parameters.vector, by_weight.parameters.vector)


def test_each_part_of_the_division_loses_its_own_rows():
    division = divide(40, "block", (0.5, 0.25, 0.25))
    config = TrainingConfig("lbfgs", seed=0, division=division, stopping=Stopping(5))
    rows = (0, 0), (22, 1), (39, 0)
    result = train(NETWORK, with_gaps(X, *rows), Y, config, missing="drop")
    letters = list(division.letters(40))
    for row, _ in rows:
        letters[row] = "-"
    assert result.division.letters(40) == "".join(letters)


def test_weights_of_rows_are_kept():
    weights = RANDOM.uniform(0.5, 2, size=40)
    config = TrainingConfig("lbfgs", seed=1, stopping=Stopping(9))
    gaps = with_gaps(X, (5, 1))
    kept = np.delete(np.arange(40), 5)
    given = train(NETWORK, gaps, Y, config, sample_weight=weights, missing="drop")
    without = train(NETWORK, X[kept], Y[kept], config, sample_weight=weights[kept])
    np.testing.assert_array_equal(given.parameters.vector, without.parameters.vector)


def test_nothing_changes_where_nothing_is_missing():
    config = TrainingConfig("lbfgs", seed=1, stopping=Stopping(9))
    one, two = (train(NETWORK, X, Y, config, missing=each) for each in ("drop", "refuse"))
    np.testing.assert_array_equal(one.parameters.vector, two.parameters.vector)
    assert one.notes == two.notes == ()


def test_a_gap_is_refused_unless_it_is_asked_for():
    with refused("X", "row 3, column 0", "missing='drop'"):
        train(NETWORK, with_gaps(X, (3, 0)), Y, "lbfgs")
    with refused("Y", "row 4, column 1", "missing='drop'"):
        train(NETWORK, X, with_gaps(Y, (4, 1)), "lbfgs")
    with refused("missing", "refuse"):
        train(NETWORK, X, Y, "lbfgs", missing="fill")
    with refused("missing", "every row has a gap"):
        train(NETWORK, X * np.nan, Y, "lbfgs", missing="drop")
    with refused("sample_weight", "output 1"):
        train(NETWORK, X, Y * [1, np.nan], "lbfgs", missing="drop")
    halves = TrainingConfig("lbfgs", division=divide(40, "block", (0.5, 0, 0.5)))
    first_half = Y.copy()
    first_half[:20, 1] = np.nan
    with refused("sample_weight", "output 1"):
        train(NETWORK, X, first_half, halves, missing="drop")
    infinite = X.copy()
    infinite[2, 1] = np.inf
    with refused("X", "row 2, column 1"):
        train(NETWORK, infinite, Y, "lbfgs", missing="drop")


def test_a_missing_target_stands_for_one_that_the_loss_takes():
    layers = [cp.Layer(3, "tanh"), cp.Layer(2, "sigmoid")]
    network = cp.Network(2, layers, "binary_cross_entropy")
    gaps = with_gaps((Y > 0.5).astype(float), (3, 0), (8, 1))
    config = TrainingConfig("lbfgs", seed=1, stopping=Stopping(5))
    assert train(network, X, gaps, config, missing="drop").history[-1].loss < np.log(2) * 2
