"""Run the kernels of `large`: memory, blocks, tiles and threads for a network of large layers."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from clearprop._typing import FloatArray
from clearprop.backprop.descent import Descent
from clearprop.engine import large
from clearprop.engine.products import products_for
from clearprop.engine.runner import Description, Epochs
from clearprop.engine.threads import run_side_by_side, thread_count

BLOCK_ROWS = 128
"""Rows that one thread takes through the network at a time."""
MIN_BLOCKS, MIN_ROWS = 2, 32
"""A batch has so many blocks to share out, unless they would be smaller than this."""
CHUNK_ROWS = 1024
"""Rows of a full gradient between two passes over the parameters."""
TILE = 64 * 1024
"""Parameters of a tile: their gradient and the rule's memory stay in cache together."""
MIN_TILES, MIN_TILE = 4, 3 * 1024
"""A layer has so many tiles to share out, unless they would be smaller than this."""


@dataclass(frozen=True)
class LargeRunner:
    """Calls the kernels for networks of large layers."""

    description: Description
    n_jobs: int | None

    def outputs(self, theta: FloatArray, X: FloatArray) -> FloatArray:
        """Return the outputs, shape (m, K)."""
        dtype = self.description.dtype
        out = np.empty((len(X), self.description.sizes[-1]), dtype)
        chunk, X = min(BLOCK_ROWS, len(X)), np.ascontiguousarray(X)
        workers = min(thread_count(self.n_jobs), -(-len(X) // chunk))
        work, products = self._work(chunk, workers), products_for(workers, dtype)

        def run(worker: int) -> None:
            large.predict(
                self.description.network, products, theta, X, out, chunk, work, (workers, worker)
            )

        run_side_by_side(workers, run)
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
        X, Y, c = (np.ascontiguousarray(array) for array in (X, Y, share[:, 0]))
        chunk, order = min(CHUNK_ROWS, len(X)), np.arange(len(X))
        block = self._block(chunk)
        blocks = -(-chunk // block) * -(-len(X) // chunk)
        losses, gradient, work = np.zeros(blocks), np.empty_like(theta), self._work(chunk)
        workers = min(thread_count(self.n_jobs), max(blocks, len(self._tiles)))
        barrier, counter = np.zeros(1, np.int64), np.zeros(1, np.int64)
        products = products_for(workers, self.description.dtype)

        def run(worker: int) -> None:
            large.full_gradient(
                self.description.network, products, theta, X, Y, c, order, backwards, chunk,
                block, self._tiles, work, gradient, losses, (workers, barrier, counter, worker),
            )  # fmt: skip

        run_side_by_side(workers, run)
        return float(losses.sum()), gradient

    def descent(self, descent: Descent, epochs: Epochs) -> Callable[[int, int, FloatArray], None]:
        """Return what takes the steps from first to last, given their coefficients."""
        block, work = self._block(epochs.batch), self._work(epochs.batch)
        blocks = -(-epochs.batch // block)
        workers = min(thread_count(self.n_jobs), max(blocks, len(self._tiles)))
        sizes = self.description.sizes
        largest = max(int(tile[2]) * sizes[tile[0] + 1] for tile in self._tiles)
        room = np.empty((workers, largest), self.description.dtype)
        losses, barrier = np.zeros(blocks), np.zeros(1, np.int64)
        products = products_for(workers, self.description.dtype)
        shares = epochs.penalty_shares if epochs.penalty.any() else (0.0, 0.0)

        def take(first: int, last: int, coefficients: FloatArray) -> None:
            counter = np.zeros(1, np.int64)

            def run(worker: int) -> None:
                large.descend(
                    self.description.network, products, descent.theta, descent.slots,
                    epochs.X, epochs.Y, epochs.weights, epochs.weighted, epochs.orders,
                    epochs.batch, (first, last), epochs.mean, epochs.weight_sum, epochs.update,
                    coefficients, epochs.penalty, shares, block, self._tiles, work, room, losses,
                    epochs.losses, (workers, barrier, counter, worker),
                )  # fmt: skip

            run_side_by_side(workers, run)

        return take

    @cached_property
    def _tiles(self) -> npt.NDArray[np.int64]:
        """Layer, first row of W (−1: the bias), rows, place in θ of each tile, large ones first."""
        sizes, tiles, start = self.description.sizes, [], 0
        for layer, (n_in, n_out) in enumerate(itertools.pairwise(sizes)):
            at_least = min(MIN_TILES, n_in * n_out // MIN_TILE, n_in)
            parts = max(1, at_least, round(n_in * n_out / TILE))
            cuts = [n_in * part // parts for part in range(parts + 1)]
            for first, last in itertools.pairwise(cuts):
                tiles.append((layer, first, last - first, start + first * n_out))
            start += n_in * n_out
            tiles.append((layer, -1, 1, start))
            start += n_out
        tiles.sort(key=lambda tile: -tile[2] * sizes[tile[0] + 1])
        return np.array(tiles, np.int64)

    @staticmethod
    def _block(rows: int) -> int:
        blocks = max(MIN_BLOCKS if rows >= MIN_BLOCKS * MIN_ROWS else 1, rows // BLOCK_ROWS)
        return -(-rows // blocks)

    def _work(self, rows: int, workers: int = 1) -> FloatArray:
        """Return memory for so many rows, for each worker, shape (workers, numbers)."""
        sizes = self.description.sizes
        numbers = (3 * sum(sizes) + 4 * sizes[-1] + 1) * rows
        return np.empty((workers, numbers), self.description.dtype)
