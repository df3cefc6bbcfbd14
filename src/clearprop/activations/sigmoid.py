"""Sigmoid: σ(z) = 1 / (1 + e⁻ᶻ)."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import ClassVar

from clearprop._arrays import namespace
from clearprop._text import Text
from clearprop.activations.activation import Activation, Array, Step


@dataclass(frozen=True)
class Sigmoid(Activation):
    """σ(z) = 1 / (1 + e⁻ᶻ), σ′ = a(1 − a)."""

    name = "sigmoid"
    also_called = ("logsig", "logistic")
    instead_of: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("hardlim", "step", "heaviside", "threshold"), "'sigmoid', which has a gradient."
    )
    derivative_in = "a"
    onnx = "Sigmoid"
    glorot_factor = 2.0
    range = (0.0, 1.0)
    latex = r"\sigma(z) = \frac{1}{1 + e^{-z}}"
    latex_derivative = r"\sigma'(z) = \sigma(z) (1 - \sigma(z))"
    short_derivative = "{a} · (1 − {a})"
    derivation = (
        Step(r"\sigma(z) = \frac{1}{1 + e^{-z}}", Text("definition", "定义")),
        Step(
            r"\sigma(z) = (1 + e^{-z})^{-1}",
            Text(
                "a power: f(g) = 1/g = g⁻¹, g = 1 + e⁻ᶻ",
                "写成幂：f(g) = 1/g = g⁻¹，g = 1 + e⁻ᶻ",
            ),
        ),
        Step(
            r"\sigma'(z) = -1 \cdot (1 + e^{-z})^{-2} \cdot \frac{d}{dz} (1 + e^{-z})",
            Text(
                "chain rule: f′(g) = −1/g², times g′(z)",
                "链式法则：f′(g) = −1/g²，再乘 g′(z)",
            ),
        ),
        Step(
            r"\sigma'(z) = -1 \cdot (1 + e^{-z})^{-2} \cdot (-e^{-z})",
            Text("the derivative of e⁻ᶻ is −e⁻ᶻ", "e⁻ᶻ 的导数是 −e⁻ᶻ"),
        ),
        Step(
            r"\sigma'(z) = \frac{e^{-z}}{(1 + e^{-z})^{2}}",
            Text("the two signs cancel", "两个负号相消"),
        ),
        Step(
            r"\sigma'(z) = \frac{1 + e^{-z} - 1}{(1 + e^{-z})^{2}}",
            Text("add and subtract 1 in the numerator", "分子加 1 再减 1"),
        ),
        Step(
            r"\sigma'(z) = \frac{1}{1 + e^{-z}} - \left( \frac{1}{1 + e^{-z}} \right)^{2}",
            Text("split the fraction", "拆成两个分式"),
        ),
        Step(
            r"\sigma'(z) = \sigma(z) - \sigma(z)^{2}",
            Text("recognise σ(z) in both terms", "两项中都认出 σ(z)"),
        ),
        Step(
            r"\sigma'(z) = \sigma(z) (1 - \sigma(z))",
            Text("factor out σ(z)", "提出公因子 σ(z)"),
        ),
    )
    pros = Text(
        "smooth; output between 0 and 1 reads as a probability",
        "平滑可导；输出在 0 与 1 之间，可作概率",
    )
    cons = Text(
        "saturates: for large |z| the gradient vanishes; not zero-centred",
        "易饱和：|z| 大时梯度消失；输出不是零均值",
    )

    def value(self, z: Array) -> Array:
        """Return σ(z); e is only raised to −|z|, so nothing overflows."""
        xp = namespace(z)
        e = xp.exp(-xp.abs(z))
        return xp.where(z >= 0, 1 / (1 + e), e / (1 + e))

    def derivative(self, z: Array, a: Array) -> Array:
        """Return σ′ = a(1 − a)."""
        return a * (1 - a)

    @staticmethod
    def kernel(z: float, s: float) -> float:
        """Return f of one number."""
        e = exp(-abs(z))
        return (1.0 if z >= 0.0 else e) / (1.0 + e)

    @staticmethod
    def kernel_derivative(z: float, a: float, s: float) -> float:
        """Return f′ of one number."""
        return a * (1.0 - a)
