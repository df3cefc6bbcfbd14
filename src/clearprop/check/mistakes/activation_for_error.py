"""What a layer gives stands in dW where its error term belongs."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class ActivationForError(Mistake):
    """dW, or what is handed down, is built from the layer's outputs instead of its δ."""

    name = "activation_for_error"
    rank = 16
    made_in = "gradient"
    title = Text(
        "the layer's activation is used where its error term belongs",
        "应为本层误差项处用了激活值",
    )
    right = Formula("dWˡ = Aˡ⁻¹ᵀ δˡ;  … δˡ Wˡᵀ", "dWˡ = δˡ Aˡ⁻¹ᵀ;  … Wˡᵀ δˡ")
    wrong = Formula("dWˡ = Aˡ⁻¹ᵀ Aˡ;  … Aˡ Wˡᵀ", "dWˡ = Aˡ Aˡ⁻¹ᵀ;  … Wˡᵀ Aˡ")
    why = Text(
        "a gradient says how the error changes: without δ, which holds the targets, nothing is"
        " learned of them",
        "梯度说明误差如何变化：δ 里才有目标值，缺了 δ 就学不到目标",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield Aˡ for δˡ in dW, then on the way back, in all layers and in single ones."""
        for layers in places(case.problem.every_layer):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: dW equals Aˡ⁻¹ᵀ Aˡ, with the activation in the place of δ",
                f"{where.zh}：dW 等于 Aˡ⁻¹ᵀ Aˡ，δ 的位置上是激活值",
            )

            def change(steps: Steps, layers: tuple[int, ...] = layers) -> Steps:
                def wrong(at: Pass, layer: int, a: FloatArray, delta: FloatArray) -> FloatArray:
                    return steps.weight_gradient(at, layer, a, at.problem.share * at.a[layer])

                weight_gradient = instead(wrong, steps.weight_gradient, layers)
                return replace(steps, weight_gradient=weight_gradient)

            yield Suspicion(self, evidence, change, layers)
        for layers in places(case.problem.every_layer[1:]):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: what is handed down equals Aˡ Wˡᵀ, with the activation for δ",
                f"{where.zh}：传给前一层的等于 Aˡ Wˡᵀ，δ 的位置上是激活值",
            )

            def handed_down(steps: Steps, layers: tuple[int, ...] = layers) -> Steps:
                def wrong(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
                    return steps.carry(at, layer, at.a[layer])

                return replace(steps, carry=instead(wrong, steps.carry, layers))

            yield Suspicion(self, evidence, handed_down, layers)
