"""dW is made with the activation as it was before dropout."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class ActivationBeforeDropout(Mistake):
    """Aˡ⁻¹ stands in dWˡ where Aˡ⁻¹ ⊙ D / keep went forward."""

    name = "activation_before_dropout"
    rank = 10
    made_in = "gradient"
    goes_beside = True
    title = Text("dW is made with the activation before dropout", "dW 用了 dropout 之前的激活值")
    right = Formula("dWˡ = Ãˡ⁻¹ᵀ δˡ,  Ã = A ⊙ D / keep", "dWˡ = δˡ Ãˡ⁻¹ᵀ,  Ã = A ⊙ D / keep")
    wrong = Formula("dWˡ = Aˡ⁻¹ᵀ δˡ", "dWˡ = δˡ Aˡ⁻¹ᵀ")
    why = Text(
        "Wˡ multiplied what dropout left of the activation: that stands in its derivative",
        "Wˡ 乘的是 dropout 之后的激活值，所以它的导数里也是这个值",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield A without its mask in all layers that a masked one enters, and in single ones."""
        dropout = case.problem.dropout
        masked = [] if dropout is None else sorted(dropout.masks)
        for layers in places([below + 1 for below in masked]):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: dW equals the product with A before the mask",
                f"{where.zh}：dW 等于用乘掩码之前的 A 算出的结果",
            )

            def change(steps: Steps, layers: tuple[int, ...] = layers) -> Steps:
                def wrong(at: Pass, layer: int, a: FloatArray, delta: FloatArray) -> FloatArray:
                    return steps.weight_gradient(at, layer, at.f[layer - 1], delta)

                weight_gradient = instead(wrong, steps.weight_gradient, layers)
                return replace(steps, weight_gradient=weight_gradient)

            yield Suspicion(self, evidence, change, layers)
