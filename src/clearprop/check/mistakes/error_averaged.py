"""The errors that come back from the units above are averaged, not added up."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class ErrorAveraged(Mistake):
    """δ is divided by the number of units of its layer whenever it is carried to the one below."""

    name = "error_averaged"
    rank = 18
    made_in = "carried"
    title = Text(
        "the errors of the units above are averaged, not added up",
        "对上一层各单元传回的误差取了平均，而不是求和",
    )
    right = Formula("∂ℓ/∂Aˡ⁻¹ = δˡ Wˡᵀ", "∂ℓ/∂Aˡ⁻¹ = Wˡᵀ δˡ")
    wrong = Formula("∂ℓ/∂Aˡ⁻¹ = δˡ Wˡᵀ / nˡ", "∂ℓ/∂Aˡ⁻¹ = Wˡᵀ δˡ / nˡ")
    why = Text(
        "a unit changes the loss through every unit above it, and all these changes add up",
        "一个单元通过上一层的每个单元影响损失，这些影响要相加",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield the mean over the units of all layers above another, and of single ones."""
        sizes = case.problem.network.sizes
        for layers in places(n for n in case.problem.every_layer[1:] if sizes[n] > 1):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: what is handed down is too small by the number of units",
                f"{where.zh}：传给下一层（靠近输入）的误差小了单元数这么多倍",
            )

            def change(steps: Steps, layers: tuple[int, ...] = layers) -> Steps:
                def averaged(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
                    return steps.carry(at, layer, delta) / delta.shape[1]

                return replace(steps, carry=instead(averaged, steps.carry, layers))

            yield Suspicion(self, evidence, change, layers)
