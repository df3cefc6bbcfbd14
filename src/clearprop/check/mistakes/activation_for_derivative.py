"""The activation stands on the way back where its derivative belongs."""

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


class ActivationForDerivative(Mistake):
    """δ holds f(Z), or Z: what goes forward was taken on the way back."""

    name = "activation_for_derivative"
    rank = 14
    slip = "activation for the slope"
    title = Text("the activation stands where f′ belongs", "应为 f′ 处用了激活函数本身")
    right = same("δˡ = … ⊙ f′(Zˡ)")
    wrong = same("δˡ = … ⊙ f(Zˡ);   δˡ = … ⊙ Zˡ")
    why = Text(
        "what arrives is multiplied by the slope of the activation, not by its value: call the"
        " derivative, and for a ReLU return 1 where z > 0",
        "传来的误差要乘以激活函数的斜率，而不是它的值：应调用导数，ReLU 在 z > 0 处返回 1",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield f for f′ in all layers that bend, and in single ones."""
        for layers in places_of_derivatives(case, lambda f: f.elementwise and not f.is_identity):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: equal to the gradient with f in the place of f′",
                f"{where.zh}：等于用 f 代替 f′ 时的梯度",
            )
            yield Suspicion(self, evidence, locally(with_value, layers), layers)
            sums = Text(
                f"{where.en}: equal to the gradient with Z itself in the place of f′",
                f"{where.zh}：等于用 Z 本身代替 f′ 时的梯度",
            )
            yield Suspicion(self, sums, locally(with_sum, layers), layers)

    def of_slope(
        self, f: Activation, z: FloatArray, a: FloatArray
    ) -> Iterator[tuple[FloatArray, Text]]:
        """Yield f, and z itself."""
        if f.elementwise and not f.is_identity:
            yield a, Text("f stands in the place of f′", "f 代替了 f′")
            yield z, Text("z stands in the place of f′", "z 代替了 f′")


def with_value(at: Pass, layer: int, error: FloatArray) -> FloatArray:
    """Return δ = error ⊙ f(z)."""
    return error * at.f[layer]


def with_sum(at: Pass, layer: int, error: FloatArray) -> FloatArray:
    """Return δ = error ⊙ z."""
    return error * at.z[layer]
