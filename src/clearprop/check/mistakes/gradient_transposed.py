"""dW transposed."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class GradientTransposed(Mistake):
    """dW has the shape of Wᵀ, or its entries where W is square."""

    name = "gradient_transposed"
    rank = 10
    made_in = "gradient"
    title = Text("dW is transposed", "dW 转置了")
    right = Formula("dWˡ = Aˡ⁻¹ᵀ δˡ", "dWˡ = δˡ Aˡ⁻¹ᵀ")
    wrong = Formula("dWˡ = δˡᵀ Aˡ⁻¹", "dWˡ = Aˡ⁻¹ δˡᵀ")
    why = Text(
        "dW has an entry for every entry of W, in its place: the same shape as W",
        "dW 的每个元素对应 W 同一位置的元素：形状与 W 相同",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield the transpose, in all layers and in single ones."""
        for layers in places(case.problem.every_layer):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: dW equals the transpose of the right one",
                f"{where.zh}：dW 等于正确结果的转置",
            )

            def change(steps: Steps, layers: tuple[int, ...] = layers) -> Steps:
                def wrong(at: Pass, layer: int, *given: FloatArray) -> FloatArray:
                    return steps.weight_gradient(at, layer, *given).T

                weight_gradient = instead(wrong, steps.weight_gradient, layers)
                return replace(steps, weight_gradient=weight_gradient)

            yield Suspicion(self, evidence, change, layers)

    def alone(self, right: FloatArray, m: int) -> Iterator[tuple[FloatArray, Text]]:
        """Yield the transpose, where it has the same shape."""
        if right.ndim == 2 and right.shape == right.T.shape and len(right) > 1:
            yield right.T, Text("the transpose of the right one", "等于正确结果的转置")
