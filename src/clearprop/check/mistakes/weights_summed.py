"""dW is added up to a single number."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class WeightsSummed(Mistake):
    """np.sum(x * δ) without an axis: every weight of the layer is moved by the same amount."""

    name = "weights_summed"
    rank = 12
    made_in = "gradient"
    title = Text("dW is summed to a single number", "dW 被求和成了一个数")
    right = Formula("dW = Aˡ⁻¹ᵀ δˡ", "dW = δˡ Aˡ⁻¹ᵀ")
    wrong = Formula("dW = np.sum(Aˡ⁻¹ᵀ δˡ)", "dW = np.sum(δˡ Aˡ⁻¹ᵀ)")
    why = Text(
        "each weight has a gradient of its own, and all samples share it: sum over the samples and"
        " only over them",
        "每个权重有自己的梯度，并由所有样本共享：只对样本求和",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield the total of dW, and its mean, in layers of several weights."""
        sizes = case.problem.network.sizes
        several = [n for n in case.problem.every_layer if sizes[n - 1] * sizes[n] > 1]
        for layers in places(several):
            where = layer_names(layers)
            for total, said in TOTALS.items():

                def change(
                    steps: Steps,
                    layers: tuple[int, ...] = layers,
                    total: Callable[[FloatArray], FloatArray] = total,
                ) -> Steps:
                    def wrong(at: Pass, layer: int, *given: FloatArray) -> FloatArray:
                        dW = steps.weight_gradient(at, layer, *given)
                        return np.full_like(dW, total(dW))

                    weight_gradient = instead(wrong, steps.weight_gradient, layers)
                    return replace(steps, weight_gradient=weight_gradient)

                evidence = Text(f"{where.en}: dW {said.en}", f"{where.zh}：dW {said.zh}")
                yield Suspicion(self, evidence, change, layers)


TOTALS: dict[Callable[[FloatArray], FloatArray], Text] = {
    np.sum: Text("is the sum of its entries, one number", "是其各元素之和，只有一个数"),
    np.mean: Text("is the mean of its entries, one number", "是其各元素的平均，只有一个数"),
}
