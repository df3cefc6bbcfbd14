"""The average is taken over another number than m: m − 1, or the number of units."""

from collections.abc import Collection, Iterator

import numpy as np

from clearprop._text import Text
from clearprop.check.backward import Steps, times
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import (
    Formula,
    Mistake,
    Suspicion,
    in_one_array,
    layer_names,
    places,
)


class WrongCount(Mistake):
    """X.shape[0] where X.shape[1] is m, or m − 1."""

    name = "wrong_count"
    rank = 22
    leaves = "count"
    made_in = "gradient"
    title = Text("the average is over a wrong number", "取平均时除以了错误的个数")
    right = Formula("dW = Aᵀ δ / m,  m = X.shape[0]", "dW = δ Aᵀ / m,  m = X.shape[1]")
    wrong = Formula(
        Text("dW = Aᵀ δ / n,  n = X.shape[1], or m − 1", "dW = Aᵀ δ / n，n = X.shape[1] 或 m − 1"),
        Text("dW = δ Aᵀ / n,  n = X.shape[0], or m − 1", "dW = δ Aᵀ / n，n = X.shape[0] 或 m − 1"),
    )
    why = Text(
        "m is the number of samples, along the axis of X that counts samples, and all of them",
        "m 是样本数，即 X 中样本所在那一维的长度，且为全部样本",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield each wrong number, in every array, in a layer and in a single array."""
        problem = case.problem
        m, sizes, every = problem.m, problem.network.sizes, tuple(problem.every_layer)
        if problem.network.reduction == "sum" or m < 3:
            return
        counts = {n: f"a width, {n}," for n in sizes if n not in (1, m)}
        counts[m - 1] = "m − 1"
        for count, en in counts.items():
            said = Text(f"divided by {en} instead of m = {m}", f"除以了 {count} 而不是 m = {m}")
            whole = Text(f"every gradient is {said.en}", f"所有梯度都{said.zh}")
            yield Suspicion(self, whole, times(m / count, every), factor=m / count)
            for layers in places(every)[1:]:
                where = layer_names(layers)
                part = Text(f"{where.en}: {said.en}", f"{where.zh}：{said.zh}")
                yield Suspicion(self, part, times(m / count, layers), layers)
            yield from in_one_array(self, case, m / count, said)
        K = problem.network.outputs
        yield from self.of_any_number(case, {m, 2 * m, m // 2, m * m, m * K, m // K, *counts})

    def of_any_number(self, case: Case, known: Collection[int]) -> Iterator[Suspicion]:
        """Yield the whole number by which a single array was divided, as it was written there."""
        m = case.problem.m
        for name in case.wrong if len(case.names) > 1 else ():
            given, right = np.ravel(case.given[name]), np.ravel(case.right[name])
            if given.shape != right.shape or len(right) < 2 or not given.any():
                continue
            counted = m * float(right @ right) / float(given @ right or np.inf)
            count = round(counted) if np.isfinite(counted) else 0
            if count > 1 and count not in known and case.agrees(name, case.right[name] * m / count):
                layer = int(name[1:])
                said = Text(
                    f"d{name} alone is divided by {count} instead of m = {m}",
                    f"只有 d{name} 除以了 {count} 而不是 m = {m}",
                )
                change = times(m / count, (layer,), name[0])
                yield Suspicion(self, said, change, (layer,), settings={"count": float(count)})
