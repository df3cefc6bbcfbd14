"""Stochastic gradient descent, plain, with momentum, or with Nesterov's momentum."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

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
    per_step,
)


@dataclass(frozen=True)
class SGD(UpdateRule):
    """v ← μ v − η g;  θ ← θ + v, or with Nesterov's look-ahead θ ← θ + μ v − η g.

    Source: Sutskever, Martens, Dahl, Hinton, "On the importance of initialization and momentum in
    deep learning", 2013, eqs. 1-4 (look-ahead rewritten in the shifted parameters).
    """

    name = "sgd"
    pros = Text(
        "simple, and memory for one step at most; with momentum it rolls through flat places",
        "简单，最多记住一步；加动量后能滚过平坦处",
    )
    cons = Text(
        "one rate for all parameters: too small in flat directions, too large in steep ones",
        "所有参数共用一个学习率：平缓方向嫌小，陡峭方向嫌大",
    )
    instead_of: ClassVar[Mapping[str, str]] = {
        "trainb": "'sgd', with batch_size= the number of rows.",
        "trainc": "'sgd', with batch_size=1.",
        "trainr": "'sgd', with batch_size=1.",
        "trains": "'sgd', with batch_size=1.",
        "traingd": "'sgd', with batch_size= the number of rows.",
        "traingdm": "'sgd(momentum=0.9)', with batch_size= the number of rows.",
        "traingda": "'sgd', with batch_size= the number of rows and the schedule 'adaptive'.",
        "traingdx": "'sgd(momentum=0.9)', with batch_size= the rows and the schedule 'adaptive'.",
    }
    settings_elsewhere: ClassVar[Mapping[str, str]] = {
        "lr": "learning_rate=0.01.",
        "mc": "momentum=0.9.",
    }
    slot_powers = (1, 0)
    steady = True
    takes_named_schedules = True
    settings_of_bare_name = ("learning_rate", "momentum", "nesterov")

    slot_letters = ("v", "")

    learning_rate: float = 0.01
    momentum: float = 0.0
    nesterov: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        check_fraction("momentum", self.momentum)

    def coefficients(self, t: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return η, μ and whether to look ahead."""
        return per_step(np.full(len(t), self.learning_rate), self.momentum, float(self.nesterov))

    def equations(self) -> tuple[Step, ...]:
        """Return the plain step, or velocity and step with momentum."""
        if not self.momentum:
            plain = Text(
                "against the gradient, by the learning rate times it",
                "沿负梯度，步长为学习率乘梯度",
            )
            return (Step(r"\theta_t = \theta_{t-1} - \eta g_t", plain),)
        velocity = Step(
            r"v_t = \mu v_{t-1} - \eta g_t",
            Text(
                "velocity: part of the last step, and the gradient",
                "速度：保留上一步的一部分，再加梯度",
            ),
        )
        if self.nesterov:
            ahead = Text("the step, looking ahead along the velocity", "沿速度方向前瞻的更新")
            return velocity, Step(r"\theta_t = \theta_{t-1} + \mu v_t - \eta g_t", ahead)
        return velocity, Step(r"\theta_t = \theta_{t-1} + v_t", Text("the step", "更新"))

    @staticmethod
    def move(theta: Number, g: Number, slots: Slots, c: Coefficients) -> tuple[Number, Slots]:
        """Return θ and the velocity after one step."""
        rate, momentum, nesterov = c
        velocity, unused = slots
        velocity = momentum * velocity - rate * g
        ahead = momentum * velocity - rate * g
        return theta + (nesterov * ahead + (1.0 - nesterov) * velocity), (velocity, unused)
