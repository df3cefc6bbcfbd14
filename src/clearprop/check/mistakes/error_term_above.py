"""The error term of the layer above stands in the place of a layer's own."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places, same


class ErrorTermAbove(Mistake):
    """δˡ = δˡ⁺¹, as where one error moves the weights of every layer; one output lets it pass."""

    name = "error_term_above"
    rank = 14
    made_in = "gradient"
    title = Text(
        "the error term of the layer above is used in the place of the layer's own",
        "用了后一层的误差项，而不是本层自己的误差项",
    )
    right = Formula("δˡ = (δˡ⁺¹ Wˡ⁺¹ᵀ) ⊙ f′(Zˡ)", "δˡ = (Wˡ⁺¹ᵀ δˡ⁺¹) ⊙ f′(Zˡ)")
    wrong = same("δˡ = δˡ⁺¹")
    why = Text(
        "each layer has an error term of its own: that of the layer above goes back through W and"
        " f′",
        "每一层都有自己的误差项：后一层的误差项要经过 W 和 f′ 才能传到本层",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield δ of the layer above where shapes allow it; with f′ = 1, W alone is left out."""
        sizes, problem = case.problem.network.sizes, case.problem
        fitting = [
            layer
            for layer in problem.hidden
            if sizes[layer + 1] in (1, sizes[layer]) and not problem.activation(layer).is_identity
        ]
        for layers in places(fitting):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: equal to the gradient made of the error term of the layer above",
                f"{where.zh}：等于用后一层的误差项算出的梯度",
            )

            def change(steps: Steps, layers: tuple[int, ...] = layers) -> Steps:
                def wrong(at: Pass, layer: int, error: FloatArray) -> FloatArray:
                    return at.delta[layer + 1] * np.ones(at.z[layer].shape[1])

                return replace(steps, local=instead(wrong, steps.local, layers))

            yield Suspicion(self, evidence, change, layers)
