"""The weight gradients are carried back in the place of the errors through the weights."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class GradientCarriedBack(Mistake):
    """∂ℓ/∂A of the layer below is made of dW instead of W."""

    name = "gradient_carried_back"
    rank = 17
    made_in = "carried"
    title = Text("dW is used where W belongs on the way back", "反向传播时应乘 W，却用了 dW")
    right = Formula("∂ℓ/∂Aˡ⁻¹ = δˡ Wˡᵀ", "∂ℓ/∂Aˡ⁻¹ = Wˡᵀ δˡ")
    wrong = Formula("∂ℓ/∂Aˡ⁻¹ = δˡ dWˡᵀ;   … Σ dWˡ", "∂ℓ/∂Aˡ⁻¹ = dWˡᵀ δˡ;   … Σ dWˡ")
    why = Text(
        "the error reaches the layer below through the weights, not through their gradients",
        "误差经过权重传到前一层，而不是经过权重的梯度",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield δ dWᵀ, of all samples and of each alone, and the sum of dW, for δ Wᵀ."""
        for layers in places(case.problem.every_layer[1:]):
            where = layer_names(layers)
            for step, en, zh in (
                (through_gradient, "δ dWᵀ", "δ dWᵀ"),
                (sum_of_gradients, "the sum of dW", "dW 之和"),
                (through_own_gradient, "δ dWᵀ of each sample alone", "各样本自己的 δ dWᵀ"),
            ):
                evidence = Text(
                    f"{where.en}: what is handed down equals {en}",
                    f"{where.zh}：传给前一层的等于 {zh}",
                )

                def change(steps: Steps, layers: tuple[int, ...] = layers, step=step) -> Steps:
                    return replace(steps, carry=instead(step, steps.carry, layers))

                yield Suspicion(self, evidence, change, layers)


def weight_gradient(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
    """Return dW of a layer."""
    return at.a[layer - 1].T @ (at.problem.share * delta)


def through_gradient(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
    """Return δ dWᵀ."""
    return delta @ weight_gradient(at, layer, delta).T


def through_own_gradient(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
    """Return δ dWᵀ = δ δᵀ a, where a program goes back with one sample at a time."""
    return (delta**2).sum(axis=1, keepdims=True) * at.a[layer - 1]


def sum_of_gradients(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
    """Return Σₖ of dW, the same for every sample."""
    summed = weight_gradient(at, layer, delta).sum(axis=1)
    return summed[None, :].repeat(at.problem.m, axis=0)
