"""z used where a belongs in the error at the output."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Step, Steps, loss_slope
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, same


class WeightedSumInError(Mistake):
    """The error at the output is z − y: the way back begins before softmax or σ was taken."""

    name = "weighted_sum_in_error"
    rank = 15
    title = Text(
        "Z is used where A belongs in the error at the output", "输出误差中应为 A 处用了 Z"
    )
    right = same("∂ℓ/∂a = a − y")
    wrong = same("∂ℓ/∂a = z − y")
    why = Text(
        "the loss is that of f(z): its derivative holds what f made of the weighted sums",
        "损失是用 f(z) 算的：它的导数里是 f 作用之后的值，而不是加权和",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield z − y for a − y, where the error at the output is a multiple of that."""
        problem = case.problem
        times = problem.network.loss_rule.constant_curvature
        if times is None and not problem.is_canonical:
            return
        evidence = Text(
            "equal to the gradient with the weighted sums in the place of the outputs",
            "等于把输出换成加权和时的梯度",
        )

        def change(steps: Steps) -> Steps:
            def before(at: Pass, layer: int, local: Step) -> FloatArray:
                more = (times or 1.0) * (at.z[layer] - at.f[layer])
                if at.problem.is_canonical:
                    return steps.output_error(at, layer, local) + more
                return local(at, layer, loss_slope(at, layer) + more)

            return replace(steps, output_error=before)

        yield Suspicion(self, evidence, change)
