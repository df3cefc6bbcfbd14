"""AdamW: Adam with decoupled weight decay."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearprop._text import Text
from clearprop.activations.activation import Step
from clearprop.updates.adam import MOMENTS, STEP
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
class AdamW(UpdateRule):
    """Adam's step, and θ ← θ − η λ θ beside it, which the moments never see.

    All parameters decay, as in the paper.

    Source: Loshchilov, Hutter, "Decoupled weight decay regularization", 2019, algorithm 2.
    """

    name = "adamw"
    pros = Text(
        "weight decay acts on all weights alike, whatever their gradients",
        "权重衰减对所有权重一视同仁，与梯度大小无关",
    )
    cons = Text("never settles closely at a fixed rate", "固定学习率下难以精确收敛")
    slot_powers = (-1, -2)
    settings_of_bare_name = ("learning_rate", "beta_1", "beta_2", "epsilon")

    slot_letters = ("m", "v")

    learning_rate: float = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.01

    def __post_init__(self) -> None:
        super().__post_init__()
        check_positive("epsilon", self.epsilon, "1e-8.")
        check_fraction("beta_1", self.beta_1)
        check_fraction("beta_2", self.beta_2)
        check_fraction("weight_decay", self.weight_decay)

    def coefficients(self, t: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return ηₜ, β₁, 1 − β₁, β₂, 1 − β₂, ε and ηλ."""
        rate = self.learning_rate * np.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)
        one, two, decay = self.beta_1, self.beta_2, self.learning_rate * self.weight_decay
        return per_step(rate, one, 1 - one, two, 1 - two, self.epsilon, decay)

    def equations(self) -> tuple[Step, ...]:
        """Return Adam's lines, with the decay beside its step."""
        why = Text(
            "Adam's step, and the decay beside it, not inside the gradient",
            "Adam 的更新，权重衰减另加，不经过梯度",
        )
        return (*MOMENTS, Step(STEP + r" - \eta \lambda \theta_{t-1}", why))

    @staticmethod
    def move(theta: Number, g: Number, slots: Slots, c: Coefficients) -> tuple[Number, Slots]:
        """Return θ and both moments after one step."""
        rate, beta_1, rest_1, beta_2, rest_2, epsilon, decay = c
        m, v = slots
        m = beta_1 * m + rest_1 * g
        v = beta_2 * v + rest_2 * (g * g)
        return theta - decay * theta - rate * m / (np.sqrt(v) + epsilon), (m, v)
