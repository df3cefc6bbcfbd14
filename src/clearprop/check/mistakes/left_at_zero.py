"""An array of the gradient is never computed: it is left at 0."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop.check.backward import Steps
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, in_one_array, same


class LeftAtZero(Mistake):
    """One dW or db is 0 throughout, the others are right."""

    name = "left_at_zero"
    rank = 20
    made_in = "gradient"
    title = Text("a gradient is left at 0", "有一个梯度一直是 0")
    right = same("dWˡ, dbˡ for every layer l")
    wrong = same("dWˡ = 0 or dbˡ = 0: its parameter never learns")
    why = Text(
        "every parameter that the outputs depend on has a gradient: compute and return it as well",
        "输出所依赖的每个参数都有梯度：也要计算并返回它",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield 0 in each single array."""
        yield from in_one_array(self, case, 0.0, Text("0", "为 0"))
