"""Rows beyond what training saw: they are predicted, and it is said."""

import datetime

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.data.columns import DateColumn, NumericColumn
from clearprop.data.encoding import Encoding
from clearprop.data.statistics import ColumnStatistics
from clearprop.data.table import Table

OUTSIDE = Text(
    "{name}: {count} of {m} rows lie outside {low} to {high}, the range of the training rows; the "
    "furthest is {place} ({value}). Predictions there are guesses.",
    "{name}：{m} 行中有 {count} 行超出训练范围 {low} 至 {high}；最远的是{place}（{value}）。"
    "这些行的预测并不可靠。",
)


def beyond_ranges(
    encoding: Encoding, known: ColumnStatistics, X: FloatArray, table: Table
) -> tuple[Text, ...]:
    """Return a note for each column of numbers that leaves the range of the training rows.

    The column that leaves it furthest, as a part of the range, comes first.

    Parameters
    ----------
    encoding : Encoding
    known : ColumnStatistics
        Of the network's inputs in training.
    X : array of shape (m, n₀)
        The rows of the table, encoded.
    table : Table
        It says where a row stands.
    """
    notes: list[tuple[float, Text]] = []
    first = 0
    for column in encoding.columns:
        x, low, high = X[:, first], known.low[first], known.high[first]
        first += len(column.features)
        if not isinstance(column, NumericColumn):
            continue
        # a range that was kept in float32 is not left by its own ends
        slack = 1e-6 * max(abs(low), abs(high), high - low)
        by = np.maximum(low - x, x - high)
        count = int((by > slack).sum())
        if not count:
            continue
        row = int(by.argmax())
        values = (_shown(column, each) for each in (low, high, float(x[row])))
        said = dict(zip(("low", "high", "value"), values, strict=True))
        place = table.place_text(row)
        said_of = OUTSIDE.filled(name=column.name, count=count, m=len(x), place=place, **said)
        width = high - low
        notes.append((by[row] / width if width else np.inf, said_of))
    return tuple(text for _, text in sorted(notes, key=lambda each: -each[0]))


def _shown(column: NumericColumn, value: float) -> str:
    """Return a number, or the day that it is."""
    if isinstance(column, DateColumn):
        day = datetime.datetime(1970, 1, 1) + datetime.timedelta(days=min(max(value, -7e5), 2.9e6))
        return day.date().isoformat()
    return f"{value:.6g}"
