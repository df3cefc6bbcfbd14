"""Divided by the number of samples once too often."""

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


class AverageTwice(Mistake):
    """1/m stands in the error term and again in dW, or the loss is a sum and needs none."""

    name = "average_twice"
    rank = 20
    leaves = "multiple"
    made_in = "gradient"
    title = Text("divided by the number of samples once too often", "多除了一次样本数 m")
    right = Formula("δ = ∂ℓ/∂Z,  dW = Aᵀ δ / m", "δ = ∂ℓ/∂Z,  dW = δ Aᵀ / m")
    wrong = Formula("δ = ∂ℓ/∂Z / m,  dW = Aᵀ δ / m", "δ = ∂ℓ/∂Z / m,  dW = δ Aᵀ / m")
    why = Text(
        "1/m belongs to the gradient once for a mean over samples and not at all for a sum: keep it"
        " in one place, in δ or in dW and db",
        "对样本取平均时 1/m 只出现一次，取和时不出现：只在一处除以 m（δ 处，或 dW、db 处）",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield 1/m × everything, × one layer, × the weights alone."""
        m, every = case.problem.m, tuple(case.problem.every_layer)
        if m == 1:
            return
        summed = case.problem.network.reduction == "sum"
        en = "the loss adds the samples up, it does not average" if summed else f"m = {m}"
        zh = "损失是对样本求和，不取平均" if summed else f"m = {m}"
        whole = Text(f"every gradient is {m} times too small; {en}", f"所有梯度都小了 {m} 倍；{zh}")
        yield Suspicion(self, whole, times(1 / m, every), factor=1 / m)
        weights = Text(
            f"every dW is {m} times too small, every db is right; {en}",
            f"所有 dW 都小了 {m} 倍，而 db 正确；{zh}",
        )
        yield Suspicion(self, weights, times(1 / m, every, "W"))
        for layers in places(every)[1:]:
            where = layer_names(layers)
            part = Text(
                f"the gradients of {where.en} are {m} times too small; {en}",
                f"{where.zh}的梯度小了 {m} 倍；{zh}",
            )
            yield Suspicion(self, part, times(1 / m, layers), layers)
        alone = Text(f"{m} times too small; {en}", f"小了 {m} 倍；{zh}")
        yield from in_one_array(self, case, 1 / m, alone)

    def of_whole(self, m: float, K: float, rate: float) -> Iterator[tuple[float, str]]:
        """Yield 1/m."""
        yield 1 / m, "1/m"

    def alone(self, right: FloatArray, m: int) -> Iterator[tuple[FloatArray, Text]]:
        """Yield 1/m times the right one."""
        if m > 1:
            yield right / m, Text(f"{m} times too small; m = {m}", f"小了 {m} 倍；m = {m}")
