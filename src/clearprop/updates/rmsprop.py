"""RMSprop: steps scaled by the running size of the gradient."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearprop.updates.rule import (
    Number,
    UpdateRule,
    check_fraction,
    check_positive,
    per_step,
)


@dataclass(frozen=True)
class RMSprop(UpdateRule):
    """v ← ρ v + (1−ρ) g²;  θ ← θ − η g / (√v + ε).

    Source: Tieleman, Hinton, "Lecture 6.5: rmsprop", Neural networks for machine learning, 2012.
    """

    name = "rmsprop"
    steady = True

    learning_rate: float = 0.001
    decay: float = 0.9
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        super().__post_init__()
        check_positive("epsilon", self.epsilon, "1e-8.")
        check_fraction("decay", self.decay)

    def coefficients(self, t: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return η, ρ and ε."""
        return per_step(np.full(len(t), self.learning_rate), self.decay, self.epsilon)

    @staticmethod
    def move(
        theta: Number,
        g: Number,
        first: Number,
        second: Number,
        c1: Number,
        c2: Number,
        c3: Number,
        c4: Number,
        c5: Number,
    ) -> tuple[Number, Number, Number]:
        """Return θ and the running mean of g² after one step."""
        second = c2 * second + (1.0 - c2) * (g * g)
        return theta - c1 * g / (np.sqrt(second) + c3), first, second
