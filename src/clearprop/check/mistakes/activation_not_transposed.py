"""A in the place of Aᵀ."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class ActivationNotTransposed(Mistake):
    """dW is A δ; only as many samples as units let it pass."""

    name = "activation_not_transposed"
    rank = 10
    made_in = "gradient"
    title = Text("A is used where Aᵀ belongs in dW", "dW 中应为 Aᵀ 处用了 A")
    right = Formula("dWˡ = Aˡ⁻¹ᵀ δˡ", "dWˡ = δˡ Aˡ⁻¹ᵀ")
    wrong = Formula("dWˡ = Aˡ⁻¹ δˡ", "dWˡ = δˡ Aˡ⁻¹")
    why = Text(
        "dW adds up over the samples, so A is turned until its samples meet those of δ; with"
        " another number of samples the shapes would not fit",
        "dW 是对样本求和，因此要转置 A，使它的样本与 δ 的样本相对；若样本数不同，形状会对不上",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield A for Aᵀ wherever A is square."""
        sizes, m = case.problem.network.sizes, len(case.problem.X)
        square = [layer for layer in case.problem.every_layer if sizes[layer - 1] == m > 1]
        for layers in places(square):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: db is right, dW equals A δ", f"{where.zh}：db 正确，而 dW 等于 A δ"
            )

            def change(steps: Steps, layers: tuple[int, ...] = layers) -> Steps:
                def wrong(at: Pass, layer: int, a: FloatArray, delta: FloatArray) -> FloatArray:
                    return steps.weight_gradient(at, layer, a.T, delta)

                weight_gradient = instead(wrong, steps.weight_gradient, layers)
                return replace(steps, weight_gradient=weight_gradient)

            yield Suspicion(self, evidence, change, layers)
