"""Adam: steps scaled by running moments of the gradient."""

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
class Adam(UpdateRule):
    """m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²;  θ ← θ − ηₜ m / (√v + ε).

    ηₜ = η √(1−β₂ᵗ) / (1−β₁ᵗ) corrects the bias of both moments.

    Source: Kingma, Ba, "Adam: a method for stochastic optimization", 2015, section 2.
    """

    name = "adam"
    slot_powers = (-1, -2)
    settings_of_bare_name = ("learning_rate", "beta_1", "beta_2", "epsilon")

    learning_rate: float = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        super().__post_init__()
        check_positive("epsilon", self.epsilon, "1e-8.")
        check_fraction("beta_1", self.beta_1)
        check_fraction("beta_2", self.beta_2)

    def coefficients(self, t: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return ηₜ, β₁, 1 − β₁, β₂, 1 − β₂ and ε; a difference of float32 would lose digits."""
        rate = self.learning_rate * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)
        one, two = self.beta_1, self.beta_2
        return per_step(rate, one, 1 - one, two, 1 - two, self.epsilon)

    @staticmethod
    def move(theta: Number, g: Number, slots: Slots, c: Coefficients) -> tuple[Number, Slots]:
        """Return θ and both moments after one step."""
        rate, beta_1, rest_1, beta_2, rest_2, epsilon = c
        m, v = slots
        m = beta_1 * m + rest_1 * g
        v = beta_2 * v + rest_2 * (g * g)
        return theta - rate * m / (np.sqrt(v) + epsilon), (m, v)
