"""keepdims forgotten: db has a shape that makes b grow when it is subtracted."""

from collections.abc import Iterator

import numpy as np

from clearprop._text import Text
from clearprop.check.backward import Steps
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion


class Keepdims(Mistake):
    """The numbers of db are right; its shape turns b into a matrix at the first update."""

    name = "keepdims"
    rank = 8
    made_in = "gradient"
    title = Text(
        "keepdims is forgotten: db has not the shape of b", "忘了 keepdims：db 的形状与 b 不同"
    )
    right = Formula(
        "db = np.sum(δ, axis=0, keepdims=True)", "db = np.sum(δ, axis=1, keepdims=True)"
    )
    wrong = Formula("db = np.sum(δ, axis=0)", "db = np.sum(δ, axis=1)")
    why = Text(
        "b − η db broadcasts to a matrix, silently, and every later pass is wrong: give db the"
        " shape of b",
        "b − η db 会悄悄广播成矩阵，之后每一步都错：让 db 与 b 形状相同",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield nothing: the numbers are right."""
        yield from ()

    def faults_of_shape(self, case: Case) -> Iterator[Suspicion]:
        """Yield one suspicion of every db that would change the shape of the person's own b."""
        said, layers = [], []
        for name, own in case.own_shapes.items():
            given = case.given_shapes.get(name)
            if not name.startswith("b") or given is None or np.prod(given) != np.prod(own):
                continue
            try:
                after = np.broadcast_shapes(own, given)
            except ValueError:
                continue
            if np.prod(after) > np.prod(own):
                layers.append(int(name[1:]))
                said.append((name, given, own, after))
        if said:
            en = "; ".join(f"d{n} is {g}, {n} is {o}, {n} − η d{n} is {a}" for n, g, o, a in said)
            zh = "；".join(f"d{n} 是 {g}，{n} 是 {o}，{n} − η d{n} 是 {a}" for n, g, o, a in said)
            yield Suspicion(self, Text(f"shapes: {en}", f"形状：{zh}"), layers=tuple(layers))
