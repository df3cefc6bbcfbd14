"""f′ written in a, but fed with the weighted sum z."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.check.backward import Pass, Steps, locally
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import (
    Mistake,
    Suspicion,
    layer_names,
    places_of_derivatives,
    same,
)


class DerivativeOfWeightedSum(Mistake):
    """z (1 − z) instead of a (1 − a)."""

    name = "derivative_of_weighted_sum"
    rank = 10
    title = Text(
        "the formula in a is fed with z: z (1 − z)", "以 a 表示的公式里代入了 z：z (1 − z)"
    )
    right = same(
        Text(
            "δˡ = … ⊙ Aˡ (1 − Aˡ)        for tanh: 1 − Aˡ²",
            "δˡ = … ⊙ Aˡ (1 − Aˡ)        tanh：1 − Aˡ²",
        )
    )
    wrong = same(
        Text(
            "δˡ = … ⊙ Zˡ (1 − Zˡ)        for tanh: 1 − Zˡ²",
            "δˡ = … ⊙ Zˡ (1 − Zˡ)        tanh：1 − Zˡ²",
        )
    )
    why = Text(
        "a (1 − a) and 1 − a² are f′ written in the activation a = f(z): give them a, not z",
        "a (1 − a) 与 1 − a² 是用激活值 a = f(z) 表示的 f′：应代入 a，而不是 z",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield f′ with z in the place of a, in the layers whose f′ is written in a."""

        def wrong(at: Pass, layer: int, error: FloatArray) -> FloatArray:
            z = at.z[layer]
            return error * at.problem.activation(layer).derivative(z, z)

        written_in_a = places_of_derivatives(case, lambda f: f.derivative_in == "a")
        for layers in written_in_a:
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: equal to the gradient with z where f′ is written in a",
                f"{where.zh}：等于在以 a 表示的 f′ 中代入 z 后的梯度",
            )
            yield Suspicion(self, evidence, locally(wrong, layers), layers)

    def of_slope(
        self, f: Activation, z: FloatArray, a: FloatArray
    ) -> Iterator[tuple[FloatArray, Text]]:
        """Yield f′ with z in the place of a."""
        if f.derivative_in == "a" and f.elementwise:
            said = Text("z stands where f′ is written in a", "以 a 表示的 f′ 中代入了 z")
            yield f.derivative(z, z), said
