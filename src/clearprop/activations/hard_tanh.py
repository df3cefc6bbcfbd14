"""Hard tanh: z from −1 to 1, held at −1 below and at 1 above."""

from dataclasses import dataclass

from clearprop._arrays import namespace
from clearprop._text import Text
from clearprop.activations.activation import Activation, Array, Step


@dataclass(frozen=True)
class HardTanh(Activation):
    """max(-1, min(1, z)); at its kinks -1 and 1 the derivative 0 is the convention."""

    name = "hard_tanh"
    also_called = ("satlins",)
    derivative_in = "z"
    range = (-1.0, 1.0)
    attained = (-1.0, 1.0)
    kinks = (-1.0, 1.0)
    latex = r"\mathrm{hardtanh}(z) = \max(-1, \min(1, z))"
    latex_derivative = (
        r"\mathrm{hardtanh}'(z) = \begin{cases} 0 & z \le -1 \\ 1 & z < 1 \\"
        r" 0 & z \ge 1 \end{cases}"
    )
    derivation = (
        Step(latex, Text("definition", "定义")),
        Step(
            r"\mathrm{hardtanh}(z) = \begin{cases} -1 & z \le -1 \\ z & z < 1 \\"
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
    pros = Text("like tanh near 0, without an exponential", "在 0 附近与 tanh 相近，无需计算指数")
    cons = Text(
        "a unit outside the straight part for every sample gets no gradient: it is dead",
        "若所有样本都落在直线段之外，则没有梯度：神经元死亡",
    )

    def value(self, z: Array) -> Array:
        """Return z, held between -1 and 1."""
        xp = namespace(z)
        return xp.clip(z, -1.0, 1.0)

    def derivative(self, z: Array, a: Array) -> Array:
        """Return 1 between -1 and 1, else 0."""
        xp = namespace(z)
        return xp.astype((z > -1) & (z < 1), z.dtype)

    @staticmethod
    def kernel(z: float, s: float) -> float:
        """Return f of one number."""
        return max(-1.0, min(1.0, z))

    @staticmethod
    def kernel_derivative(z: float, a: float, s: float) -> float:
        """Return f′ of one number."""
        return 1.0 if -1.0 < z < 1.0 else 0.0
