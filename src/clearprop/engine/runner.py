"""The base class of runners, and what they hand to compiled code: a network, data, epochs.

A runner gives compiled code its memory and its threads. What belongs together is one argument, a
tuple of arrays and numbers, which Numba passes on at no cost.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._sparse import Rows as Table
from clearprop._sparse import contiguous
from clearprop._typing import FloatArray
from clearprop.backprop.descent import Descent, Schedule
from clearprop.backprop.structure import Layer, parameter_count
from clearprop.engine import kernels
from clearprop.engine.layers import layer_addresses
from clearprop.engine.numba_compat import compile_for
from clearprop.engine.threads import run_side_by_side
from clearprop.losses import Loss

VECTOR_BYTES = 64
"""Samples are padded to this; a register of AVX-512, two of AVX2."""


@dataclass(frozen=True)
class Description:
    """A network as compiled code sees it."""

    sizes: tuple[int, ...]
    dtype: str
    network: tuple[Any, ...]
    """Sizes, addresses of the rules' functions and their settings; last, numbers in a vector and
    the addresses of what computes a layer."""

    @staticmethod
    def of(
        sizes: tuple[int, ...], layers: tuple[Layer, ...], loss: Loss, dtype: str
    ) -> "Description":
        """Return the description of a network, compiling its rules if they are not yet."""
        of_layers = layer_addresses(dtype)  # before any rule: what fails here concerns them all
        activations = [layer.activation for layer in layers]
        canonical = loss.is_canonical_with(activations[-1])
        rules: list[Any] = [*activations, loss]
        network = (
            np.array(sizes, np.int64),
            np.array([kernels.value_address(f, dtype) for f in activations], np.int64),
            np.array([kernels.pull_back_address(f, dtype) for f in activations], np.int64),
            kernels.loss_address(loss, canonical, dtype),
            canonical,
            np.array([rule.kernel_setting(dtype) for rule in rules], dtype),
            (VECTOR_BYTES // np.dtype(dtype).itemsize, *of_layers),
        )
        return Description(sizes, dtype, network)

    @property
    def parameter_count(self) -> int:
        """P."""
        return parameter_count(self.sizes)

    @property
    def itemsize(self) -> int:
        """Bytes of a number."""
        return np.dtype(self.dtype).itemsize


@dataclass(frozen=True)
class Epochs:
    """The data and batches of some epochs, checked and contiguous."""

    X: Table
    Y: FloatArray
    weights: FloatArray
    """Weight of each row, shape (m,); empty where all count alike."""
    weight_sum: float
    orders: npt.NDArray[np.int64]
    batch: int
    mean: bool
    penalty: FloatArray
    penalty_shares: tuple[float, float]
    """Shares of the penalty that a full batch carries, and the last one of an epoch."""
    rule: int
    """Address of the update rule."""
    losses: FloatArray
    """Filled with the loss of each epoch."""

    @property
    def rows(self) -> tuple[Table, FloatArray, FloatArray, bool]:
        """X, Y, the weights, and whether there are any."""
        return self.X, self.Y, self.weights, self.weights.size > 0

    @property
    def plan(self) -> tuple[npt.NDArray[np.int64], int, bool, float]:
        """The orders, rows of a batch, whether its loss is a mean, and Σ of all weights."""
        return self.orders, self.batch, self.mean, self.weight_sum

    def update(self, coefficients: FloatArray) -> tuple[int, FloatArray, FloatArray, Any]:
        """Return the rule, its coefficients (steps, n), λ (P,) and the shares of the penalty."""
        return self.rule, coefficients, self.penalty, self.penalty_shares

    @property
    def batches(self) -> int:
        """Batches of an epoch."""
        return -(-self.orders.shape[1] // self.batch)

    @staticmethod
    def of(X: Table, Y: FloatArray, schedule: Schedule, dtype: str) -> "Epochs":
        """Return the epochs of a schedule."""
        epochs, m = schedule.orders.shape
        given = schedule.sample_weight
        weights = np.empty(0, X.dtype) if given is None else np.ascontiguousarray(given)
        batch = min(schedule.batch_size, m)
        rest = m - (-(-m // batch) - 1) * batch
        coefficients = schedule.rule.coefficients(np.ones(1, np.int64)).shape[1]
        return Epochs(
            contiguous(X),
            np.ascontiguousarray(Y),
            weights,
            float(m if given is None else weights.sum()),
            np.ascontiguousarray(schedule.orders, dtype=np.int64),
            batch,
            schedule.reduction == "mean",
            schedule.penalty,
            (schedule.penalty_share(batch), schedule.penalty_share(rest)),
            kernels.update_address(type(schedule.rule), coefficients, dtype),
            np.zeros(epochs),
        )


Rows = tuple[Table, FloatArray, FloatArray]
"""X (m, n₀), Y (m, K) and the share c (m,) of each row, contiguous."""


@dataclass(frozen=True)
class Runner(ABC):
    """Calls the kernels for one network; see `Engine` for what is asked and answered."""

    description: Description
    n_jobs: int | None
    _compiled: set[str] = field(default_factory=set, init=False, repr=False, compare=False)

    @abstractmethod
    def outputs(self, theta: FloatArray, X: FloatArray) -> FloatArray:
        """Return the outputs, shape (m, K)."""

    def value(self, theta: FloatArray, X: FloatArray, Y: FloatArray, share: FloatArray) -> float:
        """Return L."""
        return self.full_pass(theta, contiguous_rows(X, Y, share), backwards=False)[0]

    def gradient(
        self, theta: FloatArray, X: FloatArray, Y: FloatArray, share: FloatArray
    ) -> tuple[float, FloatArray]:
        """Return L and ∂L/∂θ, shape (P,)."""
        return self.full_pass(theta, contiguous_rows(X, Y, share), backwards=True)

    @abstractmethod
    def full_pass(
        self, theta: FloatArray, rows: Rows, *, backwards: bool
    ) -> tuple[float, FloatArray]:
        """Return L over all rows and, if asked to go `backwards`, ∂L/∂θ."""

    @abstractmethod
    def descent(self, descent: Descent, epochs: Epochs) -> Callable[[int, int, FloatArray], None]:
        """Return a function that takes the steps from first to last, given their coefficients."""

    def side_by_side(
        self, kernel: Any, workers: int, arguments: Callable[[int], tuple[Any, ...]]
    ) -> None:
        """Call kernel(*arguments(worker)) for each worker at the same time.

        It is compiled before: a worker that never comes would leave the others at the barrier.
        """
        if workers > 1 and kernel.__name__ not in self._compiled:
            compile_for(kernel, arguments(0))
            self._compiled.add(kernel.__name__)
        run_side_by_side(workers, lambda worker: kernel(*arguments(worker)))


def contiguous_rows(X: Table, Y: FloatArray, share: FloatArray) -> Rows:
    """Return X, Y and c (m,) of the share (m, 1), each one stretch of memory."""
    return contiguous(X), np.ascontiguousarray(Y), np.ascontiguousarray(share[:, 0])
