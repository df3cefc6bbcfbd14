"""Squared error: Σₖ (aₖ − yₖ)²."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from clearprop._arrays import namespace
from clearprop._text import Text
from clearprop.activations.activation import Step
from clearprop.losses.loss import Array, Loss


@dataclass(frozen=True)
class SquaredError(Loss):
    """Σₖ (aₖ − yₖ)², without the ½: its derivative carries a 2."""

    name = "squared_error"
    also_called = ("mse", "mean_squared_error", "l2")
    instead_of: ClassVar[Mapping[str, str]] = {
        "sse": "'squared_error', with reduction='sum'.",
        "msereg": "'squared_error', with weight_decay= of the training.",
        "msne": "'squared_error', with targets that are standardized.",
    }
    constant_curvature = 2.0
    term = "(a − y)²"
    latex = r"L = \sum_k (a_k - y_k)^{2}"
    latex_derivative = r"\frac{\partial L}{\partial a_k} = 2 (a_k - y_k)"
    derivation = (
        Step(r"L = \sum_k (a_k - y_k)^{2}", Text("definition", "定义")),
        Step(
            r"\frac{\partial L}{\partial a_k} = 2 (a_k - y_k)",
            Text(
                "only the k-th term depends on aₖ; power rule",
                "只有第 k 项含 aₖ；幂法则",
            ),
        ),
    )
    title = Text("squared error (MSE)", "平方误差")
    pros = Text(
        "with reduction='mean' and one output it is the mean squared error",
        "单输出且取均值时即均方误差 MSE",
    )
    cons = Text("the 2 of the derivative is easily forgotten", "导数里的 2 容易漏掉")

    def value(self, a: Array, y: Array) -> Array:
        """Return Σₖ (aₖ − yₖ)²."""
        xp = namespace(a)
        return xp.sum((a - y) * (a - y), axis=-1)

    def derivative(self, a: Array, y: Array) -> Array:
        """Return 2 (a − y)."""
        return 2 * (a - y)

    def second_derivative(self, a: Array, y: Array) -> Array:
        """Return 2."""
        return 2 * namespace(a).ones_like(a)

    @staticmethod
    def kernel(a: float, y: float, s: float) -> float:
        """Return ℓ of one output."""
        return (a - y) * (a - y)

    @staticmethod
    def kernel_derivative(a: float, y: float, s: float) -> float:
        """Return ∂ℓ/∂a of one output."""
        return 2.0 * (a - y)
