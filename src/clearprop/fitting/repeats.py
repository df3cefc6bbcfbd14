"""Rows that stand in a table more than once: those left out of a training are known from others."""

from collections import Counter

import numpy as np
import numpy.typing as npt

from clearprop._text import Text
from clearprop._typing import FloatArray

MANY = 0.01
"""Part of the rows from which repeated ones are worth a word."""
MOST_ROWS = 100_000
"""Rows that are looked at, from the first."""
OWN_VALUES = 0.5
"""Values a row, among rows that differ, of a quantity that does not repeat by itself."""
MORE_THAN_CHANCE = 10
"""Equal pairs of rows to each that columns would make which know nothing of one another."""


def notes_on_repeats(X: FloatArray, Y: FloatArray) -> tuple[Text, ...]:
    """Return a note if rows are repeated that chance would not repeat.

    Rows of few categories repeat by themselves; rows with a measured quantity hardly do.

    Parameters
    ----------
    X : array of shape (m, n₀)
        Inputs.
    Y : array of shape (m, K)
        Targets.
    """
    rows = np.column_stack([X[:MOST_ROWS], Y[:MOST_ROWS]])
    counts = np.array(list(Counter(row.tobytes() for row in rows).values()))
    repeated = len(rows) - len(counts)
    if repeated < max(2, MANY * len(rows)):
        return ()
    values = [np.unique(column, return_counts=True)[1] for column in rows.T]
    if max(map(len, values)) < OWN_VALUES * len(counts):
        return ()
    by_chance = np.prod([_pairs(each) / _pairs(len(rows)) for each in values]) * _pairs(len(rows))
    if _pairs(counts) < MORE_THAN_CHANCE * by_chance:
        return ()
    return (
        Text(
            f"{repeated:,} rows repeat others in every column, so that rows which are left out are "
            "known already: errors there are too good. Remove repeated rows, unless each is a case "
            "of its own.",
            f"有 {repeated:,} 行与其他行完全相同，留出的行因此早已见过，其误差会好得不真实。"
            "除非每行各是一例，否则请去掉重复行。",
        ),
    )


def _pairs(counts: npt.ArrayLike) -> float:
    """Return how many pairs so many equal things make, all kinds of them together."""
    counts = np.asarray(counts, np.float64)
    return float((counts * (counts - 1) / 2).sum())
