"""What is timed: a training, a gradient, a prediction, a Gauss-Newton matrix."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from benchmarks.problem import Problem
from clearprop.backprop.shuffling import orders_from
from clearprop.training.randomness import RowOrders


@dataclass(frozen=True, eq=False)
class Task:
    """One computation on a problem, of `steps` equal steps; times are given for one of them."""

    kind: ClassVar[str]
    """The function of a peer's file that does it."""

    problem: Problem

    @property
    def steps(self) -> int:
        """Steps of one call."""
        return 1

    @property
    def operations(self) -> float:
        """Floating-point operations of the matrix products of one step."""
        raise NotImplementedError

    def in_double(self) -> "Task":
        """Return the same task in float64."""
        return replace(self, problem=self.problem.in_double())


@dataclass(frozen=True, eq=False)
class Training(Task):
    """Some epochs of mini-batch descent from the problem's first parameters.

    The answer is the parameters at the end. Every batch is full.
    """

    kind = "training"

    batch: int
    epochs: int
    rule: str
    """``"sgd"`` or ``"adam"``, with the settings that all contenders have by default."""
    learning_rate: float
    seed: int = 0
    shuffled_loss: float = 0.1
    """Relative difference of the loss allowed to a contender that draws its own batches."""

    def __post_init__(self) -> None:
        if len(self.problem.X) % self.batch:
            raise ValueError(f"{len(self.problem.X)} rows are no whole batches of {self.batch}.")

    @property
    def steps(self) -> int:
        """Updates of the parameters."""
        return self.epochs * len(self.problem.X) // self.batch

    @property
    def operations(self) -> float:
        """Forward, gradient of the weights, and error terms of all layers but the inputs."""
        inputs = self.problem.sizes[0] * self.problem.sizes[1]
        return 2.0 * self.batch * (3 * self.problem.products - inputs)

    def orders(self) -> Iterator[npt.NDArray[np.intp]]:
        """Yield the rows of each epoch in their order, as `clearprop.training.train` draws it."""
        rows = np.arange(len(self.problem.X))
        several = self.batch < len(rows)
        drawn = RowOrders(np.random.default_rng(self.seed), rows, several, orders_from)
        for _ in range(self.epochs):
            yield drawn.draw(1)[0]


@dataclass(frozen=True, eq=False)
class Gradient(Task):
    """The gradient of the loss over all rows; the answer is a vector of shape (P,)."""

    kind = "gradient"

    @property
    def operations(self) -> float:
        """As for a batch that holds every row."""
        inputs = self.problem.sizes[0] * self.problem.sizes[1]
        return 2.0 * len(self.problem.X) * (3 * self.problem.products - inputs)


@dataclass(frozen=True, eq=False)
class Prediction(Task):
    """The outputs of all rows, from a NumPy array to a NumPy array."""

    kind = "prediction"

    @property
    def operations(self) -> float:
        """Forward only."""
        return 2.0 * len(self.problem.X) * self.problem.products


@dataclass(frozen=True, eq=False)
class GaussNewton(Task):
    """The Gauss-Newton matrix over all rows, shape (P, P), of a network with one output."""

    kind = "gauss_newton"

    @property
    def operations(self) -> float:
        """Those of m P², a symmetric rank-m update, as if the Jacobian were given."""
        return float(len(self.problem.X)) * self.problem.theta.size**2
