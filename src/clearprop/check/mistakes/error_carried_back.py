"""The error is carried to the layer below before it is multiplied by f′."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead, loss_slope
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class ErrorCarriedBack(Mistake):
    """Each layer's own f′ is there, but ∂ℓ/∂A goes back through the weights instead of δ."""

    name = "error_carried_back"
    rank = 14
    made_in = "carried"
    slip = "slope left out of what is handed down"
    title = Text(
        "the error ∂ℓ/∂A is carried back instead of the error term δ",
        "向前一层传回的是误差 ∂ℓ/∂A，而不是误差项 δ",
    )
    right = Formula(
        "∂ℓ/∂Aˡ⁻¹ = δˡ Wˡᵀ,  δˡ = ∂ℓ/∂Aˡ ⊙ f′(Zˡ)", "∂ℓ/∂Aˡ⁻¹ = Wˡᵀ δˡ,  δˡ = ∂ℓ/∂Aˡ ⊙ f′(Zˡ)"
    )
    wrong = Formula(
        "∂ℓ/∂Aˡ⁻¹ = (∂ℓ/∂Aˡ) Wˡᵀ        (e_hidden = e_output Wᵀ)",
        "∂ℓ/∂Aˡ⁻¹ = Wˡᵀ (∂ℓ/∂Aˡ)        (e_hidden = Wᵀ e_output)",
    )
    why = Text(
        "on its way to the layer below the error passes f′ of its own layer first, then the"
        " weights: multiply by f′ before W, not only in dW",
        "误差传到前一层时，先经过本层的 f′，再经过权重：乘 W 之前就要乘 f′，而不只是在求 dW 时才乘",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield errors without f′ carried through all weights, and through those of one layer."""
        curved = [layer for layer in case.problem.every_layer[1:] if hands_down_error(case, layer)]
        for layers in places(curved):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: f′ is in the gradients of the layer itself, and missing from what it"
                " hands down",
                f"{where.zh}：本层的梯度里有 f′，而传给下一层（靠近输入）的误差里没有",
            )

            def change(steps: Steps, layers: tuple[int, ...] = layers) -> Steps:
                return replace(steps, carry=instead(carry_error, steps.carry, layers))

            yield Suspicion(self, evidence, change, layers)


def hands_down_error(case: Case, layer: int) -> bool:
    """Return whether δ of a layer differs from ∂ℓ/∂A, which may be handed down in its place.

    Programs of layers do so too where a − y could be written at once; for softmax, they write it.
    """
    f = case.problem.activation(layer)
    is_sigmoid = layer == case.problem.depth and f.elementwise and not f.is_identity
    return is_sigmoid or has_derivative(case, layer)


def has_derivative(case: Case, layer: int) -> bool:
    """Return whether δ of a layer differs from ∂ℓ/∂A, and people may confuse them."""
    is_output = layer == case.problem.depth
    if is_output and case.problem.is_canonical:
        return False
    return not case.problem.activation(layer).is_identity


def carry_error(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
    """Return (∂ℓ/∂Aˡ) Wˡᵀ."""
    error = at.errors[layer] if layer in at.errors else loss_slope(at, layer)
    return error @ at.problem.W(layer).T
