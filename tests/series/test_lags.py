"""Lags: which values of a series stand in which row, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from clearprop import InputError
from clearprop.data import as_table
from clearprop.series import Lags
from clearprop.series.correlation import correlations

SERIES = as_table({"u": np.arange(10.0), "y": 100 + np.arange(10.0), "when": list("abcdefghij")})


def test_a_row_holds_its_past():
    laid = Lags(("y",), ("u",), (0, 2), (1, 3)).lay_out(SERIES)
    frame = laid.table.frame
    assert list(frame.columns) == ["u(t)", "u(t-2)", "y(t-1)", "y(t-3)", "y"]
    assert laid.rows.tolist() == list(range(3, 10))
    assert frame.iloc[0].tolist() == [3, 1, 102, 100, 103]
    assert frame.iloc[-1].tolist() == [9, 7, 108, 106, 109]


def test_pandas_shift_gives_the_same():
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(30, 2)), columns=["u", "y"])
    laid = Lags(("y",), ("u",), (0, 1, 4), (1, 2)).lay_out(as_table(frame)).table.frame
    shifted = pd.DataFrame(
        {f"u(t-{k})" if k else "u(t)": frame.u.shift(k) for k in (0, 1, 4)}
        | {f"y(t-{k})": frame.y.shift(k) for k in (1, 2)}
        | {"y": frame.y}
    )
    pd.testing.assert_frame_equal(laid, shifted.dropna().reset_index(drop=True))


def test_rows_whose_past_has_a_gap_are_left_out():
    u = np.arange(10.0)
    u[4] = np.nan
    lags = Lags(("y",), ("u",), (1,), (1,))
    laid = lags.lay_out(as_table({"u": u, "y": np.arange(10.0)}))
    assert laid.rows.tolist() == [1, 2, 3, 4, 6, 7, 8, 9]
    assert "1 row" in str(lags.gaps(laid)).replace("1 rows", "1 row")


def test_errors_name_the_row_of_the_series():
    laid = Lags(("y",), output_lags=(1, 2)).lay_out(SERIES)
    assert laid.table.place(0) == "row 2"


def test_a_target_that_is_not_fed_back_need_not_be_there():
    lags = Lags(("y",), ("u",), (0, 1))
    laid = lags.lay_out(as_table({"u": [1.0, 2.0, 3.0]}))
    assert laid.table.frame["u(t-1)"].tolist() == [1, 2]
    assert laid.table.missing("y").all()


def test_a_record_makes_the_same_lags():
    lags = Lags(("y", "z"), ("u",), (0, 2), (1, 3))
    assert Lags.from_record(lags.record()) == lags


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ((("y",), ("u",), (-1,), (1,)), "input_lags"),
        ((("y",), ("u",), (1,), (0,)), "output_lags"),
        ((("y",), ("u",), (1.5,), (1,)), "input_lags"),
        ((("y",), (), (), (True,)), "output_lags"),
        ((("y",), (), (1,), ()), "output_lags"),
        ((("y",), ("y",), (1,), (1,)), "inputs"),
        (((), ("u",), (1,), (1,)), "target"),
        ((("y",), (), (), (10**9,)), "output_lags"),
    ],
)
def test_what_is_no_lag_is_refused_by_name(arguments, argument):
    with pytest.raises(InputError, match=f"^`{argument}`.* try: "):
        Lags(*arguments)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"u": [1.0], "y": [1.0]}, "has 1 rows, and a prediction looks 2 rows back"),
        ({"u": [np.nan] * 6, "y": [1.0] * 6}, "no row has 2 rows without a gap"),
        ({"u": list("abcdef"), "y": [1.0] * 6}, "column 'u' (='a')"),
        ({"y": [1.0] * 6}, "no column 'u'"),
    ],
)
def test_a_series_that_cannot_be_laid_out_is_refused(table, words):
    with pytest.raises(InputError) as error:
        Lags(("y",), ("u",), (1, 2), (1, 2)).lay_out(as_table(table))
    assert words in str(error.value)


def test_correlations_are_those_of_numpy():
    random = np.random.default_rng(0)
    one, other = random.normal(size=(2, 50))
    a, b = one - one.mean(), other - other.mean()
    every = np.correlate(b, a, "full") / np.sqrt((a @ a) * (b @ b))
    np.testing.assert_allclose(correlations(one, other, np.arange(-49, 50)), every, atol=1e-14)
    assert correlations(np.ones(5), other[:5], np.array([0])).tolist() == [0.0]
