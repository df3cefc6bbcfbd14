"""db taken from the error term of one sample alone."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class BiasOfOneSample(Mistake):
    """b −= η δ[0]: the row of the first sample, where all rows belong in the sum."""

    name = "bias_of_one_sample"
    rank = 17
    made_in = "gradient"
    title = Text("db is δ of one sample alone", "db 只取了一个样本的 δ")
    right = Formula("db = np.sum(δ, axis=0) / m", "db = np.sum(δ, axis=1, keepdims=True) / m")
    wrong = Formula("db = δ[0]", "db = δ[:, [0]]")
    why = Text(
        "all samples share the bias, so each adds its δ: sum over the samples, as Aᵀ δ does for dW",
        "所有样本共用同一偏置，每个样本的 δ 都要计入：像 dW 中的 Aᵀ δ 那样对样本求和",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield δ of the first and of the last sample, in all layers and in single ones."""
        m, averages = case.problem.m, case.problem.network.reduction == "mean"
        for layers in places(case.problem.every_layer) if m > 1 else ():
            where = layer_names(layers)
            for row, (en, zh) in ROWS.items():
                evidence = Text(f"{where.en}: db is δ of the {en}", f"{where.zh}：db 是{zh}的 δ")
                for share in (1.0, m) if averages else (1.0,):  # divided by m, or not
                    change = of_row(row, share, layers)
                    yield Suspicion(self, evidence, change, layers)


def of_row(row: int, share: float, layers: tuple[int, ...]):
    """Return the change to `share` times δ of one sample in these layers."""

    def wrong(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
        return share * delta[row]

    return lambda steps: replace(steps, bias_gradient=instead(wrong, steps.bias_gradient, layers))


ROWS = {0: Text("first sample", "第一个样本"), -1: Text("last sample", "最后一个样本")}
