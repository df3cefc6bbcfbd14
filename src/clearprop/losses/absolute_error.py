"""Absolute error: Σₖ |aₖ − yₖ|."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from clearprop._arrays import namespace
from clearprop._text import Text
from clearprop.activations.activation import Step
from clearprop.losses.loss import Array, Loss


@dataclass(frozen=True)
class AbsoluteError(Loss):
    """Σₖ |aₖ − yₖ|; its minimiser is the median. At a = y the derivative 0 is the convention."""

    name = "absolute_error"
    also_called = ("mae", "mean_absolute_error", "l1")
    instead_of: ClassVar[Mapping[str, str]] = {"sae": "'absolute_error', with reduction='sum'."}
    kinks = (0.0,)
    term = "|a − y|"
    latex = r"L = \sum_k |a_k - y_k|"
    latex_derivative = r"\frac{\partial L}{\partial a_k} = \mathrm{sign}(a_k - y_k)"
    derivation = (
        Step(r"L = \sum_k |a_k - y_k|", Text("definition", "定义")),
        Step(
            r"\frac{\partial L}{\partial a_k} = \begin{cases} 1 & a_k > y_k \\ 0 & a_k = y_k"
            r" \\ -1 & a_k < y_k \end{cases}",
            Text(
                "differentiate each side of the kink; at the kink 0 is the convention",
                "在折点两侧分别求导；折点处约定取 0",
            ),
        ),
        Step(
            r"\frac{\partial L}{\partial a_k} = \mathrm{sign}(a_k - y_k)",
            Text("this is the sign of the residual", "即残差的符号"),
        ),
    )
    title = Text("absolute error (MAE)", "绝对误差")
    pros = Text("robust: outliers count linearly", "稳健：离群点只按线性计")
    cons = Text(
        "no curvature: second-order solvers gain nothing from it", "没有曲率：二阶方法得不到帮助"
    )

    def value(self, a: Array, y: Array) -> Array:
        """Return Σₖ |aₖ − yₖ|."""
        xp = namespace(a)
        return xp.sum(xp.abs(a - y), axis=-1)

    def derivative(self, a: Array, y: Array) -> Array:
        """Return the sign of a − y."""
        return namespace(a).sign(a - y)

    def second_derivative(self, a: Array, y: Array) -> Array:
        """Return 0, its value wherever it exists."""
        return namespace(a).zeros_like(a)

    @staticmethod
    def kernel(a: float, y: float, s: float) -> float:
        """Return ℓ of one output."""
        return abs(a - y)

    @staticmethod
    def kernel_derivative(a: float, y: float, s: float) -> float:
        """Return ∂ℓ/∂a of one output."""
        return (1.0 if a > y else 0.0) - (1.0 if a < y else 0.0)
