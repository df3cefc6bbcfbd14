"""u + v."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, by_slopes
from clearprop.derivation.operations.operation import Elementwise
from clearprop.derivation.operations.repeating import MISTAKES as REPEATED


@dataclass(frozen=True)
class Add(Elementwise):
    """u + v."""

    name = "add"
    sign = "+"
    written = "{u} + {v}"
    passed_back = (
        "{g}",
        "{g}",
    )

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        u, v = inputs
        return u + v

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        return np.ones_like(w), np.ones_like(w)


Add.mistakes = (
    OperationMistake(
        "left_without",
        Text("the first summand gets nothing", "第一个加数没有得到任何梯度"),
        "0",
        Text(
            "a sum passes what arrives on to both summands; a skip connection lives by that",
            "加法把到达的梯度原样传给两个加数；残差连接正靠这一点",
        ),
        by_slopes(lambda u, v, w: (0.0, 1.0)),
        loses_a_share=True,
    ),
    OperationMistake(
        "right_without",
        Text("the second summand gets nothing", "第二个加数没有得到任何梯度"),
        "0",
        Text(
            "a sum passes what arrives on to both summands; a skip connection lives by that",
            "加法把到达的梯度原样传给两个加数；残差连接正靠这一点",
        ),
        by_slopes(lambda u, v, w: (1.0, 0.0)),
        loses_a_share=True,
    ),
    OperationMistake(
        "as_product",
        Text("a sum is differentiated like a product", "把加法当成乘法求导"),
        "{g} ⊙ {v}",
        Text("u + v has the derivative 1 by u and by v", "u + v 对 u 和 v 的导数都是 1"),
        by_slopes(lambda u, v, w: (v, u)),
    ),
    *REPEATED,
)
