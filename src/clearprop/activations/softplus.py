"""Softplus: ln(1 + eᶻ)."""

from dataclasses import dataclass
from math import exp, log1p

from clearprop._arrays import namespace
from clearprop._text import Text
from clearprop.activations.activation import Activation, Array, Step
from clearprop.activations.sigmoid import Sigmoid


@dataclass(frozen=True)
class Softplus(Activation):
    """ln(1 + eᶻ), a smooth ReLU whose derivative is the sigmoid."""

    name = "softplus"
    derivative_in = "z"
    range = (0.0, float("inf"))
    latex = r"\mathrm{softplus}(z) = \ln(1 + e^{z})"
    latex_derivative = r"\mathrm{softplus}'(z) = \frac{1}{1 + e^{-z}}"
    derivation = (
        Step(r"\mathrm{softplus}(z) = \ln(1 + e^{z})", Text("definition", "定义")),
        Step(
            r"\mathrm{softplus}'(z) = \frac{1}{1 + e^{z}} \cdot \frac{d}{dz} (1 + e^{z})",
            Text("chain rule: outer logarithm, inner sum", "链式法则：外层是对数，内层是和"),
        ),
        Step(
            r"\mathrm{softplus}'(z) = \frac{e^{z}}{1 + e^{z}}",
            Text("the derivative of eᶻ is eᶻ", "eᶻ 的导数是 eᶻ"),
        ),
        Step(
            r"\mathrm{softplus}'(z) = \frac{1}{1 + e^{-z}}",
            Text("divide both by eᶻ: this is σ(z)", "分子分母同除以 eᶻ：即 σ(z)"),
        ),
    )
    pros = Text("smooth; always positive: fits counts and rates", "平滑；恒为正，适合计数与速率")
    cons = Text("needs an exponential and a logarithm", "需要计算指数与对数")

    def value(self, z: Array) -> Array:
        """Return max(z, 0) + ln(1 + e^−|z|), which equals ln(1 + eᶻ) and cannot overflow."""
        xp = namespace(z)
        return xp.maximum(z, xp.zeros_like(z)) + xp.log1p(xp.exp(-xp.abs(z)))

    def derivative(self, z: Array, a: Array) -> Array:
        """Return σ(z)."""
        return Sigmoid().value(z)

    @staticmethod
    def kernel(z: float, s: float) -> float:
        """Return f of one number."""
        return max(z, 0.0) + log1p(exp(-abs(z)))

    @staticmethod
    def kernel_derivative(z: float, a: float, s: float) -> float:
        """Return f′ of one number."""
        e = exp(-abs(z))
        return (1.0 if z >= 0.0 else e) / (1.0 + e)
