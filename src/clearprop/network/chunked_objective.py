"""The objective over rows that come in chunks, wherever these are: on disk, or on other machines.

    L(θ) = Σ over chunks of (their share of L)

Every question is answered by one pass over the chunks, and their answers are added as a tree.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from clearprop._typing import FloatArray
from clearprop.network.network import DEFAULT_MEMORY, Network
from clearprop.network.objective import Objective
from clearprop.network.penalized_loss import PenalizedLoss, penalty_vector
from clearprop.network.sums import Summation, one_by_one

Ranges = tuple[FloatArray, FloatArray]


class Chunk(Protocol):
    """Some of the rows, which are read when they are needed."""

    @property
    def rows(self) -> int:
        """How many rows there are, at least one."""
        ...

    def load(self) -> tuple[FloatArray, FloatArray]:
        """Return inputs (rows, n₀) and targets (rows, K)."""
        ...


@dataclass(frozen=True)
class Answer:
    """What a chunk adds to a sum over all rows; it can be sent to where the chunk is.

    Attributes
    ----------
    network : Network
    question : callable
        Called with the objective over the rows of the chunk, and with the `arguments`.
    arguments : tuple
    rows : int
        Those of all chunks.
    memory : int
        Bytes that a part of the Jacobian may take.
    """

    network: Network
    question: Callable[..., tuple[Any, ...]]
    arguments: tuple[Any, ...]
    rows: int
    memory: int

    def __call__(self, chunk: Chunk) -> tuple[Any, ...]:
        """Return the answer of a chunk, weighted as it is of all rows."""
        part = Objective(self.network, *chunk.load(), memory=self.memory)
        share = chunk.rows / self.rows if self.network.reduction == "mean" else 1.0
        return tuple(share * each for each in self.question(part, *self.arguments))


@dataclass(frozen=True, eq=False)
class ChunkedObjective(PenalizedLoss):
    """E(θ) over all rows of some chunks, as solvers see it that look at all rows in a step.

    Attributes
    ----------
    network : Network
    chunks : sequence of Chunk
    penalty : float or array of shape (P,), default=0
        λ of `Objective`.
    memory : int
        Bytes that a part of the Jacobian may take.
    summed : callable
        Where the chunks are looked at: one by one in this thread, in threads, or elsewhere.
    """

    network: Network
    chunks: Sequence[Chunk]
    penalty: FloatArray = field(default_factory=lambda: np.zeros(()))
    memory: int = DEFAULT_MEMORY
    summed: Summation = one_by_one

    def __post_init__(self) -> None:
        object.__setattr__(self, "penalty", penalty_vector(self.network, self.penalty))

    @cached_property
    def rows(self) -> int:
        """m, the rows of all chunks."""
        return sum(chunk.rows for chunk in self.chunks)

    @property
    def samples(self) -> float:
        """N, the rows as they count."""
        return float(self.rows)

    @cached_property
    def target_variance(self) -> float:
        """The variance of all targets, which takes two passes."""
        count = self.rows * self.network.outputs
        (total,) = self.summed(_sum_of_targets, self.chunks)
        (squares,) = self.summed(_SquaresAround(total / count), self.chunks)
        return squares / count

    @cached_property
    def input_ranges(self) -> Ranges:
        """The least and the greatest of each input, each of shape (n₀,)."""
        (ranges,) = self.summed(_ranges_of, self.chunks)
        return ranges.low, ranges.high

    def data_loss(self, theta: FloatArray) -> float:
        """Return L, without the penalty."""
        return self._sum(_data_loss, theta)[0]

    def data_gradient(self, theta: FloatArray) -> tuple[float, FloatArray]:
        """Return L and ∂L/∂θ, shape (P,)."""
        value, gradient = self._sum(Objective.data_gradient, theta)
        return value, gradient

    def data_gauss_newton(self, theta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Return L, ∂L/∂θ (P,) and the Gauss-Newton matrix of L, (P, P)."""
        value, gradient, matrix = self._sum(Objective.data_gauss_newton, theta)
        return value, gradient, matrix

    def second_directional_derivative(
        self, theta: FloatArray, direction: FloatArray, length: float = 0.1
    ) -> FloatArray | None:
        """Return Σₙ cₙ Jₙᵀ Hₙ fₙ″, shape (P,); see `PenalizedLoss`."""
        if self.network.loss_rule.constant_curvature is None:
            return None
        return self._sum(_second_directional_derivative, theta, direction, length)[0]

    def _sum(self, question: Callable[..., tuple[Any, ...]], *arguments: Any) -> tuple[Any, ...]:
        """Return the sum of what the chunks answer."""
        answer = Answer(self.network, question, arguments, self.rows, self.memory)
        return self.summed(answer, self.chunks)


def _data_loss(part: Objective, theta: FloatArray) -> tuple[float]:
    return (part.data_loss(theta),)


def _second_directional_derivative(
    part: Objective, theta: FloatArray, direction: FloatArray, length: float
) -> tuple[FloatArray | None]:
    return (part.second_directional_derivative(theta, direction, length),)


def _sum_of_targets(chunk: Chunk) -> tuple[float]:
    return (float(chunk.load()[1].sum()),)


@dataclass(frozen=True)
class _SquaresAround:
    """Σ (y − mean)² over the targets of a chunk."""

    mean: float

    def __call__(self, chunk: Chunk) -> tuple[float]:
        return (float(((chunk.load()[1] - self.mean) ** 2).sum()),)


@dataclass(frozen=True)
class _Range:
    """The least and the greatest of each input; the sum of two is the range of both."""

    low: FloatArray
    high: FloatArray

    def __add__(self, other: "_Range") -> "_Range":
        return _Range(np.minimum(self.low, other.low), np.maximum(self.high, other.high))


def _ranges_of(chunk: Chunk) -> tuple[_Range]:
    X, _ = chunk.load()
    return (_Range(X.min(axis=0), X.max(axis=0)),)
