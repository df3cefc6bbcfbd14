"""The compiled engine: the interface of the reference engine, at the speed of the processor."""

import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from clearprop.backprop.compiled import kernels, small
from clearprop.backprop.compiled.threads import run_side_by_side, thread_count
from clearprop.backprop.descent import Descent, Schedule
from clearprop.backprop.reference import ReferenceEngine
from clearprop.losses import Loss
from clearprop.structure import FloatArray, Layer, parameter_count

BLOCK_BYTES = 256 * 1024
"""What the quantities of one block of rows may take, so that they stay in the core's own cache."""
VECTOR_BYTES = 64
"""Samples are padded to this; a register of AVX-512, two of AVX2."""
LANE_WORK = 2_000_000
"""Multiplications in a batch from which several lanes pay: about 100 µs."""
MOST_LANES = 8
LOOK_EVERY = 0.25
"""Seconds after which a long descent returns to Python, where Ctrl-C is heard."""


@dataclass(frozen=True)
class CompiledEngine:
    """Evaluates a network as `ReferenceEngine` does; see there for shapes."""

    sizes: tuple[int, ...]
    layers: tuple[Layer, ...]
    loss: Loss
    dtype: str
    n_jobs: int | None = None

    @cached_property
    def reference(self) -> ReferenceEngine:
        """The same network, evaluated by the textbook."""
        return ReferenceEngine(self.sizes, self.layers, self.loss)

    def outputs(self, theta: FloatArray, X: FloatArray) -> FloatArray:
        """Return the outputs, shape (m, K)."""
        out = np.empty((len(X), self.sizes[-1]), self.dtype)
        block = min(self._block, self._padded(len(X)))
        work = np.empty(2 * sum(self.sizes) * block, self.dtype)
        small.predict(self._network, theta, np.ascontiguousarray(X), out, block, work)
        return out

    def value(self, theta: FloatArray, X: FloatArray, Y: FloatArray, share: FloatArray) -> float:
        """Return L = Σₙ cₙ ℓₙ."""
        return self.gradient(theta, X, Y, share)[0]

    def gradient(
        self, theta: FloatArray, X: FloatArray, Y: FloatArray, share: FloatArray
    ) -> tuple[float, FloatArray]:
        """Return L and ∂L/∂θ, shape (P,)."""
        room = self._room(len(X))
        order, barrier = np.arange(len(X)), np.zeros(1, np.int64)
        X, Y, c = (np.ascontiguousarray(array) for array in (X, Y, share[:, 0]))

        def work(worker: int) -> None:
            small.full_gradient(
                self._network, theta, X, Y, c, order, room.lanes, room.block, room.work,
                room.gradients, room.losses, (worker, room.workers, barrier),
            )  # fmt: skip

        run_side_by_side(room.workers, work)
        return float(room.losses.sum()), room.gradients[0].copy()

    def gauss_newton(
        self, theta: FloatArray, X: FloatArray, Y: FloatArray, share: FloatArray, memory: int
    ) -> tuple[float, FloatArray, FloatArray]:
        """Return L, ∂L/∂θ (P,) and the Gauss-Newton matrix (P, P)."""
        return self.reference.gauss_newton(theta, X, Y, share, memory)

    def run_epochs(
        self, descent: Descent, X: FloatArray, Y: FloatArray, schedule: Schedule
    ) -> FloatArray:
        """Descend through the batches of ``schedule.orders``, changing `descent` in place."""
        epochs, m = schedule.orders.shape
        batch = min(schedule.batch_size, m)
        batches = -(-m // batch)
        room = self._room(batch)
        rule, number = schedule.rule, np.dtype(self.dtype).type
        given = schedule.sample_weight
        weights = np.empty(0, self.dtype) if given is None else given
        weight_sum = float(m if given is None else weights.sum())
        update = kernels.update_address(type(rule), self.dtype)
        losses, barrier = np.zeros(epochs), np.zeros(1, np.int64)
        orders = np.ascontiguousarray(schedule.orders, dtype=np.int64)

        def take(first: int, last: int) -> None:
            steps = np.arange(first, last) + 1 + descent.steps
            coefficients = rule.coefficients(steps).astype(number)

            def work(worker: int) -> None:
                small.descend(
                    self._network, descent.theta, descent.slots, X, Y, weights,
                    given is not None, orders, batch, (first, last),
                    schedule.reduction == "mean", weight_sum, update, coefficients,
                    schedule.penalty, room.lanes, room.block, room.work, room.gradients,
                    room.losses, losses, (worker, room.workers, barrier),
                )  # fmt: skip

            run_side_by_side(room.workers, work)

        in_pieces(epochs * batches, take)
        descent.steps += epochs * batches
        return losses

    @cached_property
    def _network(self) -> tuple[Any, ...]:
        """What compiled code needs to know of the network."""
        activations = [layer.activation for layer in self.layers]
        canonical = self.loss.is_canonical_with(activations[-1])
        rules: list[Any] = [*activations, self.loss]
        return (
            np.array(self.sizes, np.int64),
            np.array([kernels.value_address(f, self.dtype) for f in activations], np.int64),
            np.array([kernels.pull_back_address(f, self.dtype) for f in activations], np.int64),
            kernels.loss_address(self.loss, canonical, self.dtype),
            canonical,
            np.array([rule.kernel_setting(self.dtype) for rule in rules], self.dtype),
            VECTOR_BYTES // np.dtype(self.dtype).itemsize,
        )

    @cached_property
    def _block(self) -> int:
        numbers = 3 * sum(self.sizes) + self.sizes[-1] + 1
        rows = BLOCK_BYTES // (numbers * np.dtype(self.dtype).itemsize)
        return self._padded(max(16, min(512, rows)) - 15)

    def _padded(self, rows: int) -> int:
        vector = VECTOR_BYTES // np.dtype(self.dtype).itemsize
        return -(-rows // vector) * vector

    def _room(self, rows: int) -> "_Room":
        """Return the memory for batches of this many rows, and how they are shared out."""
        count = parameter_count(self.sizes)
        block = min(self._block, self._padded(rows))
        lanes = 1 if rows * count < LANE_WORK else min(MOST_LANES, -(-rows // block))
        numbers = (3 * sum(self.sizes) + self.sizes[-1] + 1) * block
        return _Room(
            lanes,
            block,
            min(lanes, thread_count(self.n_jobs)),
            np.empty((lanes, numbers), self.dtype),
            np.empty((lanes, count), self.dtype),
            np.zeros(lanes),
        )


@dataclass(frozen=True)
class _Room:
    lanes: int
    block: int
    workers: int
    work: FloatArray
    gradients: FloatArray
    losses: FloatArray


def in_pieces(steps: int, take: Any) -> None:
    """Call take(first, last) over all steps in pieces of about `LOOK_EVERY` seconds."""
    done, piece = 0, min(steps, 16)
    while done < steps:
        began = time.perf_counter()
        last = min(done + piece, steps)
        take(done, last)
        took = max(time.perf_counter() - began, 1e-6)
        piece = max(1, min(8 * piece, int(LOOK_EVERY * (last - done) / took)))
        done = last
