"""Histories: what a model file keeps of a training is what the training was."""

import json
import math

import numpy as np
import pytest

from clearprop.training import History, Record
from clearprop.training.history import Stretch


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


def test_a_history_counts_what_it_has_not_yet_written_out():
    def record(epoch):
        return Record(epoch, 1 / epoch, None, None, None, epoch / 10)

    history = History([record(1)])
    history.add(Stretch(2, np.array([1 / 2, 1 / 3, 1 / 4]), 0.1, 0.4))
    history.add(record(5))
    assert len(history) == 5
    assert [r.epoch for r in history] == [1, 2, 3, 4, 5]
    assert [r.loss for r in history] == [record(e).loss for e in range(1, 6)]
    np.testing.assert_allclose([r.seconds for r in history], np.arange(1, 6) / 10)
    history.drop_last()
    assert len(history) == len(list(history)) == 4


def test_columns_have_fields_and_details():
    history = History([record(1, 4.0), record(2, 2.0, damping=0.5)])
    assert history.column("validation_loss") == [8.0, 4.0]
    assert history.column("damping") == [None, 0.5]


def test_a_frame_has_one_row_an_epoch():
    frame = History([record(1, 4.0), record(2, 2.0, damping=0.5)]).to_frame()
    assert frame.index.tolist() == [1, 2]
    assert frame["loss"].tolist() == [4.0, 2.0]
    assert frame["damping"].tolist()[1] == 0.5


def test_a_notebook_sees_about_a_dozen_epochs_and_the_last():
    def shown(epochs):
        records = [Record(n, 1.0, None, None, None, 0.0) for n in range(1, epochs + 1)]
        return History(records)._repr_html_().count("<tr>") - 1

    assert [shown(epochs) for epochs in (1, 12, 24, 25, 240)] == [1, 12, 13, 13, 13]


def test_a_history_of_a_thousand_epochs_is_kept_whole():
    def kept(epochs):
        records = [Record(n, 1.0, None, None, None, 0.0) for n in range(1, epochs + 1)]
        return History(records).record()["epoch"]

    assert kept(1000) == list(range(1, 1001))
    assert kept(1001) == list(range(1, 1002, 2))
    assert kept(1002) == [*range(1, 1003, 2), 1002]
    assert History([Record(1, 1 / 3, None, None, None, 0.0)]).record()["loss"] == [0.333333]
