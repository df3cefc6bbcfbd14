"""sin u, entry by entry."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, by_slopes
from clearprop.derivation.operations.operation import Elementwise


@dataclass(frozen=True)
class Sine(Elementwise):
    """sin u, entry by entry."""

    name = "sin"
    sign = "sin"
    written = "sin({u})"
    passed_back = ("{g} ⊙ cos {u}",)

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        (u,) = inputs
        return np.sin(u)

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        (u,) = inputs
        return (np.cos(u),)


Sine.mistakes = (
    OperationMistake(
        "minus_added",
        Text("a minus too much", "多了一个负号"),
        "−{g} ⊙ cos {u}",
        Text("sin has the derivative cos", "sin 的导数是 cos"),
        by_slopes(lambda u, w: (-np.cos(u),)),
    ),
    OperationMistake(
        "itself",
        Text("the function itself in place of its derivative", "用函数自身代替导数"),
        "{g} ⊙ {w}",
        Text("sin has the derivative cos", "sin 的导数是 cos"),
        by_slopes(lambda u, w: (w,)),
    ),
    OperationMistake(
        "left_out",
        Text("the derivative is left out", "漏掉了导数"),
        "{g}",
        Text("sin has the derivative cos", "sin 的导数是 cos"),
        by_slopes(lambda u, w: (1.0,)),
    ),
)
