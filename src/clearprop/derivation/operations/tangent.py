"""tan u, entry by entry."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, by_slopes
from clearprop.derivation.operations.operation import Elementwise


@dataclass(frozen=True)
class Tangent(Elementwise):
    """tan u, entry by entry."""

    name = "tan"
    sign = "tan"
    written = "tan({u})"
    passed_back = ("{g} ⊙ (1 + {w}²)",)

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        (u,) = inputs
        return np.tan(u)

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        return (1 + w * w,)


Tangent.mistakes = (
    OperationMistake(
        "like_tanh",
        Text("the derivative of tanh", "用了 tanh 的导数"),
        "{g} ⊙ (1 − {w}²)",
        Text("tan has the derivative 1 + tan² = 1 / cos²", "tan 的导数是 1 + tan² = 1 / cos²"),
        by_slopes(lambda u, w: (1 - w * w,)),
    ),
    OperationMistake(
        "one_missing",
        Text("the 1 is missing", "漏了 1"),
        "{g} ⊙ {w}²",
        Text("tan has the derivative 1 + tan² = 1 / cos²", "tan 的导数是 1 + tan² = 1 / cos²"),
        by_slopes(lambda u, w: (w * w,)),
    ),
    OperationMistake(
        "inverted",
        Text("cos² where 1 / cos² belongs", "应为 1 / cos²，却用了 cos²"),
        "{g} ⊙ cos² {u}",
        Text("tan has the derivative 1 + tan² = 1 / cos²", "tan 的导数是 1 + tan² = 1 / cos²"),
        by_slopes(lambda u, w: (np.cos(u) ** 2,)),
    ),
    OperationMistake(
        "left_out",
        Text("the derivative is left out", "漏掉了导数"),
        "{g}",
        Text("tan has the derivative 1 + tan² = 1 / cos²", "tan 的导数是 1 + tan² = 1 / cos²"),
        by_slopes(lambda u, w: (1.0,)),
    ),
)
