"""The state of a descent by mini-batches, and the schedule of its steps."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from clearprop._random import RandomSource
from clearprop._typing import FloatArray
from clearprop.updates import UpdateRule

Reduction = Literal["sum", "mean"]


@dataclass
class Descent:
    """The state of a descent: changed in place by an engine, saved by a checkpoint."""

    theta: FloatArray
    """The parameters, shape (P,)."""
    slots: FloatArray
    """The update rule's memory, shape (2, P)."""
    steps: int = 0
    """Steps taken so far."""

    @staticmethod
    def start(theta: FloatArray) -> "Descent":
        """Return the state before the first step, holding a copy of `theta`."""
        return Descent(theta.copy(), np.zeros((2, theta.size), theta.dtype))

    def copy(self) -> "Descent":
        """Return the same state in memory of its own."""
        if self.steps == 0:  # zeros that nobody has touched cost no memory
            return Descent.start(self.theta)
        return Descent(self.theta.copy(), self.slots.copy(), self.steps)


@dataclass(frozen=True)
class Schedule:
    """The batches of some epochs and the rule by which each of them moves the parameters."""

    orders: npt.NDArray[np.intp]
    """The rows of each epoch in the order in which they are taken, shape (epochs, m)."""
    batch_size: int
    rule: UpdateRule
    reduction: Reduction
    penalty: FloatArray
    """λ of ½ Σ λ θ² for every parameter, shape (P,)."""
    sample_weight: FloatArray | None = None
    """Weight of each row, shape (m,); None where all count alike."""
    penalty_in_each_batch: bool = False
    """The mean over a batch divides the whole penalty by the rows of that batch alone, as
    scikit-learn's does: with B batches the penalty then acts B times an epoch."""
    dropout: tuple[float, ...] = ()
    """Probability that a unit of each hidden layer is dropped in a step; empty for none."""
    clip_norm: float = math.inf
    """The longest gradient with which a step is taken; a longer one is shortened to it."""
    random: RandomSource | None = None
    """Draws the dropout masks."""

    @property
    def is_plain(self) -> bool:
        """True if the gradient of a batch is taken as it is: no dropout, no clipping."""
        return not self.dropout and self.clip_norm == math.inf

    def penalty_share(self, rows: int) -> float:
        """Return how much of the penalty a batch of this many rows carries."""
        m = self.orders.shape[1]
        if self.reduction == "sum":
            return rows / m
        return m / rows if self.penalty_in_each_batch else 1.0


def row_share(reduction: Reduction, weights: FloatArray) -> FloatArray:
    """Return c (m, 1) for rows of these weights: w for a sum, w / Σw for a mean."""
    column = weights[:, None]
    return column if reduction == "sum" else column / max(column.sum(), np.finfo(column.dtype).tiny)


def batch_share(schedule: Schedule, rows: npt.NDArray[np.intp]) -> tuple[FloatArray, float]:
    """Return c (rows, 1) of a batch, and the part that its loss has in the loss of the epoch."""
    given = schedule.sample_weight
    weights = np.ones(len(rows), schedule.penalty.dtype) if given is None else given[rows]
    if schedule.reduction == "sum":
        return row_share("sum", weights), 1.0
    total = schedule.orders.shape[1] if given is None else given.sum()
    return row_share("mean", weights), float(weights.sum() / total)
