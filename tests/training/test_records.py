"""What a model file keeps of a training is what the training was."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearprop.training import Division, History, Record, divide


def record(epoch: int, loss: float, **details: float) -> Record:
    return Record(epoch, loss, 2 * loss, None, 0.5, 0.25 * epoch, details)


def test_a_history_comes_back_from_json():
    history = History(
        [record(0, 1.5), record(1, 0.25, damping=1e-3), record(2, 0.125, damping=1e-4)]
    )
    again = History.from_record(json.loads(json.dumps(history.record(), allow_nan=False)))
    assert list(again) == list(history)


def test_a_loss_that_was_not_finite_comes_back_as_nan():
    history = History([record(1, math.inf), record(2, math.nan)])
    again = History.from_record(json.loads(json.dumps(history.record(), allow_nan=False)))
    assert all(math.isnan(entry.loss) for entry in again)
    assert [entry.epoch for entry in again] == [1, 2]


def test_a_long_history_keeps_its_ends_and_the_best_epoch():
    history = History([record(epoch, 1 / (epoch + 1)) for epoch in range(123_457)])
    epochs = history.record(always=(77_777,))["epoch"]
    assert len(epochs) <= 1002
    assert {0, 77_777, 123_456} <= set(epochs)
    assert epochs == sorted(epochs)


def test_an_empty_history_has_a_record():
    assert list(History.from_record(History().record())) == []


@pytest.mark.parametrize(
    "broken", [{"epoch": [1]}, {"epoch": [1, 2], "loss": [1.0]}, {"epoch": ["one"], "loss": [1.0]}]
)
def test_a_broken_record_is_no_history(broken):
    with pytest.raises((KeyError, TypeError, ValueError)):
        History.from_record(broken)


@settings(deadline=None, max_examples=30)
@given(m=st.integers(1, 60), seed=st.integers(0, 9), held=st.sampled_from([0.0, 0.2, 0.4]))
def test_a_division_comes_back_from_its_letters(m, seed, held):
    division = divide(m, fractions=(1 - 2 * held, held, held), seed=seed)
    letters = division.letters(m)
    again = Division.from_letters(letters)
    assert len(letters) == m
    for part in ("train", "validation", "test"):
        np.testing.assert_array_equal(getattr(again, part), getattr(division, part))


def test_a_row_in_no_part_has_a_dash():
    division = divide(5, "index", rows=([0, 1], [3], []))
    assert division.letters(5) == "TT-V-"
