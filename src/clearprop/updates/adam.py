"""Adam: steps scaled by running moments of the gradient."""

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

MOMENTS = (
    Step(
        r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t",
        Text("first moment: a running mean of the gradient", "一阶矩：梯度的滑动平均"),
    ),
    Step(
        r"v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^{2}",
        Text("second moment: a running mean of its square", "二阶矩：梯度平方的滑动平均"),
    ),
    Step(
        r"\hat{m}_t = \frac{m_t}{1 - \beta_1^{t}}",
        Text(
            "bias correction: the mean began at 0, and is too small by this factor",
            "偏差修正：均值从 0 开始，偏小了这个倍数",
        ),
    ),
    Step(
        r"\hat{v}_t = \frac{v_t}{1 - \beta_2^{t}}",
        Text("bias correction of the second moment", "二阶矩的偏差修正"),
    ),
)
"""The lines that Adam and its relatives share."""
STEP = (
    r"\theta_t = \theta_{t-1} - \eta \frac{\hat{m}_t}"
    r"{\sqrt{\hat{v}_t} + \frac{\varepsilon}{\sqrt{1 - \beta_2^{t}}}}"
)
"""The paper's section 2 adds ε to √v before the correction, so that it is divided here."""


@dataclass(frozen=True)
class Adam(UpdateRule):
    """m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g²;  θ ← θ − ηₜ m / (√v + ε).

    ηₜ = η √(1−β₂ᵗ) / (1−β₁ᵗ) corrects the bias of both moments.

    Source: Kingma, Ba, "Adam: a method for stochastic optimization", 2015, section 2.
    """

    name = "adam"
    pros = Text(
        "works with its usual settings on most problems; steps do not depend on the "
        "gradient's scale",
        "常用设置在多数问题上都可用；步长与梯度的尺度无关",
    )
    cons = Text(
        "never settles closely at a fixed rate; decay of weights is mixed into its moments",
        "固定学习率下难以精确收敛；权重衰减混入了矩估计",
    )
    slot_powers = (-1, -2)
    settings_of_bare_name = ("learning_rate", "beta_1", "beta_2", "epsilon")

    slot_letters = ("m", "v")

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

    def equations(self) -> tuple[Step, ...]:
        """Return both moments, their bias correction, and the step."""
        return (*MOMENTS, Step(STEP, Text("the step", "更新")))

    @staticmethod
    def move(theta: Number, g: Number, slots: Slots, c: Coefficients) -> tuple[Number, Slots]:
        """Return θ and both moments after one step."""
        rate, beta_1, rest_1, beta_2, rest_2, epsilon = c
        m, v = slots
        m = beta_1 * m + rest_1 * g
        v = beta_2 * v + rest_2 * (g * g)
        return theta - rate * m / (np.sqrt(v) + epsilon), (m, v)
