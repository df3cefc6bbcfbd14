"""cos u, entry by entry."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, by_slopes
from clearprop.derivation.operations.operation import Elementwise


@dataclass(frozen=True)
class Cosine(Elementwise):
    """cos u, entry by entry."""

    name = "cos"
    sign = "cos"
    written = "cos({u})"
    passed_back = ("−{g} ⊙ sin {u}",)

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        (u,) = inputs
        return np.cos(u)

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        (u,) = inputs
        return (-np.sin(u),)


Cosine.mistakes = (
    OperationMistake(
        "sign_lost",
        Text("the minus is lost", "丢了负号"),
        "{g} ⊙ sin {u}",
        Text("cos has the derivative −sin", "cos 的导数是 −sin"),
        by_slopes(lambda u, w: (np.sin(u),)),
    ),
    OperationMistake(
        "itself",
        Text("the function itself in place of its derivative", "用函数自身代替导数"),
        "{g} ⊙ {w}",
        Text("cos has the derivative −sin", "cos 的导数是 −sin"),
        by_slopes(lambda u, w: (w,)),
    ),
    OperationMistake(
        "left_out",
        Text("the derivative is left out", "漏掉了导数"),
        "{g}",
        Text("cos has the derivative −sin", "cos 的导数是 −sin"),
        by_slopes(lambda u, w: (1.0,)),
    ),
)
