"""Gaussian: f(z) = e^{−z²}, the radial basis function of one weighted sum."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import ClassVar

from clearprop._arrays import namespace
from clearprop._text import Text
from clearprop.activations.activation import Activation, Array, Step


@dataclass(frozen=True)
class Gaussian(Activation):
    """e^{−z²}: 1 where z = 0, and 0 far away on both sides."""

    name = "gaussian"
    also_called = ("radbas",)
    instead_of: ClassVar[Mapping[str, str]] = dict.fromkeys(("tribas", "radbasn"), "'gaussian'.")
    derivative_in = "z"
    range = (0.0, 1.0)
    attained = (1.0,)
    latex = r"\mathrm{gauss}(z) = e^{-z^{2}}"
    latex_derivative = r"\mathrm{gauss}'(z) = -2 z e^{-z^{2}}"
    derivation = (
        Step(r"\mathrm{gauss}(z) = e^{-z^{2}}", Text("definition", "定义")),
        Step(
            r"\mathrm{gauss}'(z) = e^{-z^{2}} \cdot \frac{d}{dz} (-z^{2})",
            Text(
                "chain rule; the exponential is its own derivative",
                "链式法则；指数函数的导数是它自身",
            ),
        ),
        Step(
            r"\mathrm{gauss}'(z) = -2 z e^{-z^{2}}",
            Text("the derivative of z² is 2z", "z² 的导数为 2z"),
        ),
    )
    pros = Text(
        "local: a unit answers near one hyperplane only", "局部响应：单元只在某个超平面附近有输出"
    )
    cons = Text("far from 0 on either side the gradient vanishes", "两侧远离 0 处梯度都会消失")

    def value(self, z: Array) -> Array:
        """Return e^{−z²}."""
        return namespace(z).exp(-z * z)

    def derivative(self, z: Array, a: Array) -> Array:
        """Return −2 z e^{−z²}."""
        return -2 * z * namespace(z).exp(-z * z)

    @staticmethod
    def kernel(z: float, s: float) -> float:
        """Return f of one number."""
        return exp(-z * z)

    @staticmethod
    def kernel_derivative(z: float, a: float, s: float) -> float:
        """Return f′ of one number."""
        return -2.0 * z * a
