"""Training on a time series: blocks, the open loop, and honest measures of the closed one."""

import numpy as np
import pandas as pd
import pytest

import clearprop as cp
from clearprop import InputError
from clearprop.training import divide


def plant(rows=300, seed=0):
    """y(t+1) = y / (1 + y²) + u³: plant II of Narendra and Parthasarathy, 1990."""
    u = np.random.default_rng(seed).uniform(-1, 1, rows)
    y = np.zeros(rows)
    for t in range(1, rows):
        y[t] = y[t - 1] / (1 + y[t - 1] ** 2) + u[t - 1] ** 3
    return pd.DataFrame({"u": u, "y": y})


FRAME = plant()
QUICK = {"hidden": (8,), "solver": "bayesian_regularization", "restarts": 1}


@pytest.fixture(scope="module")
def fitted():
    return cp.lags(FRAME, "y", input_lags=[1], output_lags=[1]).fit(**QUICK)


def measure(fitted, name):
    return next(each for each in fitted.measures if each.name == name)


def test_the_last_block_tests(fitted):
    division = fitted.result.division
    assert division.test.tolist() == list(range(254, 299))
    assert division.train.tolist() == list(range(254))


def test_the_model_predicts_a_series_row_by_row(fitted):
    predicted = fitted.model.predict(FRAME)
    assert predicted.shape == (300,)
    assert np.isnan(predicted[0])
    assert np.abs(predicted[1:] - FRAME.y[1:]).max() < 1e-3
    again = fitted.model.predict(cp.lags(FRAME, "y", input_lags=[1], output_lags=[1]).table)
    assert np.array_equal(again, predicted[1:])


def test_the_closed_loop_is_measured_on_each_part(fitted):
    """Its measure on the test rows is that of a forecast from where they begin."""
    first = 255  # of the series: one row before has no past
    loop = fitted.model.forecast(FRAME.iloc[:first], FRAME[["u"]].iloc[first:])
    error = np.sqrt(np.mean((loop - FRAME.y.iloc[first:]) ** 2))
    found = measure(fitted, "closed_loop_rmse")
    assert found.test == pytest.approx(error, rel=1e-9)
    assert found.train is not None
    assert measure(fitted, "rmse").test < found.test * 1.5
    assert measure(fitted, "closed_loop_r2").test > 0.99
    assert {each["name"] for each in fitted.model.summary["measures"]} >= {"closed_loop_rmse"}


def test_rows_at_random_have_no_closed_loop():
    series = cp.lags(FRAME, "y", input_lags=[1], output_lags=[1])
    fitted = series.fit(**QUICK, division="interleaved", test=0.2)
    assert measure(fitted, "closed_loop_rmse").test is None


def test_parts_are_named_by_rows_of_the_series():
    part = np.where(np.arange(300) < 200, "train", "test")
    series = cp.lags(FRAME.assign(part=part), "y", ["u"], input_lags=[1], output_lags=[1, 2])
    for given in ({"part": "part"}, {"division": divide(300, "block", (2 / 3, 0, 1 / 3))}):
        fitted = series.fit(**QUICK, **given)
        assert fitted.result.division.train.tolist() == list(range(198))
    with pytest.raises(InputError, match="`part`"):
        series.fit(**QUICK, part="part", test=0.1)


def test_what_is_asked_for_is_held_back():
    series = cp.lags(FRAME, "y", input_lags=[1], output_lags=[1])
    for options, changes, rows in (
        (cp.FitOptions(test=0.3), {}, 90),
        (None, {"test": 0.0}, 0),
        (None, {"validation": 0.2}, 0),
    ):
        fitted = series.fit(options, **QUICK, **changes)
        assert len(fitted.result.division.test) == rows
        assert len(fitted.result.division.validation) == (60 if "validation" in changes else 0)


def test_only_numbers_are_inputs_and_gaps_are_left_out():
    frame = FRAME.assign(day=[f"d{n}" for n in range(300)], flag=FRAME.u > 0)
    frame.loc[10, "u"] = np.nan
    frame.loc[20, "y"] = np.nan
    series = cp.lags(frame, "y", input_lags=[1], output_lags=[1])
    assert series.lags.inputs == ("u", "flag")
    assert [note.en.partition(":")[0] for note in series.notes] == [
        "day",
        "Values are missing in the series",
    ]
    fitted = series.fit(**QUICK)
    assert fitted.model.summary["rows"]["train"] + fitted.model.summary["rows"]["test"] == 296
    assert len(fitted.notes) == 2


def test_without_feedback_there_is_no_loop_to_measure():
    fitted = cp.lags(FRAME, "y", input_lags=[1, 2], output_lags=[]).fit(**QUICK)
    assert {each.name for each in fitted.measures} == {"rmse", "r2"}
    future = plant(4, seed=1)[["u"]]
    assert fitted.model.forecast(FRAME, future).shape == (4,)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"target": "w"}, "no column 'w'"),
        ({"target": "y", "inputs": ["v"]}, "no column 'v'"),
        ({"target": "y", "ignore": ["v"]}, "no column 'v'"),
        ({"target": "y", "inputs": ["y"]}, "`inputs`"),
    ],
)
def test_columns_that_are_not_there_are_refused(arguments, words):
    with pytest.raises(InputError, match=words):
        cp.lags(FRAME, **arguments)
