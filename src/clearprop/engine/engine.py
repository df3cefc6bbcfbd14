"""The compiled engine: the interface of the reference engine, at the speed of the processor."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clearprop._interruption import check_interrupted
from clearprop._sparse import Rows, dense, is_sparse
from clearprop._typing import FloatArray
from clearprop.backprop.closed_loop import Taps
from clearprop.backprop.descent import Descent, Schedule
from clearprop.backprop.reference import ReferenceEngine, row_slices
from clearprop.backprop.shuffling import Draws, Orders
from clearprop.backprop.structure import Layer
from clearprop.engine.nonzero import WIDEST, without_zeros
from clearprop.engine.run_gauss_newton import run_gauss_newton
from clearprop.engine.run_large import LargeRunner
from clearprop.engine.run_small import SmallRunner
from clearprop.engine.runner import Description, Epochs, Runner
from clearprop.engine.shuffling import orders_from
from clearprop.losses import Loss

LOOK_EVERY = 0.25
"""Seconds after which a long descent returns to Python, where Ctrl-C and limits are heard."""
FIRST_WORK = 10_000_000
"""Rows times parameters of the steps before a descent first looks how fast it is: about 20 ms."""
LARGE_FROM = 8000
"""Weights of the largest layer from which whole products are faster than loops over samples."""
LOOPS_UP_TO = 20_000
"""Rows times parameters up to which outputs come sooner from the loops."""


@dataclass(frozen=True)
class CompiledEngine:
    """Evaluates a network in compiled code; see `Engine` for shapes."""

    sizes: tuple[int, ...]
    layers: tuple[Layer, ...]
    loss: Loss
    dtype: str
    n_jobs: int | None = None

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Pickle the network only: addresses of compiled code mean nothing to another process."""
        return CompiledEngine, (self.sizes, self.layers, self.loss, self.dtype, self.n_jobs)

    @cached_property
    def runner(self) -> Runner:
        """The loops for small layers, or the products for large ones."""
        largest = max(a * b for a, b in zip(self.sizes, self.sizes[1:], strict=False))
        large = largest >= LARGE_FROM and all(f.activation.elementwise for f in self.layers[:-1])
        return LargeRunner(self.description, self.n_jobs) if large else self.loops

    @cached_property
    def sparse(self) -> Runner | ReferenceEngine:
        """The products, which take sparse rows too; the reference for a hidden softmax."""
        if all(layer.activation.elementwise for layer in self.layers[:-1]):
            return LargeRunner(self.description, self.n_jobs)
        return ReferenceEngine(self.sizes, self.layers, self.loss)

    @cached_property
    def loops(self) -> SmallRunner:
        """The loops for small layers, which answer small questions of any network."""
        return SmallRunner(self.description, self.n_jobs)

    @cached_property
    def description(self) -> Description:
        """The network as compiled code sees it."""
        return Description.of(self.sizes, self.layers, self.loss, self.dtype)

    def _runner_for(self, X: Rows) -> Runner | ReferenceEngine:
        return self.sparse if is_sparse(X) else self.runner

    def outputs(self, theta: FloatArray, X: Rows) -> FloatArray:
        """Return the outputs, shape (m, K)."""
        if is_sparse(X):
            return self.sparse.outputs(theta, X)
        few = len(X) * theta.size < LOOPS_UP_TO
        return (self.loops if few else self.runner).outputs(theta, X)

    def value(self, theta: FloatArray, X: Rows, Y: FloatArray, share: FloatArray) -> float:
        """Return L = Σₙ cₙ ℓₙ."""
        return self._runner_for(X).value(theta, X, Y, share)

    def gradient(
        self, theta: FloatArray, X: Rows, Y: FloatArray, share: FloatArray
    ) -> tuple[float, FloatArray]:
        """Return L and ∂L/∂θ, shape (P,)."""
        return self._runner_for(X).gradient(theta, X, Y, share)

    def gauss_newton(
        self, theta: FloatArray, X: Rows, Y: FloatArray, share: FloatArray, memory: int
    ) -> tuple[float, FloatArray, FloatArray]:
        """Return L, ∂L/∂θ (P,) and the Gauss-Newton matrix (P, P).

        Of sparse inputs, the rows of one chunk at a time are written out.
        """
        if is_sparse(X):
            P = theta.size
            value, gradient, matrix = 0.0, np.zeros(P, self.dtype), np.zeros((P, P), self.dtype)
            for rows in row_slices(len(Y), X.shape[1] * X.dtype.itemsize, memory):
                part = self.gauss_newton(theta, dense(X[rows]), Y[rows], share[rows], memory)
                value, gradient, matrix = value + part[0], gradient + part[1], matrix + part[2]
            return value, gradient, matrix
        outputs = self.outputs(theta, X)
        output = self.layers[-1].activation
        canonical = self.loss.is_canonical_with(output)
        if canonical:
            factor = self.loss.hessian_factor_in_z(outputs, Y)
        else:
            factor = np.sqrt(self.loss.second_derivative(outputs, Y))
        lone = factor.ndim == 2 and (canonical or output.elementwise)
        factor = factor * np.sqrt(share).reshape(-1, *[1] * (factor.ndim - 1))
        return run_gauss_newton(
            self.description, theta, X, Y, share, factor, lone, memory, self.n_jobs
        )

    def close_loop(self, theta: FloatArray, signals: FloatArray, taps: Taps, first: int) -> None:
        """Fill the outputs' columns of the signals from row `first` on."""
        self.loops.close_loop(theta, signals, taps, first)

    def laid_out(self, X: Rows) -> Rows:
        """Return the rows as `run_epochs` takes them soonest."""
        wide = self.sizes[1] > WIDEST
        if is_sparse(X) or wide or not isinstance(self.runner, LargeRunner):
            return X
        return without_zeros(X, self.n_jobs)

    def run_epochs(
        self, descent: Descent, X: Rows, Y: FloatArray, schedule: Schedule
    ) -> FloatArray:
        """Descend through the batches of ``schedule.orders``, changing `descent` in place."""
        runner = self._runner_for(X)
        if isinstance(runner, ReferenceEngine):
            return runner.run_epochs(descent, X, Y, schedule)
        epochs = Epochs.of(X, Y, schedule, self.dtype)
        take = runner.descent(descent, epochs)

        def piece(first: int, last: int) -> None:
            different = first + 1 if schedule.rule.steady else last  # one row may stand for all
            steps = np.arange(first, different) + 1 + descent.steps
            coefficients = schedule.rule.coefficients(steps).astype(self.dtype, copy=False)
            take(first, last, coefficients)

        total = len(epochs.orders) * epochs.batches
        in_pieces(total, piece, 1 + FIRST_WORK // (epochs.batch * descent.theta.size))
        descent.steps += total
        return epochs.losses

    def orders_from(self, draws: Draws) -> Orders:
        """Return orders of rows, shape (epochs, m), made of as many random numbers."""
        return orders_from(draws)


def in_pieces(steps: int, take: Callable[[int, int], None], piece: int) -> None:
    """Call take(first, last) over all steps in pieces of about `LOOK_EVERY` seconds.

    Between two of them Ctrl-C and limits of time are heard, in whatever thread this is.

    `piece` is the length of the first one; the others follow from the time that it took.
    """
    done = 0
    while done < steps:
        if done:
            check_interrupted()
        began = time.perf_counter()
        last = min(done + piece, steps)
        take(done, last)
        took = max(time.perf_counter() - began, 1e-6)
        piece = max(1, min(8 * piece, int(LOOK_EVERY * (last - done) / took)))
        done = last
