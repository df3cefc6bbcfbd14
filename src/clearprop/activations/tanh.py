"""Hyperbolic tangent: tanh(z) = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import tanh
from typing import ClassVar

from clearprop._arrays import namespace
from clearprop._text import Text
from clearprop.activations.activation import Activation, Array, Step


@dataclass(frozen=True)
class Tanh(Activation):
    """tanh(z), tanh′ = 1 − a²."""

    name = "tanh"
    also_called = ("tansig",)
    instead_of: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("hardlims", "sign", "signum"), "'tanh', which has a gradient."
    )
    derivative_in = "a"
    onnx = "Tanh"
    range = (-1.0, 1.0)
    latex = r"\tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}"
    latex_derivative = r"\tanh'(z) = 1 - \tanh(z)^{2}"
    short_derivative = "1 − {a}²"
    derivation = (
        Step(r"\tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}", Text("definition", "定义")),
        Step(
            r"\tanh'(z) = \frac{(e^{z} + e^{-z}) (e^{z} + e^{-z})"
            r" - (e^{z} - e^{-z}) (e^{z} - e^{-z})}{(e^{z} + e^{-z})^{2}}",
            Text("quotient rule", "商法则"),
        ),
        Step(
            r"\tanh'(z) = 1 - \left( \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}} \right)^{2}",
            Text("split the fraction", "拆成两个分式"),
        ),
        Step(
            r"\tanh'(z) = 1 - \tanh(z)^{2}",
            Text("recognise tanh(z)", "认出 tanh(z)"),
        ),
    )
    pros = Text(
        "smooth; zero-centred output between −1 and 1", "平滑可导；输出零均值，在 −1 与 1 之间"
    )
    cons = Text("saturates: for large |z| the gradient vanishes", "易饱和：|z| 大时梯度消失")

    def value(self, z: Array) -> Array:
        """Return tanh(z)."""
        return namespace(z).tanh(z)

    def derivative(self, z: Array, a: Array) -> Array:
        """Return tanh′ = 1 − a²."""
        return (1 - a) * (1 + a)

    @staticmethod
    def kernel(z: float, s: float) -> float:
        """Return f of one number."""
        return tanh(z)

    @staticmethod
    def kernel_derivative(z: float, a: float, s: float) -> float:
        """Return f′ of one number."""
        return (1.0 - a) * (1.0 + a)
