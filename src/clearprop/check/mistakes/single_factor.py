"""A number that multiplies one array alone."""

from collections.abc import Iterator

import numpy as np

from clearprop._text import Text
from clearprop.check.backward import Steps, times
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, same

MOST = 100
"""The largest number that is looked for; near larger ones everything is whole."""


class SingleFactor(Mistake):
    """A factor such as 4 / m in one db, where all others have 1 / m.

    Only of gradients that are handed out: what a step takes off may have a rate of its own.
    """

    name = "single_factor"
    rank = 85
    leaves = "multiple"
    made_in = "gradient"
    title = Text("a number multiplies one array alone", "只有一个数组多乘了一个数")
    right = same("dW = …,  db = Σ δ")
    wrong = same("dW = …,  db = c · Σ δ")
    why = Text(
        "all arrays are derivatives of one loss: a factor stands in all of them, or in none",
        "所有数组都是同一损失的导数：一个系数要么处处都有，要么处处都没有",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield the whole number, or one over it, by which a single array is too large."""
        if case.problem.taken is not None or len(case.names) < 2:
            return
        for name in case.wrong:
            given, right = np.ravel(case.given[name]), np.ravel(case.right[name])
            if given.shape != right.shape or len(right) < 2 or not given.any():
                continue
            c = float(given @ right) / float(right @ right or np.inf)
            if not np.isfinite(c):
                continue
            count = round(c if c >= 1 else 1 / max(c, 1 / (MOST + 1)))
            factor = float(count) if c >= 1 else 1 / count
            if 2 < count <= MOST and case.agrees(name, case.right[name] * factor):
                layer = int(name[1:])
                said = Text(
                    f"d{name} alone is {factor:.6g} times the right one",
                    f"只有 d{name} 是正确值的 {factor:.6g} 倍",
                )
                yield Suspicion(self, said, times(factor, (layer,), name[0]), (layer,))
