"""The layer's own activation stands in dW where that of the layer before belongs."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class OwnActivation(Mistake):
    """dW is built from what leaves the layer instead of what enters it."""

    name = "own_activation"
    rank = 9
    made_in = "gradient"
    title = Text(
        "the layer's own activation is used in dW, not that of the layer before",
        "dW 中用了本层的激活值，而不是前一层的",
    )
    right = Formula("dWˡ = Aˡ⁻¹ᵀ δˡ", "dWˡ = δˡ Aˡ⁻¹ᵀ")
    wrong = Formula("dWˡ = Aˡᵀ δˡ", "dWˡ = δˡ Aˡᵀ")
    why = Text(
        "Wˡ multiplies what enters layer l, Aˡ⁻¹: that is its local derivative",
        "Wˡ 乘的是进入第 l 层的 Aˡ⁻¹，所以它的局部导数是 Aˡ⁻¹",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield Aˡ for Aˡ⁻¹ in all layers, and in single ones."""
        for layers in places(case.problem.every_layer):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: db is right, dW equals Aˡᵀ δˡ with the layer's own A",
                f"{where.zh}：db 正确，而 dW 等于用本层 A 算出的 Aˡᵀ δˡ",
            )

            def change(steps: Steps, layers: tuple[int, ...] = layers) -> Steps:
                def wrong(at: Pass, layer: int, a: FloatArray, delta: FloatArray) -> FloatArray:
                    dW = steps.weight_gradient(at, layer, at.a[layer], delta)
                    return as_taken_off(dW, case.given.get(f"W{layer}"))

                weight_gradient = instead(wrong, steps.weight_gradient, layers)
                return replace(steps, weight_gradient=weight_gradient)

            yield Suspicion(self, evidence, change, layers)


def as_taken_off(dW: FloatArray, given: FloatArray | None) -> FloatArray:
    """Return dW as a step W − η dW spreads it: that of one unit, a single number, over all of W."""
    return dW if given is None or dW.size > 1 else np.broadcast_to(dW, given.shape)
