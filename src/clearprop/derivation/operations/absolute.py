"""|u|, entry by entry."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, by_slopes
from clearprop.derivation.operations.operation import Elementwise


@dataclass(frozen=True)
class Absolute(Elementwise):
    """|u|, entry by entry."""

    name = "abs"
    sign = "abs"
    written = "|{u}|"
    passed_back = ("{g} ⊙ sign({u})",)

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        (u,) = inputs
        return np.abs(u)

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        (u,) = inputs
        return (np.sign(u),)


Absolute.mistakes = (
    OperationMistake(
        "sign_forgotten",
        Text("the sign of the input is forgotten", "忘了输入的符号"),
        "{g}",
        Text("|u| has the derivative 1 or −1", "|u| 的导数是 1 或 −1"),
        by_slopes(lambda u, w: (1.0,)),
    ),
    OperationMistake(
        "like_relu",
        Text(
            "only positive entries get their share, as with ReLU",
            "只有正的元素得到梯度，像 ReLU 一样",
        ),
        "{g} ⊙ [{u} > 0]",
        Text("where u is negative, |u| = −u", "u 为负时 |u| = −u"),
        by_slopes(lambda u, w: ((u > 0).astype(float),)),
    ),
    OperationMistake(
        "itself",
        Text("the function itself in place of its derivative", "用函数自身代替导数"),
        "{g} ⊙ {w}",
        Text("|u| has the derivative 1 or −1", "|u| 的导数是 1 或 −1"),
        by_slopes(lambda u, w: (w,)),
    ),
    OperationMistake(
        "one_at_zero",
        Text("the slope 1 at 0, where |u| has none", "在 0 处取斜率 1，而 |u| 在那里不可导"),
        "{g}",
        Text("any number from −1 to 1 will do there", "那里取 −1 到 1 之间的任何数都可以"),
        by_slopes(lambda u, w: (np.where(u >= 0, 1.0, -1.0),)),
        harmless=True,
    ),
)
