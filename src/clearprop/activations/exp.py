"""Exponential function: f(z) = e^z."""

from dataclasses import dataclass
from math import exp

from clearprop.activations.activation import Activation, Array, Step
from clearprop.language import Text


@dataclass(frozen=True)
class Exp(Activation):
    """e^z, for outputs that are rates or counts: always positive, and its own derivative."""

    name = "exp"
    derivative_in = "a"
    range = (0.0, float("inf"))
    latex = r"f(z) = e^{z}"
    latex_derivative = r"f'(z) = f(z)"
    derivation = (
        Step(r"f(z) = e^{z}", Text("definition", "定义")),
        Step(r"f'(z) = e^{z}", Text("eᶻ is its own derivative", "eᶻ 的导数是它自身")),
        Step(r"f'(z) = f(z)", Text("recognise f(z)", "认出 f(z)")),
    )
    pros = Text(
        "positive; a change of z multiplies the output, as fits rates and counts",
        "恒为正；z 的改变使输出按倍数变化，适合速率与计数",
    )
    cons = Text("grows without bound: for an output layer only", "增长无界：只适合用作输出层")

    def value(self, z: Array) -> Array:
        """Return e^z."""
        return z.__array_namespace__().exp(z)

    def derivative(self, z: Array, a: Array) -> Array:
        """Return f′ = a."""
        return a

    @staticmethod
    def kernel(z: float, s: float) -> float:
        """Return f of one number."""
        return exp(z)

    @staticmethod
    def kernel_derivative(z: float, a: float, s: float) -> float:
        """Return f′ of one number."""
        return a
