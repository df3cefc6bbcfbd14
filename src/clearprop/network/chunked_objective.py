"""The objective over rows that come in chunks, of which one is in memory at a time."""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any, Protocol, Self, TypeVar, cast

import numpy as np
import numpy.typing as npt

from clearprop._typing import FloatArray
from clearprop.network.network import DEFAULT_MEMORY, Network
from clearprop.network.objective import Objective, penalty_vector
from clearprop.network.sums import tree_sum

T = TypeVar("T", bound=tuple[Any, ...])


class Chunk(Protocol):
    """Some of the rows, which are read when they are needed."""

    @property
    def rows(self) -> int:
        """How many rows there are, at least one."""
        ...

    def load(self) -> tuple[FloatArray, FloatArray]:
        """Return inputs (rows, n₀) and targets (rows, K)."""
        ...


@dataclass(frozen=True, eq=False)
class ChunkedObjective:
    """E(θ) over all rows of some chunks, as solvers see it that look at all rows in a step.

    Every question is answered by one pass over the chunks; their parts are added as a tree.

    Attributes
    ----------
    network : Network
    chunks : sequence of Chunk
    penalty : float or array of shape (P,), default=0
        λ of `Objective`.
    memory : int
        Bytes that a part of the Jacobian may take.
    """

    network: Network
    chunks: Sequence[Chunk]
    penalty: FloatArray = field(default_factory=lambda: np.zeros(()))
    memory: int = DEFAULT_MEMORY

    def __post_init__(self) -> None:
        object.__setattr__(self, "penalty", penalty_vector(self.network, self.penalty))

    @property
    def rows(self) -> int:
        """m, the rows of all chunks."""
        return sum(chunk.rows for chunk in self.chunks)

    def penalty_value(self, theta: FloatArray) -> float:
        """Return ½ Σ λ θ²."""
        return 0.5 * float(self.penalty @ (theta * theta))

    def data_loss(self, theta: FloatArray) -> float:
        """Return L, without the penalty."""
        return self._sum(lambda part: (part.data_loss(theta),))[0]

    def value(self, theta: FloatArray) -> float:
        """Return E."""
        return self.data_loss(theta) + self.penalty_value(theta)

    def gradient(self, theta: FloatArray) -> tuple[float, FloatArray]:
        """Return E and ∂E/∂θ, shape (P,)."""
        value, gradient = self._sum(lambda part: part.gradient(theta))
        return value + self.penalty_value(theta), gradient + self.penalty * theta

    def gauss_newton(self, theta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Return E, ∂E/∂θ (P,) and the Gauss-Newton matrix of E, (P, P), with λ on its diagonal."""
        value, gradient, matrix = self._sum(lambda part: part.gauss_newton(theta))
        matrix[np.diag_indices(len(theta))] += self.penalty
        return value + self.penalty_value(theta), gradient + self.penalty * theta, matrix

    def second_directional_derivative(
        self, theta: FloatArray, direction: FloatArray, length: float = 0.1
    ) -> FloatArray | None:
        """Return Σₙ cₙ Jₙᵀ Hₙ fₙ″, shape (P,); see `Objective`."""
        if self.network.loss_rule.constant_curvature is None:
            return None
        return self._sum(
            lambda part: (part.second_directional_derivative(theta, direction, length),)
        )[0]

    def with_penalty(self, penalty: npt.ArrayLike) -> Self:
        """Return the same objective with another λ."""
        changed = copy(self)
        object.__setattr__(changed, "penalty", penalty_vector(self.network, penalty))
        return changed

    def _sum(self, question: Callable[[Objective], T]) -> T:
        """Return the sum of what the chunks answer, each weighted as it is of all rows."""
        mean, m = self.network.reduction == "mean", self.rows

        def answers() -> Iterator[tuple[Any, ...]]:
            for chunk in self.chunks:
                part = Objective(self.network, *chunk.load(), memory=self.memory)
                share = chunk.rows / m if mean else 1.0
                yield tuple(share * each for each in question(part))

        return cast("T", tree_sum(answers()))
