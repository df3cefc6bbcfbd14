"""The average over samples is missing."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Steps, times
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import (
    Formula,
    Mistake,
    Suspicion,
    in_one_array,
    layer_names,
    places,
)


class AverageMissing(Mistake):
    """The loss is a mean over m samples, but the gradient adds them up."""

    name = "average_missing"
    rank = 10
    leaves = "multiple"
    made_in = "gradient"
    title = Text("the average over samples is missing", "漏掉了对样本取平均")
    right = Formula("dW = Aᵀ δ / m", "dW = δ Aᵀ / m")
    wrong = Formula("dW = Aᵀ δ", "dW = δ Aᵀ")
    why = Text(
        "the loss is divided by the number of samples m, so its gradient is as well: divide dW and"
        " db by m, once",
        "损失除以了样本数 m，梯度也要除以 m：dW 与 db 各除以 m 一次",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield m × everything, × one layer, × the weights alone."""
        m, every = case.problem.m, tuple(case.problem.every_layer)
        if m == 1 or case.problem.network.reduction == "sum":
            return
        whole = Text(
            f"every gradient is {m} times too large; m = {m}", f"所有梯度都大了 {m} 倍；m = {m}"
        )
        yield Suspicion(self, whole, times(m, every), factor=m)
        weights = Text(
            f"every dW is {m} times too large, every db is right; m = {m}",
            f"所有 dW 都大了 {m} 倍，而 db 正确；m = {m}",
        )
        yield Suspicion(self, weights, times(m, every, "W"))
        for layers in places(every)[1:]:
            where = layer_names(layers)
            part = Text(
                f"the gradients of {where.en} are {m} times too large; m = {m}",
                f"{where.zh}的梯度大了 {m} 倍；m = {m}",
            )
            yield Suspicion(self, part, times(m, layers), layers)
        yield from in_one_array(self, case, m, too_large(m))

    def of_whole(self, m: float, K: float, rate: float) -> Iterator[tuple[float, str]]:
        """Yield m."""
        yield m, f"m = {m:g}"

    def alone(self, right: FloatArray, m: int) -> Iterator[tuple[FloatArray, Text]]:
        """Yield m times the right one."""
        if m > 1:
            yield m * right, too_large(m)


def too_large(m: int) -> Text:
    """Say that one array is m times too large."""
    return Text(f"{m} times too large; m = {m}", f"大了 {m} 倍；m = {m}")
