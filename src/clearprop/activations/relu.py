"""Rectified linear unit: ReLU(z) = max(0, z)."""

from dataclasses import dataclass

from clearprop._arrays import namespace
from clearprop._text import Text
from clearprop.activations.activation import Activation, Array, Step


@dataclass(frozen=True)
class ReLU(Activation):
    """max(0, z); the derivative is 1 for z > 0 and, by convention, 0 for z ≤ 0."""

    name = "relu"
    also_called = ("poslin",)
    derivative_in = "z"
    onnx = "Relu"
    is_one_sided = True
    range = (0.0, float("inf"))
    attained = (0.0,)
    kinks = (0.0,)
    latex = r"\mathrm{ReLU}(z) = \max(0, z)"
    latex_derivative = r"\mathrm{ReLU}'(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}"
    derivation = (
        Step(r"\mathrm{ReLU}(z) = \max(0, z)", Text("definition", "定义")),
        Step(
            r"\mathrm{ReLU}(z) = \begin{cases} z & z > 0 \\ 0 & z \le 0 \end{cases}",
            Text("one line a side of 0", "按 0 的两侧分段写"),
        ),
        Step(
            r"\mathrm{ReLU}'(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}",
            Text(
                "differentiate each line; at z = 0 there is no derivative and 0 is the convention",
                "逐段求导；z = 0 处不可导，约定取 0",
            ),
        ),
    )
    pros = Text(
        "cheap; the gradient does not vanish for z > 0; sparse",
        "计算快；z > 0 时缓解梯度消失；激活稀疏",
    )
    cons = Text(
        "a unit with z ≤ 0 for every sample gets no gradient: it is dead",
        "若所有样本都有 z ≤ 0，则没有梯度：神经元死亡",
    )
    image = Text(
        "ReLU is a gate that lets positive numbers"
        " through and cuts negative ones to 0. Units that it"
        " switches off make the activations sparse, which helps against over-fitting.",
        "可以把 ReLU 想象成一个“只让正数通过”的门：负数都被截断为 0。被“关闭”的神经元使激活稀疏，"
        "有助于减少过拟合、增强泛化能力。",
    )

    def value(self, z: Array) -> Array:
        """Return max(0, z)."""
        xp = namespace(z)
        return xp.maximum(z, xp.zeros((), dtype=z.dtype, device=z.device))

    def derivative(self, z: Array, a: Array) -> Array:
        """Return 1 where z > 0, else 0."""
        return namespace(z).astype(z > 0, z.dtype)

    @staticmethod
    def kernel(z: float, s: float) -> float:
        """Return f of one number."""
        return z if z > 0.0 else 0.0

    @staticmethod
    def kernel_derivative(z: float, a: float, s: float) -> float:
        """Return f′ of one number."""
        return 1.0 if z > 0.0 else 0.0
