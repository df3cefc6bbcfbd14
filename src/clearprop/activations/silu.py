"""Sigmoid linear unit, also called swish: z σ(z)."""

from dataclasses import dataclass
from math import exp

from clearprop._text import Text
from clearprop.activations.activation import Activation, Array, Step
from clearprop.activations.sigmoid import Sigmoid


@dataclass(frozen=True)
class SiLU(Activation):
    """z σ(z).

    Source: Elfwing, Uchibe, Doya, "Sigmoid-weighted linear units for neural network function
    approximation in reinforcement learning", 2018.
    """

    name = "silu"
    also_called = ("swish",)
    derivative_in = "z"
    range = (-0.27846454276107386, float("inf"))
    latex = r"\mathrm{SiLU}(z) = z \sigma(z)"
    latex_derivative = r"\mathrm{SiLU}'(z) = \sigma(z) (1 + z (1 - \sigma(z)))"
    derivation = (
        Step(r"\mathrm{SiLU}(z) = z \sigma(z)", Text("definition", "定义")),
        Step(
            r"\mathrm{SiLU}'(z) = \sigma(z) + z \sigma'(z)",
            Text("product rule", "乘积法则"),
        ),
        Step(
            r"\mathrm{SiLU}'(z) = \sigma(z) + z \sigma(z) (1 - \sigma(z))",
            Text("σ′ = σ(1 − σ)", "σ′ = σ(1 − σ)"),
        ),
        Step(
            r"\mathrm{SiLU}'(z) = \sigma(z) (1 + z (1 - \sigma(z)))",
            Text("factor out σ(z)", "提出公因子 σ(z)"),
        ),
    )
    pros = Text(
        "smooth; like ReLU far from 0; no unit dies for good",
        "平滑；远离 0 时近似 ReLU；神经元不会永久死亡",
    )
    cons = Text("needs an exponential; not monotonic", "需要计算指数；不单调")

    def value(self, z: Array) -> Array:
        """Return z σ(z)."""
        return z * Sigmoid().value(z)

    def derivative(self, z: Array, a: Array) -> Array:
        """Return σ(z) + z σ(z) σ(−z)."""
        s = Sigmoid().value(z)
        return s + z * s * Sigmoid().value(-z)

    @staticmethod
    def kernel(z: float, s: float) -> float:
        """Return f of one number."""
        e = exp(-abs(z))
        return z * (1.0 if z >= 0.0 else e) / (1.0 + e)

    @staticmethod
    def kernel_derivative(z: float, a: float, s: float) -> float:
        """Return f′ of one number."""
        e = exp(-abs(z))
        p, q = (1.0 if z >= 0.0 else e) / (1.0 + e), (e if z >= 0.0 else 1.0) / (1.0 + e)
        return p + z * p * q
