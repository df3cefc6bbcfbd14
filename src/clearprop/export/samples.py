"""Rows to compare a model and its exported file on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearprop._typing import FloatArray
from clearprop.data import CategoricalColumn, NumericColumn
from clearprop.export.program import Program, gap_of

ROWS = 200
SEED = 0
WHERE_UNKNOWN = (-3.0, 3.0)
"""The range of a number of which no range in training is known."""


@dataclass(frozen=True)
class Sample:
    """m rows of a table, and the features that the library makes of them.

    Attributes
    ----------
    columns : dict of str to list
        A float or a text a row; NaN and "" for missing ones.
    X : array of shape (m, n₀)
    """

    columns: dict[str, list[float] | list[str]]
    X: FloatArray

    def __len__(self) -> int:
        return len(self.X)


def draw(program: Program, rows: int = ROWS) -> Sample:
    """Return random rows in the ranges of training: both ends, every category, and gaps."""
    random = np.random.default_rng(SEED)
    columns: dict[str, list[float] | list[str]] = {}
    parts: list[npt.NDArray[np.float64]] = []
    for column, first in program.places:
        if isinstance(column, CategoricalColumn):
            codes = random.permutation(np.arange(rows) % len(column.categories))
            columns[column.name] = [column.categories[code] for code in codes]
            parts.append(np.eye(len(column.categories))[codes])
        elif isinstance(column, NumericColumn):
            low, high = program.range_of(first) or WHERE_UNKNOWN
            values = low + (high - low) * random.random(rows)
            values[:2] = low, high
            missing = np.zeros(rows, dtype=bool)
            if gap_of(column) is not None:
                missing = random.random(rows) < 0.2
            columns[column.name] = np.where(missing, np.nan, values).tolist()
            filled = np.where(missing, column.fill or 0.0, values)
            says = missing.astype(np.float64)
            parts.append(np.column_stack([filled, says])[:, : len(column.features)])
    return Sample(columns, np.hstack(parts))
