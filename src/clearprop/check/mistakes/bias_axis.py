"""db summed over everything, over the wrong axis, or not at all."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class BiasAxis(Mistake):
    """np.sum(δ) without an axis, or with the other one."""

    name = "bias_axis"
    rank = 10
    made_in = "gradient"
    title = Text("db is summed over the wrong axis", "db 的求和轴错了")
    right = Formula("db = np.sum(δ, axis=0) / m", "db = np.sum(δ, axis=1, keepdims=True) / m")
    wrong = Formula("db = np.sum(δ) / m;   … axis=1", "db = np.sum(δ) / m;   … axis=0")
    why = Text(
        "each unit has a bias of its own, and all samples share it: sum over the samples and only"
        " over them",
        "每个单元有自己的偏置，并由所有样本共享：只对样本求和",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield the wrong sums, in all layers and in single ones."""
        for layers in places(case.problem.every_layer):
            where = layer_names(layers)
            for wrong_sum, (en, zh) in SUMS.items():
                evidence = Text(f"{where.en}: db {en}", f"{where.zh}：db {zh}")

                def change(
                    steps: Steps,
                    layers: tuple[int, ...] = layers,
                    wrong_sum: Callable[[FloatArray], FloatArray] = wrong_sum,
                ) -> Steps:
                    def wrong(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
                        total = wrong_sum(delta)
                        as_scalar = np.ndim(case.given.get(f"b{layer}", 0)) == 0
                        if np.ndim(total) == 0 and not as_scalar:
                            return np.full(delta.shape[1], total)
                        return total

                    bias_gradient = instead(wrong, steps.bias_gradient, layers)
                    return replace(steps, bias_gradient=bias_gradient)

                yield Suspicion(self, evidence, change, layers)

    def alone(self, right: FloatArray, m: int) -> Iterator[tuple[FloatArray, Text]]:
        """Yield the total of a bias gradient, or the mean, in place of a number for each unit."""
        if 1 < right.size == max(right.shape):
            en, zh = "over all samples and all units, one number", "，只有一个数"
            total = Text(f"the sum {en}", f"对所有样本和所有单元求和{zh}")
            mean = Text(f"the mean of the sums {en}", f"对所有样本和所有单元取平均{zh}")
            yield np.full_like(right, right.sum()), total
            yield np.full_like(right, right.mean()), mean


def over_units(delta: FloatArray) -> FloatArray:
    """Return the sum over the units, shape (m,)."""
    return delta.sum(axis=1)


def mean_over_units(delta: FloatArray) -> FloatArray:
    """Return the mean over the units, shape (m,), where dW is averaged over samples."""
    return delta.mean(axis=1) * delta.shape[0]


def mean_of_all(delta: FloatArray) -> FloatArray:
    """Return the mean over units of the sum over samples."""
    return delta.sum() / delta.shape[1]


SUMS: dict[Callable[[FloatArray], FloatArray], Text] = {
    np.sum: Text(
        "is the sum over all samples and all units, one number",
        "是对所有样本和所有单元求和，只有一个数",
    ),
    mean_of_all: Text(
        "is averaged over all samples and all units, one number",
        "是对所有样本和所有单元取平均，只有一个数",
    ),
    over_units: Text(
        "is summed over the units, one number a sample", "是对单元求和，每个样本一个数"
    ),
    mean_over_units: Text(
        "is averaged over the units, one number a sample", "是对单元取平均，每个样本一个数"
    ),
    np.asarray: Text("is not summed over the samples", "没有对样本求和"),
}
