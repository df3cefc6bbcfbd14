"""db not averaged over the samples, while dW is."""

from collections.abc import Iterator

from clearprop.check.backward import Steps, times
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, places, spoken
from clearprop.language import Text


class BiasNotAveraged(Mistake):
    """1/m stands in dW and not in db, or the reverse for a loss that is a sum."""

    name = "bias_not_averaged"
    rank = 9
    made_in = "gradient"
    title = Text(
        "db is averaged over the samples differently from dW", "db 与 dW 对样本的平均方式不一致"
    )
    right = Formula("dW = Aᵀ δ / m,  db = Σₙ δₙ / m", "dW = δ Aᵀ / m,  db = Σₙ δₙ / m")
    wrong = Formula("dW = Aᵀ δ / m,  db = Σₙ δₙ", "dW = δ Aᵀ / m,  db = Σₙ δₙ")
    why = Text(
        "weights and biases belong to the same loss: what divides dW divides db as well",
        "权重与偏置属于同一个损失：dW 除以什么，db 也要除以什么",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield m × (for a mean) or 1/m × (for a sum) the biases."""
        m = case.problem.m
        if m == 1:
            return
        summed = case.problem.network.reduction == "sum"
        factor, en, zh = (1 / m, "small", "小") if summed else (m, "large", "大")
        for layers in places(case.problem.every_layer):
            where = spoken(layers)
            evidence = Text(
                f"{where.en}: db is {m} times too {en} while dW is right; m = {m}",
                f"{where.zh}：db {zh}了 {m} 倍，而 dW 正确；m = {m}",
            )
            yield Suspicion(self, evidence, times(factor, layers, "b"), layers)
