"""Binary cross-entropy: −Σₖ [yₖ ln aₖ + (1 − yₖ) ln(1 − aₖ)]."""

from dataclasses import dataclass
from math import exp, log, log1p

from clearprop._arrays import identity_like, namespace
from clearprop._text import Text
from clearprop.activations.activation import Step
from clearprop.activations.sigmoid import Sigmoid
from clearprop.losses.loss import Array, Loss, above_zero, smallest_output


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """−Σₖ [yₖ ln aₖ + (1 − yₖ) ln(1 − aₖ)], for one or several independent yes/no outputs."""

    name = "binary_cross_entropy"
    also_called = ("cross_entropy", "log_loss", "交叉熵", "bce", "bce_with_logits")
    is_log_likelihood = True
    canonical = "sigmoid"
    output_range = (0.0, 1.0)
    target_range = (0.0, 1.0)
    target_kind = "yes_no"
    term = "−[y ln a + (1 − y) ln(1 − a)]"
    latex = r"L = -\sum_k \left( y_k \ln a_k + (1 - y_k) \ln(1 - a_k) \right)"
    latex_derivative = (
        r"\frac{\partial L}{\partial a_k} = -\frac{y_k}{a_k} + \frac{1 - y_k}{1 - a_k}"
    )
    derivation = (
        Step(latex, Text("definition", "定义")),
        Step(
            r"\frac{\partial L}{\partial a_k} = -y_k \frac{1}{a_k} - (1 - y_k) \frac{1}{1 - a_k}"
            r" \cdot (-1)",
            Text(
                "only the k-th term depends on aₖ; the derivative of ln u is u′/u",
                "只有第 k 项含 aₖ；ln u 的导数是 u′/u",
            ),
        ),
        Step(
            r"\frac{\partial L}{\partial a_k} = -\frac{y_k}{a_k} + \frac{1 - y_k}{1 - a_k}",
            Text("the two signs cancel", "两个负号相消"),
        ),
    )
    canonical_derivation = (
        Step(
            r"\frac{\partial L}{\partial z_k} = \frac{\partial L}{\partial a_k}"
            r" \cdot \frac{\partial a_k}{\partial z_k}",
            Text("chain rule: zₖ reaches L only through aₖ", "链式法则：zₖ 只通过 aₖ 影响 L"),
        ),
        Step(
            r"\frac{\partial L}{\partial z_k} = \left( -\frac{y_k}{a_k} + \frac{1 - y_k}{1 - a_k}"
            r" \right) \cdot a_k (1 - a_k)",
            Text("insert ∂L/∂aₖ and σ′ = a(1 − a)", "代入 ∂L/∂aₖ 与 σ′ = a(1 − a)"),
        ),
        Step(
            r"\frac{\partial L}{\partial z_k} = -y_k (1 - a_k) + (1 - y_k) a_k",
            Text("multiply out: both denominators cancel", "展开：两个分母都约去"),
        ),
        Step(
            r"\frac{\partial L}{\partial z_k} = a_k - y_k",
            Text("yₖ aₖ cancels", "yₖ aₖ 相消"),
        ),
    )
    canonical_remark = Text(
        "Output minus target, times the input of the weight: the same form as the gradient of a"
        " logistic regression, which is this layer alone.",
        "输出减目标，再乘以该权重的输入：与单层逻辑回归的梯度公式形式相同；逻辑回归就是只有这一层的网络。",
    )
    title = Text("binary cross-entropy (BCE)", "二元交叉熵")
    pros = Text(
        "with a sigmoid output δ = p − y: no vanishing gradient when the answer is wrong",
        "配合 sigmoid 输出时 δ = p − y：答错时梯度不会消失",
    )
    cons = Text("a confident wrong answer costs without bound", "自信的错误答案代价无上界")

    def value(self, a: Array, y: Array) -> Array:
        """Return the cross-entropy from probabilities."""
        xp = namespace(a)
        log_a = xp.log(above_zero(a))
        log_rest = xp.log(above_zero(1 - a))
        return -xp.sum(y * log_a + (1 - y) * log_rest, axis=-1)

    def derivative(self, a: Array, y: Array) -> Array:
        """Return −y/a + (1 − y)/(1 − a)."""
        return (1 - y) / above_zero(1 - a) - y / above_zero(a)

    def second_derivative(self, a: Array, y: Array) -> Array:
        """Return y/a² + (1 − y)/(1 − a)²."""
        return y / above_zero(a) ** 2 + (1 - y) / above_zero(1 - a) ** 2

    def value_from_z(self, z: Array, y: Array) -> Array:
        """Return Σₖ [max(z, 0) − z y] + ln(1 + e^−|z|), which equals the definition for a = σ(z).

        For a right answer the bracket is exactly 0, so that the small logarithm keeps its digits.
        """
        xp = namespace(z)
        wrong = xp.maximum(z, xp.zeros_like(z)) - z * y
        return xp.sum(wrong + xp.log1p(xp.exp(-xp.abs(z))), axis=-1)

    def error_term(self, z: Array, a: Array, y: Array) -> Array:
        """Return δ = p − y, written (1 − y) σ(z) − y σ(−z): exact where p rounds to 1."""
        return (1 - y) * a - y * Sigmoid().value(-z)

    def hessian_in_z(self, a: Array, y: Array) -> Array:
        """Return diag(p (1 − p)), shape (m, K, K)."""
        return (a * (1 - a))[..., None] * identity_like(a, a.shape[-1])

    def hessian_factor_in_z(self, a: Array, y: Array) -> Array:
        """Return √(p (1 − p)), the diagonal of the factor, shape (m, K)."""
        return namespace(a).sqrt(a * (1 - a))

    def kernel_setting(self, dtype: str) -> float:
        """Return how near to 0 an output may come."""
        return smallest_output(dtype)

    @staticmethod
    def kernel(a: float, y: float, s: float) -> float:
        """Return ℓ of one output."""
        return -(y * log(max(a, s)) + (1.0 - y) * log(max(1.0 - a, s)))

    @staticmethod
    def kernel_derivative(a: float, y: float, s: float) -> float:
        """Return ∂ℓ/∂a of one output."""
        return (1.0 - y) / max(1.0 - a, s) - y / max(a, s)

    @staticmethod
    def kernel_from_z(z: float, y: float, s: float) -> float:
        """Return ℓ of one output from its logit."""
        return max(z, 0.0) - z * y + log1p(exp(-abs(z)))

    @staticmethod
    def kernel_error(z: float, a: float, y: float, s: float) -> float:
        """Return δ = (1 − y) σ(z) − y σ(−z) of one output."""
        e = exp(-abs(z))
        return (1.0 - y) * a - y * (e if z >= 0.0 else 1.0) / (1.0 + e)
