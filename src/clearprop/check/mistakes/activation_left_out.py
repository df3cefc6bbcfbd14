"""What enters the layer is missing in dW: every weight of a unit gets δ alone."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class ActivationLeftOut(Mistake):
    """``W -= rate * delta``: the same number for all weights that enter a unit."""

    name = "activation_left_out"
    rank = 13
    made_in = "gradient"
    title = Text(
        "what enters the layer is left out of dW: every weight gets δ alone",
        "dW 中漏了进入本层的值：每个权重只得到 δ",
    )
    right = Formula("dWˡ = Aˡ⁻¹ᵀ δˡ", "dWˡ = δˡ Aˡ⁻¹ᵀ")
    wrong = Formula("dWˡ = 1ᵀ δˡ,  every row is dbˡ", "dWˡ = δˡ 1ᵀ,  every column is dbˡ")
    why = Text(
        "a weight multiplies the entry of Aˡ⁻¹ that it comes from, so its derivative does as well;"
        " only a bias multiplies 1",
        "权重乘的是它所连接的 Aˡ⁻¹ 的分量，所以导数里也有这个因子；只有偏置乘的是 1",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield 1 for Aˡ⁻¹ in all layers, and in single ones."""
        for layers in places(case.problem.every_layer):
            if any(may_go_by_signs(case, f"W{number}") for number in layers):
                continue
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: every row of dW is the sum of δ over the samples",
                f"{where.zh}：dW 的每一行都是 δ 对样本的和",
            )

            def change(steps: Steps, layers: tuple[int, ...] = layers) -> Steps:
                def wrong(at: Pass, layer: int, a: FloatArray, delta: FloatArray) -> FloatArray:
                    return steps.weight_gradient(at, layer, np.ones_like(a), delta)

                weight_gradient = instead(wrong, steps.weight_gradient, layers)
                return replace(steps, weight_gradient=weight_gradient)

            yield Suspicion(self, evidence, change, layers)


def may_go_by_signs(case: Case, name: str) -> bool:
    """Return whether a step takes as much off each weight: of a gradient's signs, it would too.

    So do the first step of Adam, and gradients that are all clipped.
    """
    if case.problem.taken is None or name not in case.given:
        return False
    sizes = np.abs(case.given[name])
    return bool(sizes.size) and bool(np.ptp(sizes) <= 1e-6 * sizes.max())
