"""1/m applied again at every step back through the layers."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop.check.backward import Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class AverageInErrorTerm(Mistake):
    """δ is divided by m whenever it is carried to the layer below."""

    name = "average_in_error_term"
    rank = 15
    title = Text("1/m is applied again in the hidden error terms", "隐藏层误差项里又除了一次 m")
    right = Formula("δˡ = (δˡ⁺¹ Wˡ⁺¹ᵀ) ⊙ f′(Zˡ)", "δˡ = (Wˡ⁺¹ᵀ δˡ⁺¹) ⊙ f′(Zˡ)")
    wrong = Formula("δˡ = (δˡ⁺¹ Wˡ⁺¹ᵀ) ⊙ f′(Zˡ) / m", "δˡ = (Wˡ⁺¹ᵀ δˡ⁺¹) ⊙ f′(Zˡ) / m")
    why = Text(
        "the average over samples is taken once, when dW and db are formed; an error term belongs"
        " to one sample and carries no 1/m of its own",
        "对样本的平均只在求 dW、db 时做一次；误差项属于单个样本，不再除以 m",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield 1/m in every step back, and in a single one."""
        m = case.problem.m
        if m == 1:
            return
        for layers in places(case.problem.hidden):
            where = layer_names(layers)
            evidence = Text(
                f"the output layer is right; {where.en}: too small by a further 1/m = 1/{m} with"
                " every step down",
                f"输出层正确；{where.zh}：每往下一层就再小 1/m = 1/{m}",
            )

            def averaged(steps: Steps, layers: tuple[int, ...] = layers) -> Steps:
                drop = instead(
                    lambda at, layer, error: steps.drop(at, layer, error) / m,
                    steps.drop,
                    layers,
                )
                return replace(steps, drop=drop)

            yield Suspicion(self, evidence, averaged, layers)
