"""f′ added up over the units of a layer."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, locally
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class DerivativeSummed(Mistake):
    """np.dot(a, 1 − a) is one number: every unit gets the sum of all f′."""

    name = "derivative_summed"
    rank = 13
    title = Text(
        "f′ is added up over the units: np.dot where * belongs",
        "f′ 对各单元求了和：应为 * 处用了 np.dot",
    )
    right = Formula("δˡ = (δˡ⁺¹ Wˡ⁺¹ᵀ) ⊙ f′(Zˡ)", "δˡ = (Wˡ⁺¹ᵀ δˡ⁺¹) ⊙ f′(Zˡ)")
    wrong = Formula("δˡ = (δˡ⁺¹ Wˡ⁺¹ᵀ) · Σ f′(Zˡ)", "δˡ = (Wˡ⁺¹ᵀ δˡ⁺¹) · Σ f′(Zˡ)")
    why = Text(
        "each unit has a slope of its own: f′ multiplies entry by entry",
        "每个单元有自己的斜率：f′ 要逐元素相乘",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield the sum of f′ in hidden layers of several units."""
        problem = case.problem
        curved = [
            layer
            for layer in problem.hidden
            if problem.network.sizes[layer] > 1
            and problem.activation(layer).elementwise
            and not problem.activation(layer).is_identity
        ]
        for layers in places(curved):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: equal to the gradient with the sum of f′ over the units",
                f"{where.zh}：等于用 f′ 对各单元之和时的梯度",
            )
            yield Suspicion(self, evidence, locally(summed, layers), layers)


def summed(at: Pass, layer: int, error: FloatArray) -> FloatArray:
    """Return error · Σ f′(z), the sum over the units of a sample."""
    slope = at.problem.activation(layer).derivative(at.z[layer], at.f[layer])
    return error * slope.sum(axis=1, keepdims=True)
