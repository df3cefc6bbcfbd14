"""An array of another layer that is as wide: an index is off by one."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, backward, instead, locally
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion


class ArrayOfAnotherLayer(Mistake):
    """f′, the activation or the error term is that of another layer."""

    name = "array_of_another_layer"
    rank = 14
    title = Text(
        "an array of another layer is used: its A, its δ or its f′",
        "用了另一层的数组：它的 A、δ 或 f′",
    )
    right = Formula("δˡ = … ⊙ f′(Zˡ),  dWˡ = Aˡ⁻¹ᵀ δˡ", "δˡ = … ⊙ f′(Zˡ),  dWˡ = δˡ Aˡ⁻¹ᵀ")
    wrong = Formula(
        "δˡ = … ⊙ f′(Zᵏ),  dWˡ = Aᵏᵀ δˡ,  dWˡ = Aˡ⁻¹ᵀ δᵏ",
        "δˡ = … ⊙ f′(Zᵏ),  dWˡ = δˡ Aᵏᵀ,  dWˡ = δᵏ Aˡ⁻¹ᵀ",
    )
    why = Text(
        "layers of equal width let a wrong index pass: only the numbers show it",
        "各层宽度相同时，下标写错也不会报错：只有数值能看出来",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield f′, A and δ of each other layer that is as wide."""
        sizes = case.problem.network.sizes
        for layer in case.problem.every_layer:
            for other in case.problem.every_layer:
                if other == layer or sizes[other] != sizes[layer]:
                    continue
                if case.problem.activation(other).elementwise and layer < case.problem.depth:
                    yield self.suspicion(layer, other, "f′", locally(slope_of(other), (layer,)))
                yield self.suspicion(layer, other, "δ", with_delta(layer, other))
            for other in range(case.problem.depth):
                if other not in (layer - 1, layer) and sizes[other] == sizes[layer - 1]:
                    yield self.suspicion(layer, other, "A", with_activation(layer, other))

    def suspicion(self, layer: int, other: int, what: str, change) -> Suspicion:
        """Return the suspicion that `what` of another layer stands in this one."""
        evidence = Text(
            f"layer {layer}: equal to the gradient with {what} of layer {other}",
            f"第 {layer} 层：等于用第 {other} 层的 {what} 时的梯度",
        )
        return Suspicion(self, evidence, change, (layer,))


def slope_of(other: int):
    """Return the step δ = error ⊙ f′ of another layer."""

    def wrong(at: Pass, layer: int, error: FloatArray) -> FloatArray:
        return error * at.problem.activation(other).derivative(at.z[other], at.f[other])

    return wrong


def with_activation(layer: int, other: int):
    """Return the change that builds dW from the activation of another layer."""

    def change(steps: Steps) -> Steps:
        def wrong(at: Pass, layer: int, a: FloatArray, delta: FloatArray) -> FloatArray:
            return steps.weight_gradient(at, layer, at.a[other], delta)

        return replace(steps, weight_gradient=instead(wrong, steps.weight_gradient, (layer,)))

    return change


def with_delta(layer: int, other: int):
    """Return the change that builds dW from the error term of another layer."""

    def change(steps: Steps) -> Steps:
        def wrong(at: Pass, layer: int, a: FloatArray, delta: FloatArray) -> FloatArray:
            passed = at
            if other not in at.delta:  # a layer below, which has its turn later
                *_, (passed, _) = backward(at.problem, steps)
            return steps.weight_gradient(at, layer, a, at.problem.share * passed.delta[other])

        return replace(steps, weight_gradient=instead(wrong, steps.weight_gradient, (layer,)))

    return change
