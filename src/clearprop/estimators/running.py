"""Mean and spread of columns that arrive in pieces."""

from dataclasses import dataclass

import numpy as np

from clearprop._typing import FloatArray
from clearprop.training.scaling import Scaling, fit_scaling


@dataclass(frozen=True)
class RunningScaling:
    """What is known of the columns so far; with each piece it becomes what all of them say."""

    count: float
    """Rows seen so far, each by its weight."""
    mean: FloatArray
    """Shape (columns,)."""
    spread: FloatArray
    """Standard deviation, shape (columns,)."""

    @staticmethod
    def nothing_seen(columns: int) -> "RunningScaling":
        """Return what is known before the first piece."""
        return RunningScaling(0.0, np.zeros(columns), np.zeros(columns))

    def with_piece(self, data: FloatArray, weights: FloatArray | None) -> "RunningScaling":
        """Return what is known after more rows, shape (m, columns).

        Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing
        sample variances", 1979, eqs. 2.1; with standard deviations, which do not overflow.
        """
        piece = fit_scaling(data, "standardize", weights)
        added = float(len(data)) if weights is None else float(weights.sum())
        total = self.count + added
        old, new = self.count / total, added / total
        apart = piece.shift - self.mean
        within = np.hypot(np.sqrt(old) * self.spread, np.sqrt(new) * piece.spread)
        spread = np.hypot(within, np.sqrt(old * new) * apart)
        return RunningScaling(total, self.mean + new * apart, spread)

    @property
    def scaling(self) -> Scaling:
        """The scaling to mean 0 and spread 1; a column constant so far keeps its unit."""
        constant = self.spread < np.finfo(float).smallest_normal
        return Scaling(self.mean, 1 / np.where(constant, 1, self.spread))


def unscaled(columns: int) -> Scaling:
    """Return the scaling that leaves everything as it is."""
    return Scaling(np.zeros(columns), np.ones(columns))
