"""f′ is missing in the layer's own gradients, and present in what it hands down."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.error_carried_back import has_derivative
from clearprop.check.mistakes.mistake import Mistake, Suspicion, layer_names, places, same


class DerivativeLeftOutOfOwn(Mistake):
    """dW and db are made of ∂ℓ/∂A; the layer below gets δ Wᵀ, as it should."""

    name = "derivative_left_out_of_own"
    rank = 15
    slip = "slope left out of own"
    made_in = "gradient"
    title = Text(
        "f′ is missing in the layer's own dW or db only", "只有本层自己的 dW 或 db 漏了 f′"
    )
    right = same(
        Text("dWˡ and dbˡ from δˡ = ∂ℓ/∂Aˡ ⊙ f′(Zˡ)", "dWˡ 与 dbˡ 由 δˡ = ∂ℓ/∂Aˡ ⊙ f′(Zˡ) 求得")
    )
    wrong = same(
        Text(
            "dWˡ and dbˡ from ∂ℓ/∂Aˡ;  handed down is δˡ, with f′",
            "dWˡ 与 dbˡ 由 ∂ℓ/∂Aˡ 求得；传下去的是含 f′ 的 δˡ",
        )
    )
    why = Text(
        "a layer's own gradients and what it hands down are made of the same δ, which holds f′",
        "本层的梯度和传给前一层的误差都由同一个 δ 得到，δ 中包含 f′",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield ∂ℓ/∂A for δ in the gradients of layers above the first, of one array in any."""
        curved = [layer for layer in case.problem.every_layer if has_derivative(case, layer)]
        handing_down = [layer for layer in curved if layer > 1]
        hidden = [layer for layer in curved if layer in case.problem.hidden]
        alone = dict.fromkeys([*places(curved), *places(hidden)[:1]])
        for kinds, some in (("Wb", places(handing_down)), ("W", places(curved)), ("b", alone)):
            for layers in some:
                where = layer_names(layers)
                evidence = Text(
                    f"{where.en}: equal to the gradients made of ∂ℓ/∂A; the layers below are right",
                    f"{where.zh}：等于由 ∂ℓ/∂A 得出的梯度；更靠近输入的层正确",
                )

                def change(
                    steps: Steps, layers: tuple[int, ...] = layers, kinds: str = kinds
                ) -> Steps:
                    def of_weights(
                        at: Pass, layer: int, a: FloatArray, delta: FloatArray
                    ) -> FloatArray:
                        error = at.problem.share * at.errors[layer]
                        return steps.weight_gradient(at, layer, a, error)

                    def of_biases(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
                        error = at.problem.share * at.errors[layer]
                        return steps.bias_gradient(at, layer, error)

                    both = {
                        "W": ("weight_gradient", of_weights),
                        "b": ("bias_gradient", of_biases),
                    }
                    changed = {
                        step: instead(wrong, getattr(steps, step), layers)
                        for step, wrong in (both[kind] for kind in kinds)
                    }
                    return replace(steps, **changed)

                yield Suspicion(self, evidence, change, layers)
