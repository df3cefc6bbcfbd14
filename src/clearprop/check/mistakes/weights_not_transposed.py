"""W in the place of Wᵀ."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class WeightsNotTransposed(Mistake):
    """The error is carried back through W; only square matrices let it pass."""

    name = "weights_not_transposed"
    rank = 10
    slip = "weights not transposed"
    made_in = "carried"
    title = Text("W is used where Wᵀ belongs", "应为 Wᵀ 处用了 W")
    right = Formula("∂ℓ/∂Aˡ⁻¹ = δˡ Wˡᵀ", "∂ℓ/∂Aˡ⁻¹ = Wˡᵀ δˡ")
    wrong = Formula("∂ℓ/∂Aˡ⁻¹ = δˡ Wˡ", "∂ℓ/∂Aˡ⁻¹ = Wˡ δˡ")
    why = Text(
        "W carries layer l − 1 to layer l, so the way back is its transpose; with layers of"
        " different widths the shapes would not fit",
        "W 把第 l − 1 层映到第 l 层，反向要用它的转置；若各层宽度不同，形状会对不上",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield W for Wᵀ wherever W is square."""
        problem = case.problem
        square = [
            layer
            for layer in problem.every_layer[1:]
            if problem.W(layer).shape[0] == problem.W(layer).shape[1] > 1
        ]
        for layers in places(square):
            below = layer_names(tuple(layer - 1 for layer in layers))
            evidence = Text(
                f"{below.en}: equal to the gradient with W in the place of Wᵀ",
                f"{below.zh}：等于把 Wᵀ 换成 W 后的梯度",
            )

            def change(steps: Steps, layers: tuple[int, ...] = layers) -> Steps:
                return replace(steps, carry=instead(not_transposed, steps.carry, layers))

            yield Suspicion(self, evidence, change, layers)


def not_transposed(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
    """Return δ W."""
    return delta @ at.problem.W(layer)
