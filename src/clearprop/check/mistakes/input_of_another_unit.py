"""dW is made with the input that has the number of the unit, not with that of the weight."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class InputOfAnotherUnit(Mistake):
    """dWᵢⱼ = aⱼ δⱼ: all weights of a unit get the same step."""

    name = "input_of_another_unit"
    rank = 16
    made_in = "gradient"
    title = Text(
        "dW is made with the input that has the number of the unit",
        "dW 用了与单元同编号的输入，而不是该权重自己的输入",
    )
    right = Formula("dWᵢⱼ = aᵢ δⱼ", "dWⱼᵢ = δⱼ aᵢ")
    wrong = Formula("dWᵢⱼ = aⱼ δⱼ", "dWⱼᵢ = δⱼ aⱼ")
    why = Text(
        "a weight leads from one input to one unit: its step is the input times δ of the unit, and"
        " each has an index of its own",
        "一个权重连接一个输入与一个单元：更新量是该输入乘以该单元的 δ，两者各有自己的下标",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield aⱼ for aᵢ in layers with no more units than inputs, in all of them or in one."""
        sizes = case.problem.network.sizes
        wide = [n for n in case.problem.every_layer if 1 < sizes[n] <= sizes[n - 1]]
        for layers in places(wide):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: every row of dW is the product of aⱼ and δⱼ, unit by unit",
                f"{where.zh}：dW 的每一行都是逐单元的乘积 aⱼ δⱼ",
            )

            def change(steps: Steps, layers: tuple[int, ...] = layers) -> Steps:
                def wrong(at: Pass, layer: int, a: FloatArray, delta: FloatArray) -> FloatArray:
                    right = steps.weight_gradient(at, layer, a, delta)
                    own = (a[:, : delta.shape[1]] * delta).sum(axis=0)
                    is_bias = (a == 1).all(axis=0)[:, None]  # the row of a column of ones
                    return np.where(is_bias, right, own)

                weight_gradient = instead(wrong, steps.weight_gradient, layers)
                return replace(steps, weight_gradient=weight_gradient)

            yield Suspicion(self, evidence, change, layers)
