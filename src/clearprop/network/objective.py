"""The objective over rows in memory, as a function of one flat vector.

The loss is a sum over rows, and everything computed here is: this is where rows are taken in
chunks.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._interruption import check_interrupted
from clearprop._sparse import Rows, as_rows, contiguous, is_sparse
from clearprop._typing import FloatArray
from clearprop._validation import as_targets, as_weights
from clearprop.backprop.descent import row_share
from clearprop.backprop.reference import row_slices
from clearprop.network.element_weights import element_weighted
from clearprop.network.network import DEFAULT_MEMORY, Network, check_targets
from clearprop.network.penalized_loss import PenalizedLoss, penalty_vector
from clearprop.network.sums import tree_sum

PIECE = 2_000_000_000
"""Multiplications of a Gauss-Newton matrix between two looks whether to go on: about 0.3 s."""


@dataclass(frozen=True, eq=False)
class Objective(PenalizedLoss):
    """A network, its data and an L2 penalty; checked once, then evaluated often.

    Parameters
    ----------
    network : Network
    X : array of shape (m, n₀), or a sparse one in CSR format
    Y : array of shape (m, K)
    penalty : float or array of shape (P,), default=0
        λ ≥ 0. A number holds for all weights and for no bias; an array names λ for every
        parameter.
    sample_weight : array of shape (m,) or (m, K), optional
        How much each row counts, or each target of each row; see `element_weights`.
    memory : int
        Bytes that one chunk of rows may take.
    """

    network: Network
    X: Rows
    Y: FloatArray
    penalty: FloatArray = field(default_factory=lambda: np.zeros(()))
    sample_weight: FloatArray | None = None
    memory: int = DEFAULT_MEMORY

    def __post_init__(self) -> None:
        network, dtype = self.network, self.network.dtype
        X = as_rows("X", self.X, network.inputs, dtype)
        Y = as_targets(self.Y, network.outputs, dtype)
        m = X.shape[0]
        if m != len(Y):
            why = f"`X` has {m} rows and `Y` has {len(Y)}."
            raise invalid_argument("Y", Y.shape, why, "one target a sample.")
        check_targets(network.loss_rule, Y)
        weights = self.sample_weight
        if weights is not None and np.ndim(weights) == 2:
            network, Y, weights = element_weighted(network, Y, weights)
            object.__setattr__(self, "network", network)
        object.__setattr__(self, "X", contiguous(X))
        object.__setattr__(self, "Y", np.ascontiguousarray(Y))
        object.__setattr__(self, "sample_weight", as_weights(weights, m, dtype))
        object.__setattr__(self, "penalty", penalty_vector(network, self.penalty))

    @cached_property
    def share(self) -> FloatArray:
        """c, the share of each row in L, shape (m, 1)."""
        reduction, m = self.network.reduction, len(self.Y)
        if self.sample_weight is None:
            return np.full((m, 1), 1 if reduction == "sum" else 1 / m, self.network.dtype)
        return row_share(reduction, self.sample_weight)

    @property
    def rows(self) -> int:
        """M."""
        return len(self.Y)

    @property
    def samples(self) -> float:
        """N, the rows as they count: the sum of their weights."""
        weights = self.sample_weight
        return float(len(self.Y) if weights is None else weights.sum())

    @cached_property
    def target_variance(self) -> float:
        """The variance of all targets."""
        return float(self.Y.var())

    @property
    def input_ranges(self) -> tuple[FloatArray, FloatArray]:
        """The least and the greatest of each input, each of shape (n₀,)."""
        return self.X.min(axis=0), self.X.max(axis=0)

    def data_loss(self, theta: FloatArray) -> float:
        """Return L, without the penalty."""
        share, engine = self.share, self.network.engine
        (value,) = tree_sum(
            (engine.value(theta, self.X[rows], self.Y[rows], share[rows]),)
            for rows in self._chunks()
        )
        return value

    def data_gradient(self, theta: FloatArray) -> tuple[float, FloatArray]:
        """Return L and ∂L/∂θ, shape (P,)."""
        share, engine = self.share, self.network.engine
        return tree_sum(
            engine.gradient(theta, self.X[rows], self.Y[rows], share[rows])
            for rows in self._chunks()
        )

    def data_gauss_newton(self, theta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Return L, ∂L/∂θ (P,) and the Gauss-Newton matrix of L, (P, P)."""
        share, engine, work = self.share, self.network.engine, self.Y.shape[1] * theta.size**2
        return tree_sum(
            engine.gauss_newton(theta, self.X[rows], self.Y[rows], share[rows], self.memory)
            for rows in self._slices(work, PIECE)
        )

    def second_directional_derivative(
        self, theta: FloatArray, direction: FloatArray, length: float = 0.1
    ) -> FloatArray | None:
        """Return Σₙ cₙ Jₙᵀ Hₙ fₙ″, shape (P,); see `PenalizedLoss`."""
        if self.network.loss_rule.constant_curvature is None:
            return None
        share, engine, dtype = self.share, self.network.engine, theta.dtype
        ahead = (theta + length * direction).astype(dtype, copy=False)
        behind = (theta - length * direction).astype(dtype, copy=False)

        def pull_of(rows: slice) -> tuple[FloatArray]:
            X = self.X[rows]
            here = engine.outputs(theta, X)
            bend = (engine.outputs(ahead, X) - 2 * here + engine.outputs(behind, X)) / length**2
            # with the targets f − f″ every residual is f″, and the gradient is what is wanted
            targets = np.hstack([here - bend, self.Y[rows, here.shape[1] :]])  # weights stay
            return (engine.gradient(theta, X, targets, share[rows])[1],)

        return tree_sum(map(pull_of, self._chunks()))[0]

    def of_rows(self, rows: npt.NDArray[np.intp]) -> Self:
        """Return the objective over some of the rows; see `PenalizedLoss`."""
        part = 1.0 if self.network.reduction == "mean" else len(rows) / len(self.Y)
        weights = self.sample_weight
        some = self._but(
            X=self.X[rows],
            Y=self.Y[rows],
            sample_weight=None if weights is None else weights[rows],
            penalty=self.penalty * part,
        )
        for known_of_all in ("share", "target_variance"):
            vars(some).pop(known_of_all, None)
        return some

    def _chunks(self) -> Iterator[slice]:
        # forward and backward hold Z, A, δ and the local derivative of every unit
        units = self.network.sizes[is_sparse(self.X) :]
        return self._slices(4 * sum(units) * self.Y.itemsize, self.memory)

    def _slices(self, cost: int, most: int) -> Iterator[slice]:
        """Yield slices of rows that cost no more than `most` together, unless work must end."""
        for rows in row_slices(len(self.Y), cost, most):
            check_interrupted()
            yield rows
