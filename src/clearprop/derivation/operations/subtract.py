"""u − v."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, by_slopes
from clearprop.derivation.operations.operation import Elementwise
from clearprop.derivation.operations.repeating import MISTAKES as REPEATED


@dataclass(frozen=True)
class Subtract(Elementwise):
    """u − v."""

    name = "subtract"
    sign = "−"
    written = "{u} − {v}"
    passed_back = (
        "{g}",
        "−{g}",
    )

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        u, v = inputs
        return u - v

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        return np.ones_like(w), -np.ones_like(w)


Subtract.mistakes = (
    OperationMistake(
        "sign_lost",
        Text("the minus is lost on the way back", "反向时丢了负号"),
        "{g}",
        Text("u − v has the derivative −1 by v", "u − v 对 v 的导数是 −1"),
        by_slopes(lambda u, v, w: (1.0, 1.0)),
    ),
    OperationMistake(
        "right_without",
        Text(
            "what is subtracted gets nothing, as if it were constant",
            "减数没有得到梯度，好像它是常数",
        ),
        "0",
        Text(
            "it depends on the inputs too: a mean that is subtracted does",
            "它也依赖于输入，例如被减去的均值",
        ),
        by_slopes(lambda u, v, w: (1.0, 0.0)),
        loses_a_share=True,
    ),
    OperationMistake(
        "signs_swapped",
        Text("the signs of the two shares are swapped", "两部分的符号互换了"),
        "−{g}",
        Text("u − v grows with u and falls with v", "u − v 随 u 增大、随 v 减小"),
        by_slopes(lambda u, v, w: (-1.0, 1.0)),
    ),
    *REPEATED,
)
