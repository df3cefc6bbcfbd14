"""η multiplied into the error terms, and into the step once more."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop.check.backward import Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion


class RateInErrorTerm(Mistake):
    """δᴸ already holds η, goes back with it, and every layer below multiplies by η again."""

    name = "rate_in_error_term"
    rank = 16
    depends_on_rate = True
    title = Text("η is multiplied into the error terms as well", "误差项里也乘了 η")
    right = Formula(
        "δˡ = (δˡ⁺¹ Wˡ⁺¹ᵀ) ⊙ f′(Zˡ);   W −= η dW", "δˡ = (Wˡ⁺¹ᵀ δˡ⁺¹) ⊙ f′(Zˡ);   W −= η dW"
    )
    wrong = Formula("δˡ = η (δˡ⁺¹ Wˡ⁺¹ᵀ) ⊙ f′(Zˡ)", "δˡ = η (Wˡ⁺¹ᵀ δˡ⁺¹) ⊙ f′(Zˡ)")
    why = Text(
        "an error term is a derivative and holds no η; with every step back the layers would learn"
        " η times as fast as the one above: multiply by η once, in the update",
        "误差项是导数，不含 η；否则每往下一层学习速度就再乘一次 η：只在更新时乘一次 η",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield η in every step back."""
        rate, hidden = case.problem.learning_rate, tuple(case.problem.hidden)
        if rate is None or rate == 1 or not hidden:
            return
        said = Text(
            f"the output layer is right; below it η = {rate:.6g} more with every step down",
            f"输出层正确；往下每一层都多乘了 η = {rate:.6g}",
        )

        def change(steps: Steps) -> Steps:
            drop = instead(
                lambda at, layer, error: rate * steps.drop(at, layer, error), steps.drop, hidden
            )
            return replace(steps, drop=drop)

        yield Suspicion(self, said, change, hidden, settings={"learning_rate": rate})
