"""The smaller of u and v, entry by entry."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, by_slopes
from clearprop.derivation.operations.operation import Elementwise


@dataclass(frozen=True)
class Minimum(Elementwise):
    """The smaller of u and v, entry by entry."""

    name = "min"
    sign = "min"
    written = "min({u}, {v})"
    passed_back = (
        Text("{g} where {u} is the smaller", "{u} 较小处为 {g}"),
        Text("{g} where {v} is the smaller", "{v} 较小处为 {g}"),
    )

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        u, v = inputs
        return np.minimum(u, v)

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        u, v = inputs
        return (u <= v).astype(float), (u > v).astype(float)


Minimum.mistakes = (
    OperationMistake(
        "to_both",
        Text("both get what arrives", "两个都得到到达的梯度"),
        "{g}",
        Text("only the smaller of both moves the result", "只有较小的一个影响结果"),
        by_slopes(lambda u, v, w: (1.0, 1.0)),
    ),
    OperationMistake(
        "swapped",
        Text("the other of both gets what arrives", "梯度传给了另一个"),
        Text("{g} to the other", "{g} 传给另一个"),
        Text("only the smaller of both moves the result", "只有较小的一个影响结果"),
        by_slopes(lambda u, v, w: (u > v, u <= v)),
    ),
    OperationMistake(
        "left_only",
        Text("the first always gets what arrives", "总是传给第一个"),
        Text("{g} to {u}", "{g} 传给 {u}"),
        Text("only the smaller of both moves the result", "只有较小的一个影响结果"),
        by_slopes(lambda u, v, w: (1.0, 0.0)),
    ),
    OperationMistake(
        "shared",
        Text("both get half of what arrives", "两个各得到一半"),
        "½ {g}",
        Text("only the smaller of both moves the result", "只有较小的一个影响结果"),
        by_slopes(lambda u, v, w: (0.5, 0.5)),
    ),
    OperationMistake(
        "other_if_equal",
        Text("where both are equal the second gets what arrives", "两者相等处传给了第二个"),
        Text("{g} to {v}", "{g} 传给 {v}"),
        Text(
            "there is no derivative where both are equal; either will do",
            "相等处不可导，取哪一个都可以",
        ),
        by_slopes(lambda u, v, w: (u < v, u >= v)),
        harmless=True,
    ),
    OperationMistake(
        "shared_if_equal",
        Text("where both are equal they get half each", "两者相等处各得一半"),
        "½ {g}",
        Text(
            "there is no derivative where both are equal; halves will do",
            "相等处不可导，各取一半也可以",
        ),
        by_slopes(lambda u, v, w: ((u < v) + 0.5 * (u == v), (u > v) + 0.5 * (u == v))),
        harmless=True,
    ),
)
