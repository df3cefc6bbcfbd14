"""The way back goes past the weights: the error of the layer above is used as it is."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class WeightsLeftOut(Mistake):
    """Nothing is multiplied by Wᵀ; NumPy lets that pass with one output, or with equal widths."""

    name = "weights_left_out"
    rank = 12
    title = Text(
        "the weights are left out on the way back",
        "误差反传时漏乘了权重",
    )
    right = Formula("δˡ = (δˡ⁺¹ Wˡ⁺¹ᵀ) ⊙ f′(Zˡ)", "δˡ = (Wˡ⁺¹ᵀ δˡ⁺¹) ⊙ f′(Zˡ)")
    wrong = Formula("δˡ = δˡ⁺¹ ⊙ f′(Zˡ)", "δˡ = δˡ⁺¹ ⊙ f′(Zˡ)")
    why = Text(
        "each unit has its share in the error above by the weight between them: multiply by Wᵀ",
        "每个单元对上一层误差的贡献由它们之间的权重决定：要乘以 Wᵀ",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield δ, and ∂ℓ/∂A, handed down as they are, wherever the shapes allow it."""
        sizes = case.problem.network.sizes
        fitting = [n for n in case.problem.every_layer[1:] if sizes[n] in (1, sizes[n - 1])]
        for layers in places(fitting):
            below = layer_names(tuple(n - 1 for n in layers))
            for handed, said in HANDED.items():
                evidence = Text(f"{below.en}: {said.en}", f"{below.zh}：{said.zh}")

                def change(
                    steps: Steps,
                    layers: tuple[int, ...] = layers,
                    handed: Callable[[Pass, int, FloatArray], FloatArray] = handed,
                ) -> Steps:
                    def wrong(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
                        return handed(at, layer, delta) * np.ones(sizes[layer - 1])

                    return replace(steps, carry=instead(wrong, steps.carry, layers))

                yield Suspicion(self, evidence, change, layers)


def error_above(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
    """Return ∂ℓ/∂A of the layer above; δ where that is a − y outright."""
    return at.errors.get(layer, delta)


HANDED: dict[Callable[[Pass, int, FloatArray], FloatArray], Text] = {
    lambda at, layer, delta: delta: Text(
        "the error term of the layer above is used without W", "直接用了后一层的误差项，没有乘 W"
    ),
    error_above: Text(
        "the error a − y is used, without f′ of its layer and without W",
        "直接用了误差 a − y，既没有乘该层的 f′，也没有乘 W",
    ),
}
