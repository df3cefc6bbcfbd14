"""The reference engine: the textbook's propagation, applied to flat parameter vectors.

It runs wherever the rows lie: values, gradients and Gauss-Newton matrices of arrays of another
library than NumPy, with θ beside them, are computed by that library, on its device.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from clearprop._arrays import Array, namespace
from clearprop._interruption import check_interrupted
from clearprop._sparse import Rows, dense
from clearprop._typing import FloatArray
from clearprop.backprop.closed_loop import Taps, close_loop
from clearprop.backprop.descent import Descent, Schedule, batch_share
from clearprop.backprop.dropout import with_dropout
from clearprop.backprop.jacobian import gauss_newton_matrix
from clearprop.backprop.propagate import (
    ForwardPass,
    backward,
    error_terms,
    forward,
    sample_losses,
)
from clearprop.backprop.shuffling import Draws, Orders, orders_from
from clearprop.backprop.structure import Layer, layer_views
from clearprop.losses import Loss


@dataclass(frozen=True)
class ReferenceEngine:
    """Evaluates a network of these sizes, layers and loss at flat vectors of parameters.

    See `clearprop.engine.protocol.Engine` for the shapes; every method takes checked arrays. Sparse
    inputs need no other words: their products with W are SciPy's.
    """

    sizes: tuple[int, ...]
    layers: tuple[Layer, ...]
    loss: Loss

    def outputs(self, theta: FloatArray, X: Rows) -> FloatArray:
        """Return the outputs, shape (m, K)."""
        return self._forward(theta, X).output

    def value(self, theta: FloatArray, X: Rows, Y: FloatArray, share: FloatArray) -> float:
        """Return L = Σₙ cₙ ℓₙ."""
        return self._total(self._forward(theta, X), Y, share)

    def gradient(
        self, theta: FloatArray, X: Rows, Y: FloatArray, share: FloatArray
    ) -> tuple[float, FloatArray]:
        """Return L and ∂L/∂θ, shape (P,)."""
        passed = self._forward(theta, X)
        deltas = error_terms(self.layers, self._weights(theta), passed, self.loss, Y)
        pairs = backward(passed.activations, deltas, share)
        xp = namespace(deltas[0])
        flat = xp.concat([xp.reshape(part, (-1,)) for pair in pairs for part in pair])
        return self._total(passed, Y, share), flat

    def gauss_newton(
        self, theta: FloatArray, X: Rows, Y: FloatArray, share: FloatArray, memory: int
    ) -> tuple[float, FloatArray, FloatArray]:
        """Return L, ∂L/∂θ (P,) and the Gauss-Newton matrix (P, P).

        The Jacobian of a chunk of rows, (rows, K, P) numbers twice over, takes at most about
        `memory` bytes; the whole Jacobian is never held.
        """
        xp, P, K = namespace(theta), theta.shape[0], self.sizes[-1]
        matrix = xp.zeros((P, P), dtype=theta.dtype, device=theta.device)
        total, gradient = 0.0, xp.zeros_like(theta)
        number = xp.finfo(theta.dtype).bits // 8
        for rows in row_slices(Y.shape[0], 2 * K * P * number, memory):
            some, targets, c = X[rows, :], Y[rows, :], share[rows, :]
            value, part = self.gradient(theta, some, targets, c)
            passed = self._forward(theta, dense(some))
            matrix += gauss_newton_matrix(
                self.layers, self._weights(theta), passed, self.loss, targets, c
            )
            total += value
            gradient += part
        return total, gradient, matrix

    def close_loop(self, theta: FloatArray, signals: FloatArray, taps: Taps, first: int) -> None:
        """Fill the outputs' columns of the signals from row `first` on."""
        close_loop(lambda x: self.outputs(theta, x), signals, taps, first)

    def laid_out(self, X: Rows) -> Rows:
        """Return the rows as they are."""
        return X

    def run_epochs(
        self, descent: Descent, X: Rows, Y: FloatArray, schedule: Schedule
    ) -> FloatArray:
        """Descend through the batches of ``schedule.orders``, changing `descent` in place.

        Returns
        -------
        array of shape (epochs,)
            The loss of each epoch, every batch taken before its own update.
        """
        rule = schedule.rule
        losses = np.zeros(len(schedule.orders))
        for epoch, order in enumerate(schedule.orders):
            for start in range(0, len(order), schedule.batch_size):
                if start:
                    check_interrupted()
                rows = order[start : start + schedule.batch_size]
                share, part = batch_share(schedule, rows)
                network = self._for_batch(schedule, len(rows))
                value, gradient = network.gradient(descent.theta, X[rows], Y[rows], share)
                losses[epoch] += part * value
                gradient += schedule.penalty_share(len(rows)) * schedule.penalty * descent.theta
                gradient = clipped(gradient, schedule.clip_norm)
                descent.steps += 1
                c = rule.coefficients(np.array([descent.steps]))[0].astype(gradient.dtype)
                slots = (descent.slots[0], descent.slots[1])
                descent.theta[:], descent.slots[:] = rule.move(
                    descent.theta, gradient, slots, tuple(c)
                )
        return losses

    def orders_from(self, draws: Draws) -> Orders:
        """Return orders of rows, shape (epochs, m), made of as many random numbers."""
        return orders_from(draws)

    def _for_batch(self, schedule: Schedule, rows: int) -> "ReferenceEngine":
        """Return the engine of the network with dropout masks for this batch."""
        if not schedule.dropout:
            return self
        layers = with_dropout(self.layers, schedule.dropout, rows, schedule.random)
        return replace(self, layers=layers)

    def _weights(self, theta: Array) -> Sequence[tuple[Array, Array]]:
        return layer_views(self.sizes, theta)

    def _forward(self, theta: FloatArray, X: Rows) -> ForwardPass:
        return forward(self.layers, self._weights(theta), X)

    def _total(self, passed: ForwardPass, Y: FloatArray, share: FloatArray) -> float:
        losses = sample_losses(
            self.loss, self.layers[-1].activation, passed.weighted_sums[-1], passed.output, Y
        )
        return float(share[:, 0] @ losses)


def clipped(gradient: FloatArray, longest: float) -> FloatArray:
    """Return the gradient, shortened to the norm `longest` where it is longer.

    Source: Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks",
    2013, algorithm 1.
    """
    if longest == np.inf:
        return gradient
    norm = float(np.linalg.norm(gradient))
    return gradient if not norm > longest else gradient * (longest / norm)


def row_slices(m: int, bytes_a_row: int, memory: int) -> Iterator[slice]:
    """Yield slices that cover m rows, each of at most `memory` bytes but of at least one row."""
    rows = max(1, memory // bytes_a_row)
    for start in range(0, m, rows):
        yield slice(start, min(start + rows, m))
