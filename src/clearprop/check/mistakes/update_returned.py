"""The update is returned in place of the gradient."""

from collections.abc import Iterator

import numpy as np

from clearprop._text import Text
from clearprop.check.backward import Steps, times
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, same


class UpdateReturned(Mistake):
    """η dW or −η dW is returned, and the learning rate is applied once more later."""

    name = "update_returned"
    rank = 50
    made_in = "gradient"
    depends_on_rate = True
    title = Text("the update is returned instead of the gradient", "返回的是更新量，而不是梯度")
    right = same("return dW;   W ← W − η dW")
    wrong = same(Text("return η dW   (or −η dW)", "return η dW   （或 −η dW）"))
    why = Text(
        "the learning rate belongs to the update, not to the gradient: return dW and multiply by η"
        " where W is changed",
        "学习率属于更新步骤而不是梯度：返回 dW，在更新 W 时再乘 η",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield ±η × everything, for the η that is known or for a short decimal that fits."""
        rate = case.problem.learning_rate
        rates = [rate] if rate is not None else self.short_decimals(case)
        every = case.problem.every_layer
        for factor in [sign * rate for rate in rates for sign in (1, -1)]:
            evidence = Text(
                f"every gradient is {factor:g} times the right one; η = {abs(factor):g}",
                f"所有梯度都是正确值的 {factor:g} 倍；η = {abs(factor):g}",
            )
            change = times(factor, every, penalty=True)
            settings = {"learning_rate": abs(factor)}
            yield Suspicion(self, evidence, change, factor=factor, settings=settings)

    def of_whole(self, m: float, K: float, rate: float) -> Iterator[tuple[float, str]]:
        """Yield η."""
        yield rate, f"η = {rate:g}"

    @staticmethod
    def short_decimals(case: Case) -> list[float]:
        """Return the η in (0, ½) of at most two digits that the ratio of the gradients could be."""
        given, right = (
            np.concatenate([np.ravel(arrays[name]) for name in case.names])
            for arrays in (case.given, case.right)
        )
        if given.shape != right.shape or not right.any():
            return []
        ratio = abs(float(given @ right) / float(right @ right))
        rate = float(f"{ratio:.1e}")
        return [rate] if 0 < rate < 0.5 and abs(ratio - rate) <= 1e-6 * rate else []
