"""What the runners of compiled code are told: the network, and the epochs to take."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._typing import FloatArray
from clearprop.backprop.descent import Schedule
from clearprop.backprop.structure import Layer, parameter_count
from clearprop.engine import kernels
from clearprop.engine.layers import layer_addresses
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
            (VECTOR_BYTES // np.dtype(dtype).itemsize, *layer_addresses(dtype)),
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

    X: FloatArray
    Y: FloatArray
    weights: FloatArray
    """Weight of each row, shape (m,); empty where all count alike."""
    weight_sum: float
    orders: npt.NDArray[np.int64]
    batch: int
    mean: bool
    penalty: FloatArray
    penalty_shares: tuple[float, float]
    """How much of the penalty a full batch carries, and the last one of an epoch."""
    update: int
    losses: FloatArray
    """Filled with the loss of each epoch."""

    @property
    def weighted(self) -> bool:
        """Whether rows count differently."""
        return self.weights.size > 0

    @property
    def batches(self) -> int:
        """Batches of an epoch."""
        return -(-self.orders.shape[1] // self.batch)

    @staticmethod
    def of(X: FloatArray, Y: FloatArray, schedule: Schedule, update: int) -> "Epochs":
        """Return the epochs of a schedule; `update` is the address of its rule's function."""
        epochs, m = schedule.orders.shape
        given = schedule.sample_weight
        weights = np.empty(0, X.dtype) if given is None else np.ascontiguousarray(given)
        batch = min(schedule.batch_size, m)
        rest = m - (-(-m // batch) - 1) * batch
        return Epochs(
            np.ascontiguousarray(X),
            np.ascontiguousarray(Y),
            weights,
            float(m if given is None else weights.sum()),
            np.ascontiguousarray(schedule.orders, dtype=np.int64),
            batch,
            schedule.reduction == "mean",
            schedule.penalty,
            (schedule.penalty_share(batch), schedule.penalty_share(rest)),
            update,
            np.zeros(epochs),
        )
