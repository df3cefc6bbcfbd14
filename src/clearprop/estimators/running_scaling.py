"""Standardisation of a stream: the statistics of its columns so far, and the units in use.

The first rows say little of the columns: two of them may lie a hundred times closer together than
all later ones, and a stream may be at rest before it moves. So the units in use are not the
statistics. They stand while the columns keep to them, and follow where these have left them.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from clearprop._sparse import Rows, is_sparse
from clearprop._typing import FloatArray
from clearprop.training.scaling import Scaling, fit_scaling

FACTOR = 2.0
"""A unit stands while the spread of its column is within this factor of it."""
FAR = 5.0
"""Units at which a single row shows that its column has left them."""
SMALLEST = np.finfo(float).smallest_normal
ROWS_TO_KNOW = 30
"""Rows from which units are known well enough for weights to mean something in them."""
MODERATE = 4.0
"""The factor between two units up to which weights are expressed in the new one."""


@dataclass(frozen=True)
class RunningScaling:
    """The statistics of the columns of a stream, and the scaling that is in use.

    Attributes
    ----------
    count : float
        Rows seen so far, each by its weight.
    mean, spread : array of shape (columns,)
        Mean and standard deviation of all rows so far.
    shift, unit : array of shape (columns,)
        What is subtracted from a column, and what it is divided by then.
    since : array of shape (columns,)
        The count at which the unit of a column was chosen.
    """

    count: float
    mean: FloatArray
    spread: FloatArray
    shift: FloatArray
    unit: FloatArray
    since: FloatArray

    @staticmethod
    def nothing_seen(columns: int) -> "RunningScaling":
        """Return what is known before the first rows."""
        zeros, ones = np.zeros(columns), np.ones(columns)
        return RunningScaling(0.0, zeros, zeros, zeros, ones, zeros)

    @staticmethod
    def of(scaling: Scaling, count: float) -> "RunningScaling":
        """Return what `fit` knows after so many rows; its scaling stays in use."""
        spread, since = scaling.spread, np.full(scaling.shift.shape, count)
        unit = np.where(spread > 0, spread, 1)
        return RunningScaling(count, scaling.shift, spread, scaling.shift, unit, since)

    @property
    def scaling(self) -> Scaling:
        """The scaling in use."""
        return Scaling(self.shift, 1 / self.unit)

    def with_rows(self, data: Rows, weights: FloatArray | None = None) -> "RunningScaling":
        """Return what is known after more rows, shape (m, columns), with units that suit them.

        Units of sparse columns, which are not shifted, are the largest numbers so far.

        Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing
        sample variances", 1979, eqs. 2.1; with standard deviations, which do not overflow.
        """
        if weights is None and data.shape[0] == 1 and not is_sparse(data):
            row = data[0].astype(np.float64)
            piece = Scaling(row, np.zeros_like(row))  # soon told: streams come row by row
        else:
            piece = fit_scaling(data, "standardize", weights)
        added = float(data.shape[0]) if weights is None else float(weights.sum())
        total = self.count + added
        if is_sparse(data):
            unit = np.where(piece.spread > 0, np.maximum(piece.spread, self.spread), self.unit)
            seen = np.where(self.since > 0, self.since, np.where(piece.spread > 0, total, 0))
            return replace(self, count=total, spread=unit * (seen > 0), unit=unit, since=seen)
        old, new = self.count / total, added / total
        apart = piece.shift - self.mean
        within = np.hypot(math.sqrt(old) * self.spread, math.sqrt(new) * piece.spread)
        spread = np.hypot(within, math.sqrt(old * new) * apart)
        known = replace(self, count=total, mean=self.mean + new * apart, spread=spread)
        return known._in_units_for(piece, data.shape[0])

    def _in_units_for(self, piece: Scaling, rows: int) -> "RunningScaling":
        """Return the same with new units for columns that have left theirs.

        A unit grows as soon as the statistics or the newest rows ask for it, and shrinks only once
        there are twice as many rows as when it was chosen.
        """
        newest = np.hypot(piece.spread, piece.shift - self.mean)
        own = np.where(self.spread < SMALLEST, 1, self.spread)
        bound = max(FACTOR, 1 + (FAR - 1) / math.sqrt(rows))
        far = newest / bound > self.unit
        grown = (own / FACTOR > self.unit) | (np.abs(self.mean - self.shift) > self.unit)
        shrunk = (own < self.unit / FACTOR) & (self.count >= 2 * self.since)
        left = far | grown | shrunk | (self.since == 0)
        if not left.any():
            return self
        unit = np.where(far & (self.since > 0), np.maximum(own, newest), own)
        return replace(
            self,
            shift=np.where(left, self.mean, self.shift),
            unit=np.where(left, unit, self.unit),
            since=np.where(left, self.count, self.since),
        )

    def has_units_of(self, before: "RunningScaling") -> bool:
        """Return whether every column is read as it was before."""
        return self.unit is before.unit and self.shift is before.shift

    def takes_over(self, before: "RunningScaling") -> npt.NDArray[np.bool_]:
        """Return for each column whether weights are to be expressed in its new unit.

        The network then predicts the same as before. Elsewhere the weights stay as they are, and
        the column is read anew: what was learnt of a few rows, or at rest, says nothing of a range
        many times as wide, where weights that had grown with the unit would carry it.
        """
        factor = self.unit / before.unit
        near = (factor <= MODERATE) & (factor >= 1 / MODERATE)
        near &= np.abs(self.shift - before.shift) <= MODERATE * before.unit
        return near & (before.count >= ROWS_TO_KNOW)
