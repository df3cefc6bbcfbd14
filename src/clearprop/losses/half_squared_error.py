"""Half squared error: ½ Σₖ (aₖ − yₖ)²."""

from dataclasses import dataclass

from clearprop._arrays import namespace
from clearprop._text import Text
from clearprop.activations.activation import Step
from clearprop.losses.loss import Array, Loss


@dataclass(frozen=True)
class HalfSquaredError(Loss):
    """½ Σₖ (aₖ − yₖ)²; the ½ takes away the 2 of the derivative."""

    name = "half_squared_error"
    averages_outputs_elsewhere = True
    constant_curvature = 1.0
    term = "½ (a − y)²"
    latex = r"L = \frac{1}{2} \sum_k (a_k - y_k)^{2}"
    latex_derivative = r"\frac{\partial L}{\partial a_k} = a_k - y_k"
    derivation = (
        Step(r"L = \frac{1}{2} \sum_k (a_k - y_k)^{2}", Text("definition", "定义")),
        Step(
            r"\frac{\partial L}{\partial a_k} = \frac{1}{2} \cdot 2 (a_k - y_k)",
            Text(
                "only the k-th term depends on aₖ; power rule",
                "只有第 k 项含 aₖ；幂法则",
            ),
        ),
        Step(
            r"\frac{\partial L}{\partial a_k} = a_k - y_k",
            Text("½ · 2 = 1", "½ · 2 = 1"),
        ),
    )
    title = Text("half squared error (MSE)", "均方误差")
    pros = Text(
        "simplest derivative; with an identity output δ = a − y", "导数最简；恒等输出时 δ = a − y"
    )
    cons = Text("outliers count quadratically", "离群点按平方放大")

    def value(self, a: Array, y: Array) -> Array:
        """Return ½ Σₖ (aₖ − yₖ)²."""
        xp = namespace(a)
        return 0.5 * xp.sum((a - y) * (a - y), axis=-1)

    def derivative(self, a: Array, y: Array) -> Array:
        """Return a − y."""
        return a - y

    def second_derivative(self, a: Array, y: Array) -> Array:
        """Return 1."""
        return namespace(a).ones_like(a)

    @staticmethod
    def kernel(a: float, y: float, s: float) -> float:
        """Return ℓ of one output."""
        return 0.5 * (a - y) * (a - y)

    @staticmethod
    def kernel_derivative(a: float, y: float, s: float) -> float:
        """Return ∂ℓ/∂a of one output."""
        return a - y
