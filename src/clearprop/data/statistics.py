"""Statistics of the rows that trained a model: what its columns held."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from clearprop._typing import FloatArray


@dataclass(frozen=True)
class ColumnStatistics:
    """Mean, spread and range of each column of a matrix.

    Attributes
    ----------
    mean, spread, low, high : tuple of float
        One a column, in its unit; the spread is the standard deviation of the rows. Of a column
        that is 1 for one category and 0 for others, the mean is the category's share.
    """

    mean: tuple[float, ...]
    spread: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    @classmethod
    def of(cls, matrix: FloatArray) -> "ColumnStatistics":
        """Return the statistics of a matrix of finite numbers, shape (m, columns).

        Examples
        --------
        >>> ColumnStatistics.of(np.array([[1.0], [3.0]]))
        ColumnStatistics(mean=(2.0,), spread=(1.0,), low=(1.0,), high=(3.0,))
        """
        low, high = (edge(axis=0).astype(np.float64) for edge in (matrix.min, matrix.max))
        # powers of 2 change no digit, and keep squares of huge numbers representable
        _, exponent = np.frexp(np.maximum(-low, high))
        scaled = np.ldexp(matrix.astype(np.float64), -exponent)
        mean = scaled.mean(axis=0)
        spread = np.sqrt(((scaled - mean) ** 2).mean(axis=0))
        parts = (np.ldexp(mean, exponent), np.ldexp(spread, exponent), low, high)
        return cls(*(tuple(part.tolist()) for part in parts))

    def record(self) -> dict[str, list[float]]:
        """Return what JSON can keep of the statistics."""
        return {each.name: list(getattr(self, each.name)) for each in fields(self)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any], columns: int) -> "ColumnStatistics":
        """Return the statistics that `record` described.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it does not describe so many columns.
        """
        parts = [np.asarray(record[each.name], dtype=np.float64) for each in fields(cls)]
        if any(part.shape != (columns,) or not np.isfinite(part).all() for part in parts):
            raise ValueError("statistics are finite numbers, one a column")
        return cls(*(tuple(part.tolist()) for part in parts))


@dataclass(frozen=True)
class TrainingStatistics:
    """What the rows that trained a model held.

    Attributes
    ----------
    rows : int
    inputs : ColumnStatistics
        Of the network's n₀ inputs.
    targets : ColumnStatistics
        Of the K targets, as the network learnt them.
    """

    rows: int
    inputs: ColumnStatistics
    targets: ColumnStatistics

    @classmethod
    def of(cls, X: FloatArray, Y: FloatArray) -> "TrainingStatistics":
        """Return the statistics of inputs (m, n₀) and targets (m, K) that trained."""
        return cls(len(X), ColumnStatistics.of(X), ColumnStatistics.of(Y))

    def record(self) -> dict[str, Any]:
        """Return what JSON can keep of the statistics."""
        return {
            "rows": self.rows,
            "inputs": self.inputs.record(),
            "targets": self.targets.record(),
        }

    @classmethod
    def from_record(
        cls, record: Mapping[str, Any], inputs: int, outputs: int
    ) -> "TrainingStatistics":
        """Return the statistics that `record` described.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it does not describe so many inputs and outputs.
        """
        rows = record["rows"]
        if isinstance(rows, bool) or not isinstance(rows, int) or rows < 1:
            raise ValueError("rows are counted from 1")
        return cls(
            rows,
            ColumnStatistics.from_record(record["inputs"], inputs),
            ColumnStatistics.from_record(record["targets"], outputs),
        )
