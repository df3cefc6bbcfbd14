"""Gradients accumulated from batch to batch."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, same


class Accumulated(Mistake):
    """The gradient of this batch has been added to that of the batch before."""

    name = "accumulated"
    rank = 10
    made_in = "gradient"
    title = Text("gradients are accumulated between batches", "梯度在批次之间累加，没有清零")
    right = same(Text("dW = …   (for every batch anew)", "dW = …   （每个批次重新计算）"))
    wrong = same(Text("dW += …   (never set to 0)", "dW += …   （从不清零）"))
    why = Text(
        "set the gradients to 0 before every batch, or assign instead of adding",
        "每个批次开始前把梯度清零，或用赋值代替累加",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield the sum with the gradient of the batch before, in every array and in one kind."""
        previous = case.problem.previous
        if previous is None or set(case.names) - set(previous):
            return
        for kinds, where in WHERE.items():
            evidence = Text(
                f"given − right equals the gradient of the batch before{where.en}",
                f"给出的梯度减去正确梯度，等于上一批的梯度{where.zh}",
            )

            def change(steps: Steps, kinds: str = kinds) -> Steps:
                def finish(at: Pass, layer: int, kind: str, gradient: FloatArray) -> FloatArray:
                    before = previous.get(f"{kind}{layer}", 0.0) if kind in kinds else 0.0
                    return steps.finish(at, layer, kind, gradient) + before

                return replace(steps, finish=finish)

            yield Suspicion(self, evidence, change)


WHERE = {
    "Wb": Text("", ""),
    "W": Text(", in every dW alone", "（只在各 dW 中）"),
    "b": Text(", in every db alone", "（只在各 db 中）"),
}
"""The kinds of arrays that may never be set to 0, and how that is said."""
