"""Softmax: aⱼ = e^zⱼ / Σₖ e^zₖ."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import Any, ClassVar

from clearprop._arrays import namespace
from clearprop._text import Text
from clearprop.activations.activation import Activation, Array, Step


@dataclass(frozen=True)
class Softmax(Activation):
    """aⱼ = e^zⱼ / Σₖ e^zₖ over the units of the layer: positive, and they add up to 1.

    Every aⱼ depends on every zᵢ: ∂aⱼ/∂zᵢ = aⱼ (1[i = j] − aᵢ). `derivative` is the diagonal of
    that matrix; `pull_back` uses all of it.
    """

    name = "softmax"
    instead_of: ClassVar[Mapping[str, str]] = {"compet": "'softmax', which has a gradient."}
    derivative_in = "a"
    elementwise = False
    sums_to_one = True
    range = (0.0, 1.0)
    latex = r"a_j = \frac{e^{z_j}}{\sum_k e^{z_k}}"
    latex_derivative = r"\frac{\partial a_j}{\partial z_i} = a_j (\delta_{ij} - a_i)"
    derivation = (
        Step(r"a_j = \frac{e^{z_j}}{\sum_k e^{z_k}}", Text("definition", "定义")),
        Step(
            r"\frac{\partial a_j}{\partial z_i} = \frac{\delta_{ij} e^{z_j} \sum_k e^{z_k}"
            r" - e^{z_j} e^{z_i}}{\left( \sum_k e^{z_k} \right)^{2}}",
            Text("quotient rule; δᵢⱼ is 1 if i = j, else 0", "商法则；i = j 时 δᵢⱼ 为 1，否则为 0"),
        ),
        Step(
            r"\frac{\partial a_j}{\partial z_i} = \delta_{ij} \frac{e^{z_j}}{\sum_k e^{z_k}}"
            r" - \frac{e^{z_j}}{\sum_k e^{z_k}} \cdot \frac{e^{z_i}}{\sum_k e^{z_k}}",
            Text("split the fraction", "拆成两个分式"),
        ),
        Step(
            r"\frac{\partial a_j}{\partial z_i} = a_j (\delta_{ij} - a_i)",
            Text("recognise aⱼ and aᵢ, factor out aⱼ", "认出 aⱼ 与 aᵢ，提出公因子 aⱼ"),
        ),
    )
    pros = Text("a probability for each of several classes", "给出多个类别各自的概率")
    cons = Text("units depend on each other; saturates", "各单元相互依赖；会饱和")

    def value(self, z: Array) -> Array:
        """Return the softmax over the last axis; the largest z is taken off first."""
        xp = namespace(z)
        e = xp.exp(z - xp.max(z, axis=-1, keepdims=True))
        return e / xp.sum(e, axis=-1, keepdims=True)

    def derivative(self, z: Array, a: Array) -> Array:
        """Return the diagonal aⱼ (1 − aⱼ) of the Jacobian."""
        return a * (1 - a)

    def pull_back(self, error: Array, z: Array, a: Array) -> Array:
        """Return δᵢ = aᵢ (eᵢ − Σⱼ eⱼ aⱼ) from eⱼ = ∂L/∂aⱼ, the whole Jacobian at work."""
        xp = namespace(a)
        return a * (error - xp.sum(error * a, axis=-1, keepdims=True))

    @staticmethod
    def block_kernel(z: Any, a: Any, s: float, units: int, rows: int, stride: int) -> float:
        """Fill a with the softmax over units, one sample a column."""
        for r in range(rows):
            a[r] = z[r]
        for u in range(1, units):
            for r in range(rows):
                a[r] = max(a[r], z[u * stride + r])
        for u in range(units - 1, -1, -1):  # row 0 of a holds the largest z until its own turn
            for r in range(rows):
                a[u * stride + r] = exp(z[u * stride + r] - a[r])
        for r in range(rows):
            total = a[r]
            for u in range(1, units):
                total += a[u * stride + r]
            share = 1.0 / total
            for u in range(units):
                a[u * stride + r] *= share
        return 0.0

    @staticmethod
    def block_kernel_pull_back(
        error: Any, z: Any, a: Any, s: float, units: int, rows: int, stride: int
    ) -> float:
        """Change eⱼ = ∂L/∂aⱼ into δᵢ = aᵢ (eᵢ − Σⱼ eⱼ aⱼ), one sample a column."""
        for r in range(rows):
            mean = error[r] * a[r]
            for u in range(1, units):
                mean += error[u * stride + r] * a[u * stride + r]
            for u in range(units):
                error[u * stride + r] = a[u * stride + r] * (error[u * stride + r] - mean)
        return 0.0
