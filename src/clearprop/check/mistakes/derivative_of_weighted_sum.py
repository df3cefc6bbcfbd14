"""f′ written in a, but fed with the weighted sum z."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.check.backward import Pass, Step, Steps, locally
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
        """Yield f′ with z in the place of a, or of one of two, where f′ is written in a."""

        def wrong(at: Pass, layer: int, error: FloatArray) -> FloatArray:
            z = at.z[layer]
            return error * at.problem.activation(layer).derivative(z, z)

        for layers in places_of_derivatives(case, lambda f: f.derivative_in == "a"):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: equal to the gradient with z where f′ is written in a",
                f"{where.zh}：等于在以 a 表示的 f′ 中代入 z 后的梯度",
            )
            yield Suspicion(self, evidence, locally(wrong, layers), layers)
        for layers in places_of_derivatives(case, is_sigmoid):
            where = layer_names(layers)
            for said, half_wrong in HALVES:
                evidence = Text(
                    f"{where.en}: equal to the gradient with f′ = {said}",
                    f"{where.zh}：等于 f′ = {said} 时的梯度",
                )
                yield Suspicion(self, evidence, locally(half_wrong, layers), layers)

    def of_slope(
        self, f: Activation, z: FloatArray, a: FloatArray
    ) -> Iterator[tuple[FloatArray, Text]]:
        """Yield f′ with z in the place of a."""
        if f.derivative_in == "a" and f.elementwise:
            said = Text("z stands where f′ is written in a", "以 a 表示的 f′ 中代入了 z")
            yield f.derivative(z, z), said


def is_sigmoid(activation: Activation) -> bool:
    """Return whether f′ = a (1 − a), a product in which a stands twice."""
    return activation.elementwise and activation.derivative_in == "a" and activation.range == (0, 1)


def complement_of_sum(at: Pass, layer: int, error: FloatArray) -> FloatArray:
    """Return error ⊙ a (1 − z)."""
    return error * at.f[layer] * (1 - at.z[layer])


def sum_for_first(at: Pass, layer: int, error: FloatArray) -> FloatArray:
    """Return error ⊙ z (1 − a)."""
    return error * at.z[layer] * (1 - at.f[layer])


HALVES: tuple[tuple[str, Step], ...] = (
    ("a (1 − z)", complement_of_sum),
    ("z (1 − a)", sum_for_first),
)
"""z in the place of one a of a (1 − a)."""
