"""Huber loss: quadratic near the target, linear beyond delta."""

from dataclasses import dataclass

from clearprop._arrays import namespace
from clearprop._errors import invalid_argument
from clearprop._text import Text
from clearprop.activations.activation import Step
from clearprop.losses.loss import Array, Loss


@dataclass(frozen=True)
class Huber(Loss):
    """Σₖ of ½ r² where |r| ≤ delta, of delta (|r| − ½ delta) beyond; r = a − y.

    Source: Huber, "Robust estimation of a location parameter", 1964.
    """

    name = "huber"
    latex = (
        r"L = \sum_k \begin{cases} \frac{1}{2} r_k^{2} & |r_k| \le d \\"
        r" d (|r_k| - \frac{1}{2} d) & |r_k| > d \end{cases}"
    )
    latex_derivative = r"\frac{\partial L}{\partial a_k} = \max(-d, \min(d, a_k - y_k))"
    derivation = (
        Step(
            latex,
            Text("definition, with r = a − y and the threshold d", "定义，r = a − y，d 为阈值"),
        ),
        Step(
            r"\frac{\partial L}{\partial a_k} = \begin{cases} r_k & |r_k| \le d \\"
            r" d \, \mathrm{sign}(r_k) & |r_k| > d \end{cases}",
            Text("differentiate each line; ∂rₖ/∂aₖ = 1", "逐段求导；∂rₖ/∂aₖ = 1"),
        ),
        Step(
            r"\frac{\partial L}{\partial a_k} = \max(-d, \min(d, a_k - y_k))",
            Text("this is the residual, clipped at ±d", "即截断在 ±d 的残差"),
        ),
    )
    title = Text("Huber loss", "Huber 损失")
    pros = Text("robust like |r|, smooth like r²", "像 |r| 一样稳健，像 r² 一样平滑")
    cons = Text("one more setting: the threshold", "多一个超参数：阈值")

    delta: float = 1.0

    def __post_init__(self) -> None:
        if not self.delta > 0:
            raise invalid_argument("delta", self.delta, "the threshold must be positive.", "1.0.")
        object.__setattr__(self, "delta", float(self.delta))

    def value(self, a: Array, y: Array) -> Array:
        """Return the Huber loss, summed over the outputs."""
        xp = namespace(a)
        size = xp.abs(a - y)
        inner = xp.clip(size, 0, self.delta)
        return xp.sum(inner * (size - 0.5 * inner), axis=-1)

    def derivative(self, a: Array, y: Array) -> Array:
        """Return a − y, clipped at ±delta."""
        return namespace(a).clip(a - y, -self.delta, self.delta)

    def second_derivative(self, a: Array, y: Array) -> Array:
        """Return 1 where |a − y| ≤ delta, else 0."""
        xp = namespace(a)
        return xp.astype(xp.abs(a - y) <= self.delta, a.dtype)

    def kernel_setting(self, dtype: str) -> float:
        """Return the delta."""
        return self.delta

    @staticmethod
    def kernel(a: float, y: float, s: float) -> float:
        """Return ℓ of one output."""
        size = abs(a - y)
        inner = min(size, s)
        return inner * (size - 0.5 * inner)

    @staticmethod
    def kernel_derivative(a: float, y: float, s: float) -> float:
        """Return ∂ℓ/∂a of one output."""
        return max(-s, min(s, a - y))
