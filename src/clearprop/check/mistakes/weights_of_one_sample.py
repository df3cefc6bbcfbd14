"""dW taken from one sample alone: ``=`` where each sample's share should be added."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class WeightsOfOneSample(Mistake):
    """In a loop over the samples dW = a δᵀ instead of dW += a δᵀ: the last sample is left."""

    name = "weights_of_one_sample"
    rank = 18
    made_in = "gradient"
    title = Text("dW is that of one sample alone", "dW 只取了一个样本的贡献")
    right = Formula("dW += np.outer(aₙ, δₙ),  n = 1 … m", "dW += np.outer(δₙ, aₙ),  n = 1 … m")
    wrong = Formula("dW  = np.outer(aₙ, δₙ),  n = 1 … m", "dW  = np.outer(δₙ, aₙ),  n = 1 … m")
    why = Text(
        "all samples share the weights, so each adds its share; = forgets those before",
        "所有样本共用同一权重，每个样本的贡献都要累加；用 = 会丢掉前面的样本",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield dW of the last sample, in all layers and in single ones.

        Another array has to show the rest of the samples: one sample alone may be all there is. Of
        a single weight anything is a share.
        """
        m, averages = case.problem.m, case.problem.network.reduction == "mean"
        several = [n for n in case.problem.every_layer if np.size(case.given.get(f"W{n}", 0)) > 1]
        for layers in places(several) if m > 1 else ():
            if not any(name[0] == "b" or int(name[1:]) not in layers for name in case.given):
                continue
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: dW is that of the last sample",
                f"{where.zh}：dW 是最后一个样本的",
            )
            for share in (1.0, m) if averages else (1.0,):  # divided by m, or not
                yield Suspicion(self, evidence, of_last(share, layers), layers)


def of_last(share: float, layers: tuple[int, ...]) -> Callable[[Steps], Steps]:
    """Return the change to `share` times dW of the last sample in these layers."""

    def wrong(at: Pass, layer: int, a: FloatArray, delta: FloatArray) -> FloatArray:
        return share * a[-1][:, None] * delta[-1]

    return lambda steps: replace(
        steps, weight_gradient=instead(wrong, steps.weight_gradient, layers)
    )
