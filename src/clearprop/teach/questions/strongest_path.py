"""Which way a weight's influence takes to the loss: the path that carries most."""

import numpy as np

from clearprop._text import Text
from clearprop.derivation.paths import Place, Ways, strongest
from clearprop.teach.questions.question import Blank, Question
from clearprop.teach.sheet import Sheet

ASK = Text(
    "The input x1 reaches the loss of sample 1 along these paths. Which letter carries most, by"
    " absolute value?",
    "输入 x1 沿下列路径影响样本 1 的损失。按绝对值，哪条路径的贡献最大？写出字母",
)


class StrongestPath(Question):
    """The contributions of a few paths, compared."""

    name = "path"
    title = Text("The strongest path", "贡献最大的路径")

    def blanks(self, sheet: Sheet, random: np.random.Generator) -> list[Blank]:
        """Return up to four paths, shuffled; nothing where there is only one."""
        problem = sheet.problem
        trace = problem.network.trace(problem.params, problem.X, problem.Y)
        paths = strongest([Ways(trace, 0, Place("a", 0, 0))], 4)
        if len(paths) < 2:
            return []
        shuffled = [paths[at] for at in random.permutation(len(paths))]
        lines = tuple(
            Text(*(f"{chr(ord('A') + at)}  {self._way(path)}",) * 2)
            for at, path in enumerate(shuffled)
        )
        best = max(range(len(shuffled)), key=lambda at: abs(shuffled[at].contribution))
        return [Blank("path", ASK, "", (1, 1), (chr(ord("A") + best),), lines)]

    def _way(self, path: object) -> str:
        places = [f"{one.kind}{one.layer}[{one.unit + 1}]" for one in path.places[1:]]  # type: ignore[attr-defined]
        return " → ".join(["x[1]", *places, "L"])
