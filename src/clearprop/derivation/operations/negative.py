"""−u."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, by_slopes
from clearprop.derivation.operations.operation import Elementwise


@dataclass(frozen=True)
class Negative(Elementwise):
    """−u."""

    name = "negative"
    sign = "−"
    written = "−{u}"
    passed_back = ("−{g}",)

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        (u,) = inputs
        return -u

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        return (-np.ones_like(w),)


Negative.mistakes = (
    OperationMistake(
        "sign_lost",
        Text("the minus is lost on the way back", "反向时丢了负号"),
        "{g}",
        Text("−u has the derivative −1", "−u 的导数是 −1"),
        by_slopes(lambda u, w: (1.0,)),
    ),
    OperationMistake(
        "nothing",
        Text("nothing is passed back", "没有传回任何梯度"),
        "0",
        Text("−u has the derivative −1", "−u 的导数是 −1"),
        by_slopes(lambda u, w: (0.0,)),
        loses_a_share=True,
    ),
    OperationMistake(
        "itself",
        Text("the function itself in place of its derivative", "用函数自身代替导数"),
        "{g} ⊙ {w}",
        Text("−u has the derivative −1", "−u 的导数是 −1"),
        by_slopes(lambda u, w: (w,)),
    ),
)
