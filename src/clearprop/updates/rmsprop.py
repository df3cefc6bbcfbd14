"""RMSprop: steps scaled by the running size of the gradient."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearprop.updates.rule import (
    Coefficients,
    Number,
    Slots,
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
    slot_powers = (0, -2)
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
    def move(theta: Number, g: Number, slots: Slots, c: Coefficients) -> tuple[Number, Slots]:
        """Return θ and the running mean of g² after one step."""
        rate, decay, epsilon = c
        unused, v = slots
        v = decay * v + (1.0 - decay) * (g * g)
        return theta - rate * g / (np.sqrt(v) + epsilon), (unused, v)
