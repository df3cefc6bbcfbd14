"""Saturating linear unit: z from 0 to 1, held at 0 below and at 1 above."""

from dataclasses import dataclass

from clearprop._arrays import namespace
from clearprop._text import Text
from clearprop.activations.activation import Activation, Array, Step


@dataclass(frozen=True)
class SaturatingLinear(Activation):
    """max(0, min(1, z)); at its kinks 0 and 1 the derivative 0 is the convention."""

    name = "saturating_linear"
    also_called = ("satlin",)
    derivative_in = "z"
    range = (0.0, 1.0)
    attained = (0.0, 1.0)
    kinks = (0.0, 1.0)
    latex = r"\mathrm{satlin}(z) = \max(0, \min(1, z))"
    latex_derivative = (
        r"\mathrm{satlin}'(z) = \begin{cases} 0 & z \le 0 \\ 1 & z < 1 \\ 0 & z \ge 1 \end{cases}"
    )
    derivation = (
        Step(latex, Text("definition", "定义")),
        Step(
            r"\mathrm{satlin}(z) = \begin{cases} 0 & z \le 0 \\ z & z < 1 \\"
            r" 1 & z \ge 1 \end{cases}",
            Text(
                "one line a region; the first line that holds counts",
                "按区间分段写；取第一个成立的分支",
            ),
        ),
        Step(
            latex_derivative,
            Text(
                "differentiate each line; at both kinks 0 is the convention",
                "逐段求导；两个折点处约定取 0",
            ),
        ),
    )
    pros = Text("reaches 0 and 1 exactly; no exponential", "可精确取到 0 与 1；无需计算指数")
    cons = Text(
        "a unit outside the straight part for every sample gets no gradient: it is dead",
        "若所有样本都落在直线段之外，则没有梯度：神经元死亡",
    )

    def value(self, z: Array) -> Array:
        """Return z, held between 0 and 1."""
        xp = namespace(z)
        return xp.clip(z, 0.0, 1.0)

    def derivative(self, z: Array, a: Array) -> Array:
        """Return 1 between 0 and 1, else 0."""
        xp = namespace(z)
        return xp.astype((z > 0) & (z < 1), z.dtype)

    @staticmethod
    def kernel(z: float, s: float) -> float:
        """Return f of one number."""
        return max(0.0, min(1.0, z))

    @staticmethod
    def kernel_derivative(z: float, a: float, s: float) -> float:
        """Return f′ of one number."""
        return 1.0 if 0.0 < z < 1.0 else 0.0
