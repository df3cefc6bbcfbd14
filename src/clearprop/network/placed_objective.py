"""The objective over rows that lie on a device: sums are taken there, solvers work here.

One question takes θ to the device, and brings home the P numbers of a gradient or the P² of a
Gauss-Newton matrix. The rows have been taken there once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from clearprop._arrays import Array, host, namespace, placed
from clearprop._errors import invalid_argument
from clearprop._interruption import check_interrupted
from clearprop._sparse import is_sparse
from clearprop._typing import FloatArray
from clearprop.backprop.reference import ReferenceEngine, row_slices
from clearprop.network.network import Network
from clearprop.network.objective import Objective
from clearprop.network.penalized_loss import PenalizedLoss
from clearprop.network.sums import tree_sum

DEVICE_MEMORY = 2**30
"""Bytes that one chunk of rows may take on a device, beside the rows themselves."""


class Statistics(NamedTuple):
    """Numbers of all rows that solvers ask for; see `PenalizedLoss`."""

    samples: float
    target_variance: float
    input_ranges: tuple[FloatArray, FloatArray]


@dataclass(frozen=True, eq=False)
class PlacedObjective(PenalizedLoss):
    """E(θ) over rows on a device, as solvers see it that look at all rows in a step.

    Attributes
    ----------
    network : Network
    penalty : array of shape (P,)
        λ of every parameter, on the host.
    X, Y, share : arrays of the device's library
        Inputs (m, n₀), targets (m, K) and c (m, 1), the share of each row in the loss.
    device : str or a library's device
    statistics : Statistics
        As they were before the rows were taken away.
    memory : int
        Bytes that one chunk of rows may take.
    """

    network: Network
    penalty: FloatArray
    X: Array
    Y: Array
    share: Array
    device: Any
    statistics: Statistics
    memory: int = DEVICE_MEMORY

    @classmethod
    def of(cls, objective: Objective, device: Any) -> Self:
        """Return the objective with its rows on a device.

        Raises
        ------
        InputError
            If the device is not there or lacks the network's type of numbers, or the inputs are
            sparse.
        """
        if is_sparse(objective.X):
            why = "the inputs are sparse, and stay so only on the host."
            raise invalid_argument("device", str(device), why, "leave it out.")
        return cls(
            objective.network,
            objective.penalty,
            placed(objective.X, device),
            placed(objective.Y, device),
            placed(objective.share, device),
            device,
            Statistics(objective.samples, objective.target_variance, objective.input_ranges),
        )

    @property
    def rows(self) -> int:
        """M."""
        return int(self.Y.shape[0])

    @property
    def samples(self) -> float:
        """N, the rows as they count."""
        return self.statistics.samples

    @property
    def target_variance(self) -> float:
        """The variance of all targets."""
        return self.statistics.target_variance

    @property
    def input_ranges(self) -> tuple[FloatArray, FloatArray]:
        """The least and the greatest of each input, each of shape (n₀,)."""
        return self.statistics.input_ranges

    def data_loss(self, theta: FloatArray) -> float:
        """Return L, without the penalty."""
        (value,) = self._sum(lambda *each: (self._engine.value(*each),), theta, self._chunks())
        return value

    def data_gradient(self, theta: FloatArray) -> tuple[float, FloatArray]:
        """Return L and ∂L/∂θ, shape (P,)."""
        value, gradient = self._sum(self._engine.gradient, theta, self._chunks())
        return value, host(gradient)

    def data_gauss_newton(self, theta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Return L, ∂L/∂θ (P,) and the Gauss-Newton matrix of L, (P, P)."""

        def of(there: Array, X: Array, Y: Array, share: Array) -> tuple[float, Array, Array]:
            return self._engine.gauss_newton(there, X, Y, share, self.memory)

        jacobian = 2 * self.network.outputs * theta.size * theta.itemsize
        value, gradient, matrix = self._sum(of, theta, self._slices(jacobian))
        return value, host(gradient), np.array(host(matrix))

    def second_directional_derivative(
        self, theta: FloatArray, direction: FloatArray, length: float = 0.1
    ) -> FloatArray | None:
        """Return Σₙ cₙ Jₙᵀ Hₙ fₙ″, shape (P,); see `PenalizedLoss`."""
        if self.network.loss_rule.constant_curvature is None:
            return None
        dtype, outputs = theta.dtype, self._engine.outputs
        ahead = self._there((theta + length * direction).astype(dtype, copy=False))
        behind = self._there((theta - length * direction).astype(dtype, copy=False))

        def of(there: Array, X: Array, Y: Array, share: Array) -> tuple[Array]:
            here = outputs(there, X)
            bend = (outputs(ahead, X) - 2 * here + outputs(behind, X)) / length**2
            # with the targets f − f″ every residual is f″, and the gradient is what is wanted
            targets = [here - bend, Y[:, here.shape[1] :]]  # weights stay
            return (
                self._engine.gradient(there, X, namespace(X).concat(targets, axis=1), share)[1],
            )

        return host(self._sum(of, theta, self._chunks())[0])

    def of_rows(self, rows: npt.NDArray[np.intp]) -> Self:
        """Return the objective over some of the rows; see `PenalizedLoss`."""
        picked = placed(rows, self.device)
        X, Y, share = (
            namespace(each).take(each, picked, axis=0) for each in (self.X, self.Y, self.share)
        )
        is_mean = self.network.reduction == "mean"
        part = 1.0 if is_mean else len(rows) / self.rows
        counted = float(host(namespace(share).sum(share))) if is_mean else 1.0
        return self._but(X=X, Y=Y, share=share / counted, penalty=self.penalty * part)

    @property
    def _engine(self) -> ReferenceEngine:
        network = self.network
        return ReferenceEngine(network.sizes, network.layers, network.loss_rule)

    def _there(self, theta: FloatArray) -> Array:
        """Return θ on the device, in the network's precision."""
        return placed(theta.astype(self.network.dtype, copy=False), self.device)

    def _sum(
        self, answer: Callable[..., tuple[Any, ...]], theta: FloatArray, slices: Iterator[slice]
    ) -> tuple[Any, ...]:
        """Return the tree's sum of the answers of all chunks, still on the device."""
        there = self._there(theta)
        return tree_sum(
            answer(there, self.X[rows, :], self.Y[rows, :], self.share[rows, :]) for rows in slices
        )

    def _chunks(self) -> Iterator[slice]:
        # forward and backward hold Z, A, δ and the local derivative of every unit
        return self._slices(4 * sum(self.network.sizes) * np.dtype(self.network.dtype).itemsize)

    def _slices(self, cost: int) -> Iterator[slice]:
        """Yield slices of rows that fit into the memory, unless work must end."""
        for rows in row_slices(self.rows, cost, self.memory):
            check_interrupted()
            yield rows
