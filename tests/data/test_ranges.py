"""Rows beyond the ranges of training are noted, by column and place, and predicted all the same."""

import datetime

import numpy as np
import pandas as pd
import pytest

import clearprop as cp


@pytest.fixture(scope="module")
def model():
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(40), unit="D")
    frame = pd.DataFrame(
        {"area": np.linspace(30.1, 200.3, 40), "day": day, "city": ["a", "b"] * 20}
    )
    frame["price"] = 3 * frame.area
    return cp.fit(frame, "price", hidden=(2,), solver="lbfgs", max_epochs=5).model


def rows(area, day="2024-01-05"):
    return {"area": area, "day": [datetime.date.fromisoformat(day)] * len(area), "city": "a"}


def test_rows_of_training_raise_no_note(model):
    assert model.beyond_training(rows([30.1, 200.3, 77.0])) == ()


def test_the_furthest_row_is_named(model):
    (note,) = model.beyond_training(rows([77.0, 250.0, 10.0, 900.0]))
    assert note.en.startswith("area: 3 of 4 rows lie outside 30.1 to 200.3")
    assert "row 3 (900)" in note.en
    assert "第 3 行（900）" in note.zh
    assert np.isfinite(model.predict(rows([900.0]))).all()


def test_the_column_that_is_furthest_comes_first(model):
    notes = model.beyond_training(rows([201.0], "2031-02-03"))
    assert [note.en.split(":")[0] for note in notes] == ["day", "area"]


def test_a_day_is_shown_as_one(model):
    (note,) = model.beyond_training(rows([77.0], "2031-02-03"))
    assert note.en.startswith("day: 1 of 1 rows lie outside 2024-01-01 to 2024-02-09")
    assert "(2031-02-03)" in note.en


def test_a_model_without_statistics_says_nothing():
    net = cp.Network(1, [cp.Layer(1)])
    assert cp.Model(net, net.initialize("zeros")).beyond_training({"x1": [1e9]}) == ()


def test_a_day_before_1970_is_shown_as_one(model):
    (note,) = model.beyond_training(rows([77.0], "1931-02-03"))
    assert "(1931-02-03)" in note.en
