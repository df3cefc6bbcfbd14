"""The runner of the kernels in `large`: memory, blocks, tiles and threads."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._sparse import Rows as Table
from clearprop._sparse import is_sparse
from clearprop._typing import FloatArray
from clearprop.backprop.descent import Descent
from clearprop.engine import large
from clearprop.engine.products import products_for
from clearprop.engine.runner import Epochs, Rows, Runner
from clearprop.engine.sparse_products import LISTED, STRIP
from clearprop.engine.threads import thread_count
from clearprop.engine.vectors import vector_length

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


def table_of(X: Table) -> tuple[FloatArray, npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Return the numbers of a table, and of a sparse one the starts of its rows and its columns."""
    if is_sparse(X):
        columns = np.ascontiguousarray(X.indices, np.int32)
        return X.data.reshape(-1, 1), np.ascontiguousarray(X.indptr, np.int64), columns
    return np.ascontiguousarray(X), np.empty(0, np.int64), np.empty(0, np.int32)


@dataclass(frozen=True)
class LargeRunner(Runner):
    """Calls the kernels for networks of large layers."""

    def outputs(self, theta: FloatArray, X: Table) -> FloatArray:
        """Return the outputs, shape (m, K)."""
        dtype = self.description.dtype
        m = X.shape[0]
        out = np.empty((m, self.description.sizes[-1]), dtype)
        chunk, table, order = min(BLOCK_ROWS, m), table_of(X), np.arange(m)
        workers = min(thread_count(self.n_jobs), -(-m // chunk))
        widths = self._widths(X)
        work, products = self._work(widths, chunk, workers), products_for(workers, dtype)
        network = self.description.network

        def arguments(worker: int) -> tuple[Any, ...]:
            thread = (worker, workers)
            return network, products, theta, table, order, out, widths, chunk, work, thread

        self.side_by_side(large.predict, workers, arguments)
        return out

    def full_pass(
        self, theta: FloatArray, rows: Rows, *, backwards: bool
    ) -> tuple[float, FloatArray]:
        """Return L and ∂L/∂θ; see `Runner.full_pass`."""
        X, Y, c = rows
        m, widths = len(Y), self._widths(X)
        chunk, order, network = min(CHUNK_ROWS, m), np.arange(m), self.description.network
        block = self._block(chunk)
        blocks = -(-chunk // block) * -(-m // chunk)
        losses, gradient, work = np.zeros(blocks), np.empty_like(theta), self._work(widths, chunk)
        workers = min(thread_count(self.n_jobs), max(blocks, len(self._tiles)))
        meeting = (np.zeros(1, np.int64), np.zeros(1, np.int64))  # barrier, counter of tickets
        products = products_for(workers, self.description.dtype)
        workspace = (widths, chunk, block, self._tiles, work, losses, self._lists(X, workers))
        table = table_of(X)

        def arguments(worker: int) -> tuple[Any, ...]:
            thread = (worker, workers, *meeting)
            data = (theta, (table, Y, c), order, backwards)
            return network, products, *data, workspace, gradient, thread

        self.side_by_side(large.full_gradient, workers, arguments)
        return float(losses.sum()), gradient

    def descent(self, descent: Descent, epochs: Epochs) -> Callable[[int, int, FloatArray], None]:
        """Return the function that takes steps; see `Runner.descent`."""
        network, dtype = self.description.network, self.description.dtype
        block, sizes = self._block(epochs.batch), self.description.sizes
        blocks = -(-epochs.batch // block)
        workers = min(thread_count(self.n_jobs), max(blocks, len(self._tiles)))
        largest = max(int(tile[2]) * sizes[tile[0] + 1] for tile in self._tiles)
        tile_memory = np.empty((workers, largest), dtype)
        widths = self._widths(epochs.X)
        work, losses = self._work(widths, epochs.batch), np.zeros(blocks)
        lists = self._lists(epochs.X, workers)
        workspace = (widths, block, self._tiles, work, tile_memory, losses, lists)
        barrier, products = np.zeros(1, np.int64), products_for(workers, dtype)
        state, rows = (descent.theta, descent.slots), (table_of(epochs.X), *epochs.rows[1:])

        def take(first: int, last: int, coefficients: FloatArray) -> None:
            counter, update = np.zeros(1, np.int64), epochs.update(coefficients)

            def arguments(worker: int) -> tuple[Any, ...]:
                data = (state, rows, epochs.plan, (first, last), update)
                thread = (worker, workers, barrier, counter)
                return network, products, *data, workspace, epochs.losses, thread

            self.side_by_side(large.descend, workers, arguments)

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

    def _widths(self, X: Table) -> npt.NDArray[np.int64]:
        """Return the units of each layer for which there must be memory."""
        sizes = self.description.sizes
        return np.array([0 if is_sparse(X) else sizes[0], *sizes[1:]], np.int64)

    def _lists(self, X: Table, workers: int) -> tuple[FloatArray, ...]:
        """Return each worker's memory for the gradient of a sparse table; see `lists_of`."""
        entries = columns = panel = 0
        if is_sparse(X):
            columns = int(max(tile[2] for tile in self._tiles if tile[0] == 0))
            entries = LISTED * min(columns, int(np.diff(X.indptr).max()))
            panel = LISTED * STRIP * vector_length(self.description.dtype)
        numbers, panels = (np.empty((workers, n), self.description.dtype) for n in (entries, panel))
        places = np.empty((workers, entries), np.int64)
        return numbers, places, np.empty((workers, columns + 1), np.int64), panels

    def _work(self, widths: npt.NDArray[np.int64], rows: int, workers: int = 1) -> FloatArray:
        """Return memory for so many rows, for each worker, shape (workers, numbers)."""
        numbers = (3 * int(widths.sum()) + 4 * self.description.sizes[-1] + 1) * rows
        return np.empty((workers, numbers), self.description.dtype)
