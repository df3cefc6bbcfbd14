"""An array of the gradient, or every one, is never computed: it is left at 0."""

import math
from collections.abc import Iterator

from clearprop._text import Text
from clearprop.check.backward import RIGHT, Steps, times
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, in_one_array, layer_names, same


class LeftAtZero(Mistake):
    """One dW or db is 0, every db, or all below a layer, and the others are right; or all are 0."""

    name = "left_at_zero"
    rank = 16
    leaves = "nothing"
    made_in = "gradient"
    title = Text("a gradient is left at 0", "有一个梯度一直是 0")
    right = same(Text("dWˡ, dbˡ for every layer l", "每一层 l 的 dWˡ、dbˡ"))
    wrong = same(
        Text(
            "dWˡ = 0 or dbˡ = 0: its parameter never learns", "dWˡ = 0 或 dbˡ = 0：该参数永远不学习"
        )
    )
    why = Text(
        "every parameter that the outputs depend on has a gradient: compute and return it as well",
        "输出所依赖的每个参数都有梯度：也要计算并返回它",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield 0 in each single array, in every db, and in all below a layer.

        0 in all is judged at once.
        """
        shapes_fit = all(map(math.isfinite, case.deviation.values()))
        if steps is RIGHT and case.is_zero and shapes_fit and not case.has_whole_parameters:
            yield Suspicion(
                self,
                Text(
                    "every number is exactly 0: nothing was computed, or it was multiplied by 0",
                    "所有数都恰好为 0：没有计算，或乘以了 0",
                ),
            )
        yield from in_one_array(self, case, 0.0, Text("0", "为 0"))
        layers = tuple(case.problem.every_layer)
        if len(layers) > 1 and all(f"b{layer}" in case.given for layer in layers):
            every = Text("every db is 0, and dW is not", "所有 db 都为 0，而 dW 不是")
            yield Suspicion(self, every, times(0.0, layers, "b"), layers)
        for top in case.problem.hidden:
            below = tuple(range(1, top + 1))
            where = layer_names(below)
            evidence = Text(
                f"{where.en}: dW and db are 0, as if the way back ended above; a return in a loop?",
                f"{where.zh}：dW 和 db 都是 0，反向传播好像在上一层就结束了；循环里有 return？",
            )
            yield Suspicion(self, evidence, times(0.0, below), below)
