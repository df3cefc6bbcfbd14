"""Run the kernels of `small`: memory, lanes and threads for a network of small layers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clearprop._typing import FloatArray
from clearprop.backprop.descent import Descent
from clearprop.engine import small
from clearprop.engine.runner import VECTOR_BYTES, Description, Epochs
from clearprop.engine.threads import run_side_by_side, thread_count
from clearprop.engine.vectors import aligned

BLOCK_BYTES = 256 * 1024
"""What the quantities of one block of rows may take, so that they stay in the core's own cache."""
LANE_WORK = 1_000_000
"""Multiplications in a batch from which several lanes pay: about 50 µs."""
MAX_LANES = 8


@dataclass(frozen=True)
class Room:
    """Memory for batches of some size, and how they are shared out."""

    lanes: int
    block: int
    workers: int
    work: FloatArray
    gradients: FloatArray
    losses: FloatArray


@dataclass(frozen=True)
class SmallRunner:
    """Calls the kernels for networks of small layers."""

    description: Description
    n_jobs: int | None

    def outputs(self, theta: FloatArray, X: FloatArray) -> FloatArray:
        """Return the outputs, shape (m, K)."""
        description, rows = self.description, len(X)
        out = np.empty((rows, description.sizes[-1]), description.dtype)
        block = min(self._block, self._padded(rows))
        work = np.empty(2 * self._units * block, description.dtype)
        small.predict(description.network, theta, np.ascontiguousarray(X), out, block, work)
        return out

    def value(self, theta: FloatArray, X: FloatArray, Y: FloatArray, share: FloatArray) -> float:
        """Return L."""
        return self._pass(theta, X, Y, share, backwards=False)[0]

    def gradient(
        self, theta: FloatArray, X: FloatArray, Y: FloatArray, share: FloatArray
    ) -> tuple[float, FloatArray]:
        """Return L and ∂L/∂θ, shape (P,)."""
        return self._pass(theta, X, Y, share, backwards=True)

    def _pass(
        self,
        theta: FloatArray,
        X: FloatArray,
        Y: FloatArray,
        share: FloatArray,
        *,
        backwards: bool,
    ) -> tuple[float, FloatArray]:
        room = self._room(len(X))
        order, barrier = np.arange(len(X)), np.zeros(1, np.int64)
        X, Y, c = (np.ascontiguousarray(array) for array in (X, Y, share[:, 0]))

        def work(worker: int) -> None:
            small.full_gradient(
                self.description.network, theta, X, Y, c, order, backwards, room.lanes,
                room.block, room.work, room.gradients, room.losses, (worker, room.workers, barrier),
            )  # fmt: skip

        run_side_by_side(room.workers, work)
        return float(room.losses.sum()), room.gradients[0]

    def descent(self, descent: Descent, epochs: Epochs) -> Callable[[int, int, FloatArray], None]:
        """Return what takes the steps from first to last, given their coefficients."""
        room, barrier = self._room(epochs.batch), np.zeros(1, np.int64)

        def take(first: int, last: int, coefficients: FloatArray) -> None:
            def work(worker: int) -> None:
                small.descend(
                    self.description.network, descent.theta, descent.slots, epochs.X, epochs.Y,
                    epochs.weights, epochs.weighted, epochs.orders, epochs.batch, (first, last),
                    epochs.mean, epochs.weight_sum, epochs.update, coefficients, epochs.penalty,
                    epochs.penalty_shares, room.lanes, room.block, room.work, room.gradients,
                    room.losses, epochs.losses, (worker, room.workers, barrier),
                )  # fmt: skip

            run_side_by_side(room.workers, work)

        return take

    @cached_property
    def _units(self) -> int:
        """Units of all layers, the inputs among them."""
        return sum(self.description.sizes)

    @cached_property
    def _numbers_a_row(self) -> int:
        return 3 * self._units + self.description.sizes[-1] + 1

    @cached_property
    def _vector(self) -> int:
        return VECTOR_BYTES // self.description.itemsize

    @cached_property
    def _block(self) -> int:
        rows = BLOCK_BYTES // (self._numbers_a_row * self.description.itemsize)
        return self._padded(max(16, min(512, rows)) - 15)

    def _padded(self, rows: int) -> int:
        return -(-rows // self._vector) * self._vector

    def _room(self, rows: int) -> Room:
        count, dtype = self.description.parameter_count, self.description.dtype
        block = min(self._block, self._padded(rows))
        lanes = 1 if rows * count < LANE_WORK else min(MAX_LANES, -(-rows // block))
        workers = min(lanes, thread_count(self.n_jobs))
        return Room(
            lanes,
            block,
            workers,
            aligned((workers, self._numbers_a_row * block), dtype),
            np.empty((lanes, count), dtype),
            np.zeros(lanes),
        )
