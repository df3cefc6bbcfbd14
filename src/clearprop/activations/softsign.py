"""Softsign: f(z) = z / (1 + |z|)."""

from dataclasses import dataclass

from clearprop._arrays import namespace
from clearprop._text import Text
from clearprop.activations.activation import Activation, Array, Step


@dataclass(frozen=True)
class Softsign(Activation):
    """z / (1 + |z|), f′ = (1 − |a|)².

    Source: Elliott, "A better activation function for artificial neural networks", 1993.
    """

    name = "softsign"
    also_called = ("elliotsig",)
    derivative_in = "a"
    range = (-1.0, 1.0)
    latex = r"\mathrm{softsign}(z) = \frac{z}{1 + |z|}"
    latex_derivative = r"\mathrm{softsign}'(z) = \frac{1}{(1 + |z|)^{2}}"
    derivation = (
        Step(r"\mathrm{softsign}(z) = \frac{z}{1 + |z|}", Text("definition", "定义")),
        Step(
            r"\mathrm{softsign}'(z) = \begin{cases} \frac{(1 + z) - z}{(1 + z)^{2}} & z > 0 \\"
            r" \frac{(1 - z) + z}{(1 - z)^{2}} & z \le 0 \end{cases}",
            Text(
                "quotient rule on each side of 0, where |z| is z or −z",
                "在 0 的两侧分别用商法则，|z| 为 z 或 −z",
            ),
        ),
        Step(
            r"\mathrm{softsign}'(z) = \frac{1}{(1 + |z|)^{2}}",
            Text(
                "z cancels; both lines in one, which is 1 at z = 0",
                "z 相消；两段可合写，且在 z = 0 处为 1",
            ),
        ),
    )
    pros = Text(
        "needs no exponential; saturates more slowly than tanh", "无需计算指数；比 tanh 饱和得慢"
    )
    cons = Text(
        "its second derivative jumps at 0, and its limits are reached slowly",
        "二阶导数在 0 处跳变，且趋近极限很慢",
    )

    def value(self, z: Array) -> Array:
        """Return z / (1 + |z|)."""
        return z / (1 + namespace(z).abs(z))

    def derivative(self, z: Array, a: Array) -> Array:
        """Return (1 − |a|)²."""
        return (1 - namespace(a).abs(a)) ** 2

    @staticmethod
    def kernel(z: float, s: float) -> float:
        """Return f of one number."""
        return z / (1.0 + abs(z))

    @staticmethod
    def kernel_derivative(z: float, a: float, s: float) -> float:
        """Return f′ of one number."""
        return (1.0 - abs(a)) * (1.0 - abs(a))
