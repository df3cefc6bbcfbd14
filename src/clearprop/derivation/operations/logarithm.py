"""ln u, entry by entry."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, by_slopes
from clearprop.derivation.operations.operation import Elementwise


@dataclass(frozen=True)
class Logarithm(Elementwise):
    """ln u, entry by entry."""

    name = "ln"
    sign = "ln"
    written = "ln({u})"
    passed_back = ("{g} / {u}",)

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        (u,) = inputs
        return np.log(u)

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        (u,) = inputs
        return (1 / u,)


Logarithm.mistakes = (
    OperationMistake(
        "inverted",
        Text("multiplied by the input where it is to be divided", "应当除以输入，却乘上了输入"),
        "{g} ⊙ {u}",
        Text("ln u has the derivative 1 / u", "ln u 的导数是 1 / u"),
        by_slopes(lambda u, w: (u,)),
    ),
    OperationMistake(
        "left_out",
        Text("the derivative is left out", "漏掉了导数"),
        "{g}",
        Text("ln u has the derivative 1 / u", "ln u 的导数是 1 / u"),
        by_slopes(lambda u, w: (1.0,)),
    ),
    OperationMistake(
        "by_result",
        Text("divided by the result in place of the input", "除以了结果而不是输入"),
        "{g} / {w}",
        Text("ln u has the derivative 1 / u", "ln u 的导数是 1 / u"),
        by_slopes(lambda u, w: (1 / w,)),
    ),
    OperationMistake(
        "base_ten",
        Text("the derivative of the logarithm to the base 10", "用了以 10 为底的对数的导数"),
        "{g} / ({u} ln 10)",
        Text("ln is the natural logarithm", "ln 是自然对数"),
        by_slopes(lambda u, w: (1 / (u * np.log(10)),)),
    ),
    OperationMistake(
        "base_two",
        Text("the derivative of the logarithm to the base 2", "用了以 2 为底的对数的导数"),
        "{g} / ({u} ln 2)",
        Text("ln is the natural logarithm", "ln 是自然对数"),
        by_slopes(lambda u, w: (1 / (u * np.log(2)),)),
    ),
)
