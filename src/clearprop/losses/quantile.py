"""Quantile loss: Σₖ of level · (yₖ − aₖ) below the target, (1 − level)(aₖ − yₖ) above it."""

from dataclasses import dataclass

from clearprop.activations.activation import Step
from clearprop.errors import refuse
from clearprop.language import Text
from clearprop.losses.loss import Array, Loss


@dataclass(frozen=True)
class Quantile(Loss):
    """Σₖ max(q (yₖ − aₖ), (q − 1)(yₖ − aₖ)); its minimiser is the quantile of level q.

    At a = y the derivative 0 is the convention.

    Source: Koenker, Bassett, "Regression quantiles", 1978.
    """

    name = "quantile"
    kinks = (0.0,)
    latex = (
        r"L = \sum_k \begin{cases} q (y_k - a_k) & a_k < y_k \\"
        r" (1 - q) (a_k - y_k) & a_k \ge y_k \end{cases}"
    )
    latex_derivative = (
        r"\frac{\partial L}{\partial a_k} = \begin{cases} -q & a_k < y_k \\"
        r" 0 & a_k = y_k \\ 1 - q & a_k > y_k \end{cases}"
    )
    derivation = (
        Step(latex, Text("definition, with the level q", "定义，q 为分位水平")),
        Step(
            latex_derivative,
            Text(
                "differentiate each side of the kink; at the kink 0 is the convention",
                "在折点两侧分别求导；折点处约定取 0",
            ),
        ),
    )
    pros = Text(
        "two of them bound an interval that holds the target with a chosen probability",
        "两个分位数即可围成以给定概率包含目标的区间",
    )
    cons = Text(
        "no curvature: second-order solvers gain nothing from it", "没有曲率：二阶方法得不到帮助"
    )

    level: float = 0.5

    def __post_init__(self) -> None:
        if not 0 < self.level < 1:
            raise refuse("level", self.level, "a quantile's level is between 0 and 1.", "0.9.")

    def value(self, a: Array, y: Array) -> Array:
        """Return the quantile loss, summed over the outputs."""
        xp = a.__array_namespace__()
        short = y - a
        return xp.sum(xp.maximum(self.level * short, (self.level - 1) * short), axis=-1)

    def derivative(self, a: Array, y: Array) -> Array:
        """Return −level below the target, 1 − level above it, 0 on it."""
        xp = a.__array_namespace__()
        below = xp.astype(a < y, a.dtype)
        above = xp.astype(a > y, a.dtype)
        return (1 - self.level) * above - self.level * below

    def second_derivative(self, a: Array, y: Array) -> Array:
        """Return 0, its value wherever it exists."""
        return a.__array_namespace__().zeros_like(a)

    def kernel_setting(self, dtype: str) -> float:
        """Return the level."""
        return self.level

    @staticmethod
    def kernel(a: float, y: float, s: float) -> float:
        """Return ℓ of one output."""
        return max(s * (y - a), (s - 1.0) * (y - a))

    @staticmethod
    def kernel_derivative(a: float, y: float, s: float) -> float:
        """Return ∂ℓ/∂a of one output."""
        return (1.0 - s if a > y else 0.0) - (s if a < y else 0.0)
