"""RMSprop: steps scaled by the running size of the gradient."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearprop._text import Text
from clearprop.activations.activation import Step
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
    pros = Text("every parameter has a step of its own size", "每个参数有自己的步长")
    cons = Text("no bias correction: the first steps are too long", "没有偏差修正：最初几步偏大")
    slot_powers = (0, -2)
    steady = True

    slot_letters = ("", "v")

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

    def equations(self) -> tuple[Step, ...]:
        """Return the running mean of the squares, and the step."""
        return (
            Step(
                r"v_t = \rho v_{t-1} + (1 - \rho) g_t^{2}",
                Text("a running mean of the squared gradient", "梯度平方的滑动平均"),
            ),
            Step(
                r"\theta_t = \theta_{t-1} - \eta \frac{g_t}{\sqrt{v_t} + \varepsilon}",
                Text("the step, scaled by the gradient's usual size", "按梯度的通常大小缩放的更新"),
            ),
        )

    @staticmethod
    def move(theta: Number, g: Number, slots: Slots, c: Coefficients) -> tuple[Number, Slots]:
        """Return θ and the running mean of g² after one step."""
        rate, decay, epsilon = c
        unused, v = slots
        v = decay * v + (1.0 - decay) * (g * g)
        return theta - rate * g / (np.sqrt(v) + epsilon), (unused, v)
