"""Exponential function: f(z) = e^z."""

from dataclasses import dataclass
from math import exp

from clearprop._arrays import namespace
from clearprop._text import Text
from clearprop.activations.activation import Activation, Array, Step


@dataclass(frozen=True)
class Exp(Activation):
    """e^z, for outputs that are rates or counts: always positive, and its own derivative.

    Beyond z = 300 (30 in float32) it stays where it is, so that its square does not overflow.
    """

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
        xp = namespace(z)
        held = self.held_beyond("float64" if xp.finfo(z.dtype).bits == 64 else "float32")
        return xp.exp(xp.clip(z, max=held))

    def derivative(self, z: Array, a: Array) -> Array:
        """Return f′ = a."""
        return a

    def held_beyond(self, dtype: str) -> float:
        """Return the z beyond which the value is held."""
        return 300.0 if dtype == "float64" else 30.0

    def kernel_setting(self, dtype: str) -> float:
        """Return the z beyond which the value is held."""
        return self.held_beyond(dtype)

    @staticmethod
    def kernel(z: float, s: float) -> float:
        """Return f of one number."""
        return exp(min(z, s))

    @staticmethod
    def kernel_derivative(z: float, a: float, s: float) -> float:
        """Return f′ of one number."""
        return a
