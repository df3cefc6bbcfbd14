"""The interface of engines: the questions that a network and an objective ask of them."""

from typing import Protocol

from clearprop._sparse import Rows
from clearprop._typing import FloatArray
from clearprop.backprop.closed_loop import Taps
from clearprop.backprop.descent import Descent, Schedule
from clearprop.backprop.shuffling import Draws, Orders


class Engine(Protocol):
    """Evaluates one network at flat vectors of parameters.

    Every method takes checked arrays of one dtype: θ (P,), X (m, n₀), which may be sparse in CSR
    format with ascending columns, Y (m, K), and the share
    c (m, 1) of each sample in the total loss L = Σₙ cₙ ℓₙ, 1 for a sum and 1/m for a mean. None of
    them is changed, but for what `run_epochs` says. P is the number of parameters, n₀ that of
    inputs, K that of outputs.

    `ReferenceEngine` and `CompiledEngine` agree to 1e-12 in float64 and to 1e-5 in float32.
    """

    def outputs(self, theta: FloatArray, X: Rows) -> FloatArray:
        """Return the outputs Aᴸ, shape (m, K)."""
        ...

    def value(self, theta: FloatArray, X: Rows, Y: FloatArray, share: FloatArray) -> float:
        """Return L."""
        ...

    def gradient(
        self, theta: FloatArray, X: Rows, Y: FloatArray, share: FloatArray
    ) -> tuple[float, FloatArray]:
        """Return L and ∂L/∂θ, shape (P,)."""
        ...

    def gauss_newton(
        self, theta: FloatArray, X: Rows, Y: FloatArray, share: FloatArray, memory: int
    ) -> tuple[float, FloatArray, FloatArray]:
        """Return L, ∂L/∂θ (P,) and the Gauss-Newton matrix Σₙ cₙ JₙᵀHₙJₙ, shape (P, P).

        H is the loss's Hessian by the logits for a canonical pair, else by the outputs. `memory` is
        about how many bytes may be held beside the result.
        """
        ...

    def close_loop(self, theta: FloatArray, signals: FloatArray, taps: Taps, first: int) -> None:
        """Fill the outputs' columns of the signals of a system, shape (steps, columns), in place.

        Row after row from `first` on, each from the rows before it; `signals` is one stretch of
        memory in the network's type.
        """
        ...

    def laid_out(self, X: Rows) -> Rows:
        """Return the same rows as `run_epochs` takes them soonest, for many calls."""
        ...

    def run_epochs(
        self, descent: Descent, X: Rows, Y: FloatArray, schedule: Schedule
    ) -> FloatArray:
        """Descend through the batches of ``schedule.orders``, changing `descent` in place.

        Returns
        -------
        array of shape (epochs,)
            The loss of each epoch, every batch taken before its own update.
        """
        ...

    def orders_from(self, draws: Draws) -> Orders:
        """Return one order of m rows for each row of `draws`, shape (epochs, m)."""
        ...
