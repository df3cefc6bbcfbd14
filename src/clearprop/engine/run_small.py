"""The runner of the kernels in `small`: memory, partial gradients and threads."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._typing import FloatArray
from clearprop.backprop.closed_loop import Taps
from clearprop.backprop.descent import Descent
from clearprop.engine import closed_loop, small
from clearprop.engine.runner import VECTOR_BYTES, Epochs, Rows, Runner
from clearprop.engine.threads import thread_count
from clearprop.engine.vectors import aligned

BLOCK_BYTES = 256 * 1024
"""Most bytes of the quantities of one block of rows: they stay in the core's own cache."""
PARTIAL_WORK = 1_000_000
"""Multiplications in a batch from which several partial gradients pay: about 50 µs."""
MAX_PARTIALS = 8


@dataclass(frozen=True)
class Workspace:
    """Memory for batches of some size, and how they are shared out."""

    partials: int
    """Partial gradients of a batch."""
    block: int
    """Rows of a block."""
    workers: int
    work: FloatArray
    """Memory for one block of each worker, shape (workers, numbers)."""
    gradients: FloatArray
    """Shape (partials, P)."""
    losses: FloatArray
    """Shape (partials,)."""
    barrier: npt.NDArray[np.int64]

    @property
    def memory(self) -> tuple[int, int, FloatArray, FloatArray, FloatArray]:
        """The part that every worker is given as it is."""
        return self.partials, self.block, self.work, self.gradients, self.losses

    def thread(self, worker: int) -> tuple[int, int, npt.NDArray[np.int64]]:
        """Return a worker's number, how many there are, and where they wait."""
        return worker, self.workers, self.barrier


@dataclass(frozen=True)
class SmallRunner(Runner):
    """Calls the kernels for networks of small layers."""

    def outputs(self, theta: FloatArray, X: FloatArray) -> FloatArray:
        """Return the outputs, shape (m, K)."""
        description, rows = self.description, len(X)
        out = np.empty((rows, description.sizes[-1]), description.dtype)
        block = min(self._block, self._padded(rows))
        work = np.empty(2 * self._units * block, description.dtype)
        small.predict(description.network, theta, np.ascontiguousarray(X), out, block, work)
        return out

    def close_loop(self, theta: FloatArray, signals: FloatArray, taps: Taps, first: int) -> None:
        """Fill the outputs' columns of the signals; see `Engine.close_loop`."""
        work = np.empty(2 * self._units * self._padded(1), self.description.dtype)
        places = (taps.signals, taps.delays, taps.outputs)
        closed_loop.close_loop(self.description.network, theta, signals, places, first, work)

    def full_pass(
        self, theta: FloatArray, rows: Rows, *, backwards: bool
    ) -> tuple[float, FloatArray]:
        """Return L and ∂L/∂θ; see `Runner.full_pass`."""
        m = len(rows[0])
        space, order, network = self._workspace(m), np.arange(m), self.description.network

        def arguments(worker: int) -> tuple[Any, ...]:
            thread = space.thread(worker)
            return network, theta, rows, order, backwards, space.memory, thread

        self.side_by_side(small.full_gradient, space.workers, arguments)
        return float(space.losses.sum()), space.gradients[0]

    def descent(self, descent: Descent, epochs: Epochs) -> Callable[[int, int, FloatArray], None]:
        """Return the function that takes steps; see `Runner.descent`."""
        space, network = self._workspace(epochs.batch), self.description.network
        state = (descent.theta, descent.slots)

        def take(first: int, last: int, coefficients: FloatArray) -> None:
            update = epochs.update(coefficients)

            def arguments(worker: int) -> tuple[Any, ...]:
                data = (state, epochs.rows, epochs.plan, (first, last), update)
                return network, *data, space.memory, epochs.losses, space.thread(worker)

            self.side_by_side(small.descend, space.workers, arguments)

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

    def _workspace(self, rows: int) -> Workspace:
        count, dtype = self.description.parameter_count, self.description.dtype
        block = min(self._block, self._padded(rows))
        partials = 1 if rows * count < PARTIAL_WORK else min(MAX_PARTIALS, -(-rows // block))
        workers = 1 if partials == 1 else min(partials, thread_count(self.n_jobs))
        return Workspace(
            partials,
            block,
            workers,
            aligned((workers, self._numbers_a_row * block), dtype),
            np.empty((partials, count), dtype),
            np.zeros(partials),
            np.zeros(1, np.int64),
        )
