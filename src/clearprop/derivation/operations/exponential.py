"""eᵘ, entry by entry."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, by_slopes
from clearprop.derivation.operations.operation import Elementwise


@dataclass(frozen=True)
class Exponential(Elementwise):
    """eᵘ, entry by entry."""

    name = "exp"
    sign = "exp"
    written = "exp({u})"
    passed_back = ("{g} ⊙ {w}",)

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        (u,) = inputs
        return np.exp(u)

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        return (w,)


Exponential.mistakes = (
    OperationMistake(
        "left_out",
        Text("the derivative is left out", "漏掉了导数"),
        "{g}",
        Text("eᵘ is its own derivative", "eᵘ 的导数是它自身"),
        by_slopes(lambda u, w: (1.0,)),
    ),
    OperationMistake(
        "as_power",
        Text("it is differentiated like a power", "把它当成幂函数求导"),
        "{g} ⊙ {u} exp({u} − 1)",
        Text("the exponent varies, not the base", "变化的是指数而不是底数"),
        by_slopes(lambda u, w: (u * np.exp(u - 1),)),
    ),
    OperationMistake(
        "taken_twice",
        Text("exp is taken of the result", "对结果又取了一次 exp"),
        "{g} ⊙ exp({w})",
        Text("the result is already eᵘ", "结果已经是 eᵘ"),
        by_slopes(lambda u, w: (np.exp(w),)),
    ),
    OperationMistake(
        "input",
        Text("the input in place of the result", "用输入代替了结果"),
        "{g} ⊙ {u}",
        Text("eᵘ is its own derivative", "eᵘ 的导数是它自身"),
        by_slopes(lambda u, w: (u,)),
    ),
)
