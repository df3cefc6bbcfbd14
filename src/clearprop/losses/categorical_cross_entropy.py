"""Categorical cross-entropy: −Σₖ yₖ ln aₖ."""

from dataclasses import dataclass
from math import log, log1p
from typing import Any

from clearprop._arrays import identity_like, namespace
from clearprop._text import Text
from clearprop.activations.activation import Step
from clearprop.losses.loss import Array, Loss, above_zero, smallest_output


@dataclass(frozen=True)
class CategoricalCrossEntropy(Loss):
    """−Σₖ yₖ ln aₖ, for one of K classes; y is one-hot or a distribution over the classes."""

    name = "categorical_cross_entropy"
    also_called = ("cross_entropy", "log_loss", "交叉熵", "nll", "sparse_categorical_crossentropy")
    is_log_likelihood = True
    canonical = "softmax"
    output_range = (0.0, 1.0)
    target_range = (0.0, 1.0)
    target_kind = "class"
    term = "−y ln a"
    latex = r"L = -\sum_k y_k \ln a_k"
    latex_derivative = r"\frac{\partial L}{\partial a_k} = -\frac{y_k}{a_k}"
    derivation = (
        Step(r"L = -\sum_k y_k \ln a_k", Text("definition", "定义")),
        Step(
            r"\frac{\partial L}{\partial a_k} = -\frac{y_k}{a_k}",
            Text(
                "only the k-th term depends on aₖ; the derivative of ln u is 1/u",
                "只有第 k 项含 aₖ；ln u 的导数是 1/u",
            ),
        ),
    )
    canonical_derivation = (
        Step(
            r"\frac{\partial L}{\partial z_i} = \sum_k \frac{\partial L}{\partial a_k}"
            r" \cdot \frac{\partial a_k}{\partial z_i}",
            Text(
                "chain rule: zᵢ reaches L through every aₖ of the softmax; the ways add up",
                "链式法则：zᵢ 经 softmax 的每个 aₖ 影响 L；各路相加",
            ),
        ),
        Step(
            r"\frac{\partial L}{\partial z_i} = \sum_k \left( -\frac{y_k}{a_k} \right)"
            r" \cdot a_k (\delta_{ik} - a_i)",
            Text(
                "insert ∂L/∂aₖ and the Jacobian of the softmax; δᵢₖ is 1 if i = k, else 0",
                "代入 ∂L/∂aₖ 与 softmax 的雅可比；i = k 时 δᵢₖ 为 1，否则为 0",
            ),
        ),
        Step(
            r"\frac{\partial L}{\partial z_i} = a_i \sum_k y_k - \sum_k y_k \delta_{ik}",
            Text("aₖ cancels in every term", "每一项中 aₖ 约去"),
        ),
        Step(
            r"\frac{\partial L}{\partial z_i} = a_i \sum_k y_k - y_i",
            Text("of the last sum only the term k = i is left", "后一个和中只剩 k = i 的一项"),
        ),
        Step(
            r"\frac{\partial L}{\partial z_i} = a_i - y_i",
            Text("the targets of a sample add up to 1", "一个样本的目标之和为 1"),
        ),
    )
    title = Text("categorical cross-entropy", "多类交叉熵")
    pros = Text(
        "with a softmax output δ = p − y: no vanishing gradient when the answer is wrong",
        "配合 softmax 输出时 δ = p − y：答错时梯度不会消失",
    )
    cons = Text("a confident wrong answer costs without bound", "自信的错误答案代价无上界")

    def output_activation(self, outputs: int) -> str:
        """Return softmax; for a single output, which it would keep at 1, sigmoid."""
        return "softmax" if outputs > 1 else "sigmoid"

    def value(self, a: Array, y: Array) -> Array:
        """Return the cross-entropy from probabilities."""
        xp = namespace(a)
        return -xp.sum(y * xp.log(above_zero(a)), axis=-1)

    def derivative(self, a: Array, y: Array) -> Array:
        """Return −y/a."""
        return -y / above_zero(a)

    def second_derivative(self, a: Array, y: Array) -> Array:
        """Return y/a²."""
        return y / above_zero(a) ** 2

    def value_from_z(self, z: Array, y: Array) -> Array:
        """Return Σₖ yₖ (ln Σⱼ e^zⱼ − zₖ), which equals the definition for a = softmax(z).

        With s = z − max z the sum is 1 + the e^s of the other classes, which ln(1 + …) keeps.
        """
        xp = namespace(z)
        shifted = z - xp.max(z, axis=-1, keepdims=True)
        classes = xp.arange(z.shape[-1], device=z.device)
        largest = classes == xp.argmax(z, axis=-1, keepdims=True)
        others = xp.where(largest, xp.zeros_like(z), xp.exp(shifted))
        log_sum = xp.log1p(xp.sum(others, axis=-1, keepdims=True))
        return xp.sum(y * (log_sum - shifted), axis=-1)

    def error_term(self, z: Array, a: Array, y: Array) -> Array:
        """Return δ = p Σⱼ yⱼ − y, which is p − y for targets that add up to 1.

        It is written pₖ Σ_{j≠k} yⱼ − yₖ Σ_{j≠k} pⱼ: exact where a probability rounds to 1.
        """
        others = 1 - identity_like(a, a.shape[-1])
        return a * (y @ others) - y * (a @ others)

    def hessian_in_z(self, a: Array, y: Array) -> Array:
        """Return (diag(p) − p pᵀ) Σⱼ yⱼ, shape (m, K, K)."""
        xp = namespace(a)
        diagonal = a[..., None] * identity_like(a, a.shape[-1])
        total = xp.sum(y, axis=-1)[..., None, None]
        return (diagonal - a[..., None] * a[..., None, :]) * total

    def hessian_factor_in_z(self, a: Array, y: Array) -> Array:
        """Return the columns √pₛ (eₛ − p) √Σⱼ yⱼ, shape (m, K, K).

        Their squares add up to the Hessian: Σₛ pₛ (eₛ − p)(eₛ − p)ᵀ = diag(p) − p pᵀ.
        """
        xp = namespace(a)
        columns = identity_like(a, a.shape[-1]) - a[..., :, None]
        return columns * xp.sqrt(a * xp.sum(y, axis=-1, keepdims=True))[..., None, :]

    def kernel_setting(self, dtype: str) -> float:
        """Return how near to 0 an output may come."""
        return smallest_output(dtype)

    @staticmethod
    def kernel(a: float, y: float, s: float) -> float:
        """Return ℓ of one output."""
        return -y * log(max(a, s))

    @staticmethod
    def kernel_derivative(a: float, y: float, s: float) -> float:
        """Return ∂ℓ/∂a of one output."""
        return -y / max(a, s)

    @staticmethod
    def block_kernel(
        z: Any, a: Any, y: Any, c: Any, delta: Any, s: float, units: int, rows: int, stride: int
    ) -> float:
        """Fill δ with the shares of the samples times δ, one sample a column; return Σ c ℓ."""
        total = 0.0
        for r in range(rows):
            top, largest, smaller, targets = z[r], 0.0, 0.0, 0.0
            for k in range(units):
                n = k * stride + r
                top = max(top, z[n])
                smaller += min(largest, a[n])  # of all but the largest
                largest = max(largest, a[n])
                targets += y[n]
            # ln Σ e^(z − top), of which sum the largest is 1: −ln a, without cancellation near 1
            log_partition = log1p(smaller / largest) if smaller < largest else -log(largest)
            for k in range(units):
                n = k * stride + r
                total += c[r] * y[n] * ((top - z[n]) + log_partition)
                rest = smaller if a[n] == largest else 1.0 - a[n]  # the sum of the others
                delta[n] = c[r] * (a[n] * (targets - y[n]) - y[n] * rest)
        return total
