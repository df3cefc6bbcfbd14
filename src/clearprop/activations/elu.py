"""Exponential linear unit: z for z > 0, eᶻ − 1 below."""

from dataclasses import dataclass
from math import expm1

from clearprop._arrays import namespace
from clearprop._text import Text
from clearprop.activations.activation import Activation, Array, Step


@dataclass(frozen=True)
class ELU(Activation):
    """z for z > 0, eᶻ − 1 for z ≤ 0; with α = 1 the derivative is continuous.

    Source: Clevert, Unterthiner, Hochreiter, "Fast and accurate deep network learning by
    exponential linear units", 2016.
    """

    name = "elu"
    derivative_in = "a"
    range = (-1.0, float("inf"))
    latex = r"\mathrm{ELU}(z) = \begin{cases} z & z > 0 \\ e^{z} - 1 & z \le 0 \end{cases}"
    latex_derivative = (
        r"\mathrm{ELU}'(z) = \begin{cases} 1 & z > 0 \\ \mathrm{ELU}(z) + 1 & z \le 0 \end{cases}"
    )
    derivation = (
        Step(
            r"\mathrm{ELU}(z) = \begin{cases} z & z > 0 \\ e^{z} - 1 & z \le 0 \end{cases}",
            Text("definition", "定义"),
        ),
        Step(
            r"\mathrm{ELU}'(z) = \begin{cases} 1 & z > 0 \\ e^{z} & z \le 0 \end{cases}",
            Text("differentiate each line", "逐段求导"),
        ),
        Step(
            latex_derivative,
            Text("for z ≤ 0, eᶻ = ELU(z) + 1", "z ≤ 0 时 eᶻ = ELU(z) + 1"),
        ),
    )
    pros = Text(
        "negative outputs centre the layer; smooth; no unit dies",
        "负输出使均值接近零；平滑；神经元不会死亡",
    )
    cons = Text("needs an exponential; saturates below", "需要计算指数；负半轴饱和")

    def value(self, z: Array) -> Array:
        """Return z where z > 0, else eᶻ − 1."""
        xp = namespace(z)
        return xp.where(z > 0, z, xp.expm1(xp.minimum(z, xp.zeros_like(z))))

    def derivative(self, z: Array, a: Array) -> Array:
        """Return 1 where a > 0, else a + 1."""
        xp = namespace(a)
        return 1 + xp.minimum(a, xp.zeros_like(a))

    @staticmethod
    def kernel(z: float, s: float) -> float:
        """Return f of one number."""
        return z if z > 0.0 else expm1(min(z, 0.0))

    @staticmethod
    def kernel_derivative(z: float, a: float, s: float) -> float:
        """Return f′ of one number."""
        return 1.0 + min(a, 0.0)
