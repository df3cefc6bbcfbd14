"""Only the diagonal of the softmax Jacobian."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Step, Steps, locally, loss_slope
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, layer_names, same


class SoftmaxDiagonal(Mistake):
    """p (1 − p) taken for the whole derivative of softmax, as if its units were independent."""

    name = "softmax_diagonal"
    rank = 11
    title = Text(
        "only the diagonal of the softmax Jacobian is used", "只用了 softmax 雅可比矩阵的对角线"
    )
    right = same(
        Text(
            "δᵢ = Σⱼ ∂ℓ/∂pⱼ · pⱼ (1[i = j] − pᵢ)    (with cross-entropy: p − y)",
            "δᵢ = Σⱼ ∂ℓ/∂pⱼ · pⱼ (1[i = j] − pᵢ)    （交叉熵：p − y）",
        )
    )
    wrong = same(
        Text(
            "δᵢ = ∂ℓ/∂pᵢ · pᵢ (1 − pᵢ)             (with cross-entropy: −y (1 − p))",
            "δᵢ = ∂ℓ/∂pᵢ · pᵢ (1 − pᵢ)             （交叉熵：−y (1 − p)）",
        )
    )
    why = Text(
        "every pⱼ depends on every zᵢ through the common denominator: sum over all j. Right code"
        " has Σₖ dbₖ = 0",
        "分母相同，每个 pⱼ 都依赖每个 zᵢ：要对所有 j 求和。正确时 Σₖ dbₖ = 0",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield the diagonal alone, for every softmax layer."""
        for layer in case.problem.every_layer:
            if not case.problem.activation(layer).sums_to_one:
                continue
            where = layer_names((layer,))
            evidence = Text(
                f"{where.en}: equal to the gradient with p (1 − p) alone, without −pᵢ pⱼ",
                f"{where.zh}：等于只用 p (1 − p)、缺 −pᵢ pⱼ 项时的梯度",
            )
            if layer == case.problem.depth:
                change = lambda steps: replace(steps, output_error=at_output)  # noqa: E731
            else:
                change = locally(diagonal, (layer,))
            yield Suspicion(self, evidence, change, (layer,))


def diagonal(at: Pass, layer: int, error: FloatArray) -> FloatArray:
    """Return error ⊙ p (1 − p)."""
    return error * at.problem.activation(layer).derivative(at.z[layer], at.f[layer])


def at_output(at: Pass, layer: int, local: Step) -> FloatArray:
    """Return ∂ℓ/∂p ⊙ p (1 − p)."""
    return diagonal(at, layer, loss_slope(at, layer))
