"""u / v, entry by entry."""

from collections.abc import Sequence
from dataclasses import dataclass

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, by_slopes
from clearprop.derivation.operations.operation import Elementwise
from clearprop.derivation.operations.repeating import MISTAKES as REPEATED


@dataclass(frozen=True)
class Divide(Elementwise):
    """u / v, entry by entry."""

    name = "divide"
    sign = "÷"
    written = "{u} / {v}"
    passed_back = (
        "{g} / {v}",
        "−{g} ⊙ {u} / {v}²",
    )

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        u, v = inputs
        return u / v

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        u, v = inputs
        return 1 / v, -u / v**2


Divide.mistakes = (
    OperationMistake(
        "sign_lost",
        Text("the minus in the derivative by the divisor is lost", "对除数求导时丢了负号"),
        "{g} ⊙ {u} / {v}²",
        Text("u / v falls when v grows", "v 增大时 u / v 减小"),
        by_slopes(lambda u, v, w: (1 / v, u / v**2)),
    ),
    OperationMistake(
        "square_missing",
        Text("the divisor is not squared in its own derivative", "对除数求导时分母没有平方"),
        "−{g} ⊙ {u} / {v}",
        Text("1 / v has the derivative −1 / v²", "1 / v 的导数是 −1 / v²"),
        by_slopes(lambda u, v, w: (1 / v, -u / v)),
    ),
    OperationMistake(
        "dividend_missing",
        Text("the dividend is missing in the derivative by the divisor", "对除数求导时漏了被除数"),
        "−{g} / {v}²",
        Text("u / v = u · v⁻¹ keeps the factor u", "u / v = u · v⁻¹ 求导后仍有因子 u"),
        by_slopes(lambda u, v, w: (1 / v, -1 / v**2)),
    ),
    OperationMistake(
        "divisor_constant",
        Text("the divisor is held constant", "把除数当成常数"),
        "0",
        Text(
            "it depends on the inputs too: a standard deviation does", "它也依赖于输入，例如标准差"
        ),
        by_slopes(lambda u, v, w: (1 / v, 0.0)),
        loses_a_share=True,
    ),
    OperationMistake(
        "divisor_missing",
        Text("what goes to the dividend is not divided", "传给被除数的梯度没有除以除数"),
        "{g}",
        Text("u / v has the derivative 1 / v by u", "u / v 对 u 的导数是 1 / v"),
        by_slopes(lambda u, v, w: (1.0, -u / v**2)),
    ),
    OperationMistake(
        "left_out",
        Text("the division is left out, forward and backward", "前向和反向都漏掉了这个除法"),
        "{u}",
        Text(
            "the result is the quotient; attention divides by √d to keep softmax from saturating",
            "结果是商；注意力机制除以 √d 以免 softmax 饱和",
        ),
        by_slopes(lambda u, v, w: (1.0, 0.0)),
        value=lambda place: place.inputs[0] + 0 * place.inputs[1],
    ),
    *REPEATED,
)
