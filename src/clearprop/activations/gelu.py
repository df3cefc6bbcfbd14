"""Gaussian error linear unit: z Φ(z), Φ the normal distribution function."""

import math
from dataclasses import dataclass
from math import erfc, exp

from clearprop._arrays import namespace, normal_distribution
from clearprop._text import Text
from clearprop.activations.activation import Activation, Array, Step


@dataclass(frozen=True)
class GELU(Activation):
    """z Φ(z), exact (no tanh approximation).

    Source: Hendrycks, Gimpel, "Gaussian error linear units", 2016.
    """

    name = "gelu"
    derivative_in = "z"
    range = (-0.16997120747990369, float("inf"))
    latex = r"\mathrm{GELU}(z) = z \Phi(z)"
    latex_derivative = (
        r"\mathrm{GELU}'(z) = \Phi(z) + z \frac{1}{\sqrt{2 \pi}} e^{-\frac{z^{2}}{2}}"
    )
    derivation = (
        Step(
            r"\mathrm{GELU}(z) = z \Phi(z)",
            Text(
                "definition; Φ is the distribution function of the standard normal",
                "定义；Φ 为标准正态分布函数",
            ),
        ),
        Step(r"\mathrm{GELU}'(z) = \Phi(z) + z \Phi'(z)", Text("product rule", "乘积法则")),
        Step(
            r"\mathrm{GELU}'(z) = \Phi(z) + z \frac{1}{\sqrt{2 \pi}} e^{-\frac{z^{2}}{2}}",
            Text("Φ′ is the normal density", "Φ′ 是正态分布的密度"),
        ),
    )
    pros = Text("smooth; like ReLU far from 0", "平滑；远离 0 时近似 ReLU")
    cons = Text("needs the error function: the most expensive activation", "需要误差函数：计算最贵")

    def value(self, z: Array) -> Array:
        """Return z Φ(z)."""
        return z * normal_distribution(z)

    def derivative(self, z: Array, a: Array) -> Array:
        """Return Φ(z) + z φ(z)."""
        xp = namespace(z)
        density = xp.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
        return normal_distribution(z) + z * density

    @staticmethod
    def kernel(z: float, s: float) -> float:
        """Return f of one number."""
        return 0.5 * z * erfc(-z * 0.7071067811865476)

    @staticmethod
    def kernel_derivative(z: float, a: float, s: float) -> float:
        """Return f′ of one number."""
        density = 0.3989422804014327 * exp(-0.5 * z * z)
        return 0.5 * erfc(-z * 0.7071067811865476) + z * density
