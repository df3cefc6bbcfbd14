"""Poisson loss: half the Poisson deviance, Σₖ aₖ − yₖ + yₖ ln(yₖ / aₖ)."""

from dataclasses import dataclass
from math import log

from clearprop._arrays import namespace
from clearprop._text import Text
from clearprop.activations.activation import Step
from clearprop.losses.loss import Array, Loss, above_zero, smallest_output


@dataclass(frozen=True)
class Poisson(Loss):
    """Σₖ aₖ − yₖ + yₖ ln(yₖ / aₖ) for counts y ≥ 0 and rates a > 0; 0 where a = y."""

    name = "poisson"
    is_log_likelihood = True
    output_range = (0.0, float("inf"))
    target_range = (0.0, float("inf"))
    target_kind = "count"
    latex = r"L = \sum_k \left( a_k - y_k + y_k \ln \frac{y_k}{a_k} \right)"
    latex_derivative = r"\frac{\partial L}{\partial a_k} = 1 - \frac{y_k}{a_k}"
    derivation = (
        Step(
            latex,
            Text("definition: half the Poisson deviance", "定义：泊松偏差的一半"),
        ),
        Step(
            r"L = \sum_k \left( a_k - y_k + y_k \ln y_k - y_k \ln a_k \right)",
            Text("the logarithm of a quotient", "商的对数"),
        ),
        Step(
            r"\frac{\partial L}{\partial a_k} = 1 - \frac{y_k}{a_k}",
            Text(
                "only aₖ and −yₖ ln aₖ depend on aₖ",
                "只有 aₖ 与 −yₖ ln aₖ 含 aₖ",
            ),
        ),
    )
    title = Text("Poisson loss", "泊松损失")
    pros = Text("fits counts, whose variance grows with their mean", "适合计数数据：方差随均值增大")
    cons = Text("needs positive outputs", "要求输出为正")

    def value(self, a: Array, y: Array) -> Array:
        """Return half the Poisson deviance, summed over the outputs."""
        xp = namespace(a)
        count = xp.where(y > 0, y, xp.ones_like(y))  # 0 · ln 0 is 0
        return xp.sum(a - y + y * (xp.log(count) - xp.log(above_zero(a))), axis=-1)

    def derivative(self, a: Array, y: Array) -> Array:
        """Return 1 − y/a."""
        return 1 - y / above_zero(a)

    def second_derivative(self, a: Array, y: Array) -> Array:
        """Return y/a²."""
        return y / above_zero(a) ** 2

    def kernel_setting(self, dtype: str) -> float:
        """Return how near to 0 an output may come."""
        return smallest_output(dtype)

    @staticmethod
    def kernel(a: float, y: float, s: float) -> float:
        """Return ℓ of one output."""
        return a - y + y * (log(y if y > 0.0 else 1.0) - log(max(a, s)))

    @staticmethod
    def kernel_derivative(a: float, y: float, s: float) -> float:
        """Return ∂ℓ/∂a of one output."""
        return 1.0 - y / max(a, s)
