"""dW is averaged over its units, or over its inputs, where the samples were meant."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class WeightsAveraged(Mistake):
    """dW.mean(axis=0), after the product has added up the samples: all units get one gradient."""

    name = "weights_averaged"
    rank = 13
    made_in = "gradient"
    title = Text(
        "dW is averaged over its units or inputs, not over the samples",
        "dW 的平均取在单元或输入上，而不是样本上",
    )
    right = Formula("dW = Aˡ⁻¹ᵀ δˡ / m", "dW = δˡ Aˡ⁻¹ᵀ / m")
    wrong = Formula("dW = np.mean(Aˡ⁻¹ᵀ δˡ, axis=…)", "dW = np.mean(δˡ Aˡ⁻¹ᵀ, axis=…)")
    why = Text(
        "the matrix product has added up the samples already, so no axis of dW is that of the"
        " samples: divide by m",
        "矩阵乘积已经对样本求和，dW 的两个轴都不是样本轴：除以 m 即可",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield the mean over each axis of several entries, with and without 1/m."""
        problem = case.problem
        averages = problem.m > 1 and problem.network.reduction == "mean"
        for axis, (en, zh) in AXES.items():
            several = [n for n in problem.every_layer if problem.network.sizes[n - (axis == 0)] > 1]
            for layers in places(several):
                where = layer_names(layers)
                said = Text(
                    f"{where.en}: dW is its mean over the {en}", f"{where.zh}：dW 是它对{zh}的平均"
                )
                for factor in (problem.m, 1) if averages else (1,):
                    yield Suspicion(self, said, averaged(axis, factor, layers), layers)


def averaged(axis: int, factor: float, layers: tuple[int, ...]) -> Callable[[Steps], Steps]:
    """Return the change to dW, (n_in, n_out): its mean over an axis, times a factor, all along."""

    def change(steps: Steps) -> Steps:
        def wrong(at: Pass, layer: int, *given: FloatArray) -> FloatArray:
            dW = steps.weight_gradient(at, layer, *given)
            return np.broadcast_to(factor * dW.mean(axis=axis, keepdims=True), dW.shape)

        weight_gradient = instead(wrong, steps.weight_gradient, layers)
        return replace(steps, weight_gradient=weight_gradient)

    return change


AXES = {1: ("units", "单元"), 0: ("inputs", "输入")}
"""The axes of dW, (n_in, n_out)."""
