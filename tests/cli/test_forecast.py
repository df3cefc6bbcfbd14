"""A time series on the command line: train --lags, predict, forecast, report."""

import io

import numpy as np
import pandas as pd
import pytest

import clearprop as cp


def series(rows):
    u = np.random.default_rng(0).uniform(-1, 1, rows)
    y = np.zeros(rows)
    for t in range(1, rows):
        y[t] = y[t - 1] / (1 + y[t - 1] ** 2) + u[t - 1] ** 3
    return pd.DataFrame({"u": u, "y": y})


@pytest.fixture
def trained(clearprop, folder):
    """The folder, with series.csv and a model of it."""
    frame = series(220)
    frame[:200].to_csv("series.csv", index=False)
    frame[200:][["u"]].to_csv("future.csv", index=False)
    options = ["--hidden", 5, "--solver", "levenberg_marquardt", "--max-epochs", 30, "--quiet"]
    given = ["--target", "y", "--lags", "1-2", "--input-lags", "0-1", *options]
    code, out, _ = clearprop("train", "series.csv", *given)
    assert code == 0
    assert "closed-loop RMSE" in out
    return folder


def test_a_series_is_trained_predicted_and_forecast(trained, clearprop):
    model = cp.load("series.clearprop")
    assert model.lags.columns == ("u(t)", "u(t-1)", "y(t-1)", "y(t-2)")
    past, future = pd.read_csv("series.csv"), pd.read_csv("future.csv")

    code, out, _ = clearprop("predict", "series.clearprop", "series.csv")
    predicted = pd.read_csv(io.StringIO(out), skip_blank_lines=False)
    assert code == 0
    np.testing.assert_allclose(predicted.y, model.predict(past), rtol=1e-12)

    code, out, _ = clearprop("forecast", "series.clearprop", "series.csv", "--inputs", "future.csv")
    loop = model.forecast(past, future)
    assert code == 0
    np.testing.assert_allclose(pd.read_csv(io.StringIO(out)).y, loop, rtol=1e-12)
    assert len(loop) == 20

    given = ["--inputs", "future.csv", "--steps", 3, "--out", "next.csv"]
    for _ in range(2):  # a forecast may be replaced by another
        assert clearprop("forecast", "series.clearprop", "series.csv", *given)[0] == 0
    np.testing.assert_allclose(pd.read_csv("next.csv").y, loop[:3], rtol=1e-12)

    code, out, _ = clearprop("explain", "series.clearprop", "series.csv", "--row", 3)
    assert code == 0
    assert "u(t-1)" in out or "δ" in out
    assert clearprop("check", "series.clearprop", "series.csv")[0] == 0
    assert clearprop("report", "series.clearprop", "series.csv", "--lang", "zh")[0] == 0
    page = (trained / "series.html").read_text(encoding="utf-8")
    assert "时间序列" in page
    assert "闭环" in page


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["forecast", "series.clearprop", "series.csv"], "`steps`"),
        (["forecast", "series.clearprop", "series.csv", "--steps", 3], "`future_inputs`"),
        (["forecast", "series.clearprop", "houses.csv", "--steps", 3], "no column"),
        (["forecast", "series.clearprop", "series.csv", "--inputs", "future.csv",
          "--out", "series.csv"], "`out`"),
        (["train", "series.csv", "--target", "y", "--lags", "3-1"], "`lags`"),
        (["train", "series.csv", "--target", "y", "--lags", "1-99999999999"], "`lags`"),
        (["train", "series.csv", "--target", "y", "--lags", "0"], "`output_lags`"),
        (["train", "series.csv", "--target", "y", "--lags", "1", "--categorical", "u"],
         "`categorical`"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line(trained, clearprop, arguments, words):
    code, _, complaint = clearprop(*arguments)
    assert code == 2
    assert words in complaint
    assert complaint.count("\n") == 1
