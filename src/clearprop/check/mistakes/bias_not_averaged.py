"""db not averaged over the samples, while dW is."""

import itertools
from collections.abc import Iterator

from clearprop._text import Text
from clearprop.check.backward import Steps, times
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class BiasNotAveraged(Mistake):
    """1/m stands in dW and not in db, twice in db, or in db alone for a loss that is a sum."""

    name = "bias_not_averaged"
    rank = 9
    made_in = "gradient"
    title = Text(
        "db is averaged over the samples differently from dW", "db 与 dW 对样本的平均方式不一致"
    )
    right = Formula("dW = Aᵀ δ / m,  db = Σₙ δₙ / m", "dW = δ Aᵀ / m,  db = Σₙ δₙ / m")
    wrong = Formula(
        "dW = Aᵀ δ / m,  db = Σₙ δₙ;   dW = Aᵀ δ,  db = Σₙ δₙ / m",
        "dW = δ Aᵀ / m,  db = Σₙ δₙ;   dW = δ Aᵀ,  db = Σₙ δₙ / m",
    )
    why = Text(
        "weights and biases belong to the same loss: what divides dW divides db as well",
        "权重与偏置属于同一个损失：dW 除以什么，db 也要除以什么",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield m × the biases, for a mean alone, and 1/m × the biases."""
        m = case.problem.m
        if m == 1:
            return
        summed = case.problem.network.reduction == "sum"
        ways = [(1 / m, Text("small", "小"))]
        if not summed:
            ways.insert(0, (float(m), Text("large", "大")))
        for (factor, size), layers in itertools.product(ways, places(case.problem.every_layer)):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: db is {m} times too {size.en} while dW is right; m = {m}",
                f"{where.zh}：db {size.zh}了 {m} 倍，而 dW 正确；m = {m}",
            )
            yield Suspicion(self, evidence, times(factor, layers, "b"), layers)
