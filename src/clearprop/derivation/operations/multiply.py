"""u ⊙ v, entry times entry."""

from collections.abc import Sequence
from dataclasses import dataclass

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, by_slopes
from clearprop.derivation.operations.operation import Elementwise
from clearprop.derivation.operations.repeating import MISTAKES as REPEATED


@dataclass(frozen=True)
class Multiply(Elementwise):
    """u ⊙ v, entry times entry."""

    name = "multiply"
    sign = "⊙"
    written = "{u} ⊙ {v}"
    passed_back = (
        "{g} ⊙ {v}",
        "{g} ⊙ {u}",
    )

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        u, v = inputs
        return u * v

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        u, v = inputs
        return v, u


Multiply.mistakes = (
    OperationMistake(
        "own_factor",
        Text(
            "each factor gets itself in place of the other one",
            "每个因子乘上了自己，而不是另一个因子",
        ),
        "{g} ⊙ {u}",
        Text("u ⊙ v has the derivative v by u", "u ⊙ v 对 u 的导数是 v"),
        by_slopes(lambda u, v, w: (u, v)),
    ),
    OperationMistake(
        "as_sum",
        Text("a product is differentiated like a sum", "把乘法当成加法求导"),
        "{g}",
        Text("u ⊙ v has the derivative v by u", "u ⊙ v 对 u 的导数是 v"),
        by_slopes(lambda u, v, w: (1.0, 1.0)),
    ),
    OperationMistake(
        "right_without",
        Text("only the first factor gets its share", "只有第一个因子得到梯度"),
        "0",
        Text("by the product rule both factors get one", "按乘法法则，两个因子都有各自的一份"),
        by_slopes(lambda u, v, w: (v, 0.0)),
        loses_a_share=True,
    ),
    OperationMistake(
        "left_without",
        Text("only the second factor gets its share", "只有第二个因子得到梯度"),
        "0",
        Text("by the product rule both factors get one", "按乘法法则，两个因子都有各自的一份"),
        by_slopes(lambda u, v, w: (0.0, u)),
        loses_a_share=True,
    ),
    OperationMistake(
        "left_out",
        Text("the multiplication is left out, forward and backward", "前向和反向都漏掉了这个乘法"),
        "{u}",
        Text("the result is the product", "结果是乘积"),
        by_slopes(lambda u, v, w: (1.0, 0.0)),
        value=lambda place: place.inputs[0] + 0 * place.inputs[1],
    ),
    *REPEATED,
)
