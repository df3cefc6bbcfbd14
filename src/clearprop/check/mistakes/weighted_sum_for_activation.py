"""z used where a belongs in dW = Aᵀ δ."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class WeightedSumForActivation(Mistake):
    """dW is built from the layer's input before its activation function."""

    name = "weighted_sum_for_activation"
    rank = 10
    made_in = "gradient"
    title = Text("Z is used where A belongs in dW", "dW 中应为 A 处用了 Z")
    right = Formula("dWˡ = Aˡ⁻¹ᵀ δˡ", "dWˡ = δˡ Aˡ⁻¹ᵀ")
    wrong = Formula("dWˡ = Zˡ⁻¹ᵀ δˡ", "dWˡ = δˡ Zˡ⁻¹ᵀ")
    why = Text(
        "the weight multiplies the activation of the layer below, so that is its local derivative",
        "权重乘的是下一层（靠近输入）的激活值，因此它的局部导数是 A 而不是 Z",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield Z for A in all layers above the first, and in single ones."""
        for layers in places(case.problem.every_layer[1:]):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: db is right, dW equals Zᵀ δ",
                f"{where.zh}：db 正确，而 dW 等于 Zᵀ δ",
            )

            def change(steps: Steps, layers: tuple[int, ...] = layers) -> Steps:
                def wrong(at: Pass, layer: int, a: FloatArray, delta: FloatArray) -> FloatArray:
                    return steps.weight_gradient(at, layer, at.z[layer - 1], delta)

                weight_gradient = instead(wrong, steps.weight_gradient, layers)
                return replace(steps, weight_gradient=weight_gradient)

            yield Suspicion(self, evidence, change, layers)
