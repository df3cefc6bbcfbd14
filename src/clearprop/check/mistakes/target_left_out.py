"""The targets are left out of the error at the output."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Step, Steps, loss_slope
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, same


class TargetLeftOut(Mistake):
    """The error at the output is a, not a − y: every output is drawn to 0."""

    name = "target_left_out"
    rank = 16
    title = Text("the targets are left out of the error", "误差里漏减了目标值")
    right = same("∂ℓ/∂a = a − y")
    wrong = same("∂ℓ/∂a = a")
    why = Text(
        "without y the gradient is the same whatever the targets are, and every output goes to 0",
        "没有 y，梯度就与目标值无关，每个输出都会趋向 0",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield a in the place of a − y, where the error at the output is a multiple of that."""
        problem = case.problem
        times = problem.network.loss_rule.constant_curvature
        if times is None and not problem.is_canonical:
            return
        evidence = Text(
            "equal to the gradient of targets that are all 0", "等于目标值全为 0 时的梯度"
        )

        def change(steps: Steps) -> Steps:
            def without(at: Pass, layer: int, local: Step) -> FloatArray:
                y = (times or 1.0) * at.problem.Y
                if at.problem.is_canonical:
                    return steps.output_error(at, layer, local) + y
                return local(at, layer, loss_slope(at, layer) + y)

            return replace(steps, output_error=without)

        if problem.Y.any():
            yield Suspicion(self, evidence, change)
