"""u v: rows times columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, to_input
from clearprop.derivation.operations.operation import Operation


@dataclass(frozen=True)
class MatrixProduct(Operation):
    """u v: rows times columns."""

    name = "matmul"
    sign = "@"
    written = "{u} {v}"
    passed_back = (
        "{g} {v}ᵀ",
        "{u}ᵀ {g}",
    )

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        u, v = inputs
        return u @ v

    def pull_back(
        self, g: FloatArray, inputs: Sequence[FloatArray], w: FloatArray, **settings: int
    ) -> tuple[FloatArray, ...]:
        """Return what goes to each input."""
        u, v = inputs
        return g @ v.T, u.T @ g


MatrixProduct.mistakes = (
    OperationMistake(
        "right_not_transposed",
        Text("the transpose of the second factor is missing", "第二个因子没有转置"),
        "{g} {v}",
        Text(
            "dL/du = g vᵀ: the entry (i, j) of u meets row j of v",
            "dL/du = g vᵀ：u 的元素 (i, j) 与 v 的第 j 行相乘",
        ),
        to_input(0, lambda place: place.g @ place.inputs[1]),
    ),
    OperationMistake(
        "left_not_transposed",
        Text("the transpose of the first factor is missing", "第一个因子没有转置"),
        "{u} {g}",
        Text(
            "dL/dv = uᵀ g: the entry (i, j) of v meets column i of u",
            "dL/dv = uᵀ g：v 的元素 (i, j) 与 u 的第 i 列相乘",
        ),
        to_input(1, lambda place: place.inputs[0] @ place.g),
    ),
    OperationMistake(
        "left_order",
        Text("the factors of the share of u stand in the wrong order", "传给 u 的乘积次序颠倒了"),
        "{v}ᵀ {g}",
        Text(
            "dL/du = g vᵀ: the entry (i, j) of u meets row j of v",
            "dL/du = g vᵀ：u 的元素 (i, j) 与 v 的第 j 行相乘",
        ),
        to_input(0, lambda place: place.inputs[1].T @ place.g),
    ),
    OperationMistake(
        "right_order",
        Text("the factors of the share of v stand in the wrong order", "传给 v 的乘积次序颠倒了"),
        "{g} {u}ᵀ",
        Text(
            "dL/dv = uᵀ g: the entry (i, j) of v meets column i of u",
            "dL/dv = uᵀ g：v 的元素 (i, j) 与 u 的第 i 列相乘",
        ),
        to_input(1, lambda place: place.g @ place.inputs[0].T),
    ),
    OperationMistake(
        "left_transposed",
        Text("the share of u is transposed", "传给 u 的梯度被转置了"),
        "({g} {v}ᵀ)ᵀ",
        Text(
            "dL/du = g vᵀ: the entry (i, j) of u meets row j of v",
            "dL/du = g vᵀ：u 的元素 (i, j) 与 v 的第 j 行相乘",
        ),
        to_input(0, lambda place: place.inputs[1] @ place.g.T),
    ),
    OperationMistake(
        "right_transposed",
        Text("the share of v is transposed", "传给 v 的梯度被转置了"),
        "({u}ᵀ {g})ᵀ",
        Text(
            "dL/dv = uᵀ g: the entry (i, j) of v meets column i of u",
            "dL/dv = uᵀ g：v 的元素 (i, j) 与 u 的第 i 列相乘",
        ),
        to_input(1, lambda place: place.g.T @ place.inputs[0]),
    ),
    OperationMistake(
        "left_arriving_transposed",
        Text("what arrives is transposed in the share of u", "传给 u 的乘积中，到达的梯度被转置了"),
        "({g})ᵀ {v}ᵀ",
        Text(
            "dL/du = g vᵀ: the entry (i, j) of u meets row j of v",
            "dL/du = g vᵀ：u 的元素 (i, j) 与 v 的第 j 行相乘",
        ),
        to_input(0, lambda place: place.g.T @ place.inputs[1].T),
    ),
    OperationMistake(
        "right_arriving_transposed",
        Text("what arrives is transposed in the share of v", "传给 v 的乘积中，到达的梯度被转置了"),
        "{u}ᵀ ({g})ᵀ",
        Text(
            "dL/dv = uᵀ g: the entry (i, j) of v meets column i of u",
            "dL/dv = uᵀ g：v 的元素 (i, j) 与 u 的第 i 列相乘",
        ),
        to_input(1, lambda place: place.inputs[0].T @ place.g.T),
    ),
    OperationMistake(
        "averaged",
        Text("the share of v is divided by the number of rows", "传给 v 的梯度除以了行数"),
        "{u}ᵀ {g} / m",
        Text(
            "the rows add up; a mean belongs into the loss, once",
            "各行的贡献应当相加；若要平均，应在损失中做一次",
        ),
        to_input(1, lambda place: place.inputs[0].T @ place.g / len(place.g)),
    ),
    OperationMistake(
        "last_row",
        Text("only the last row counts in the share of v", "传给 v 的梯度只算了最后一行"),
        "{u}[-1]ᵀ {g}[-1]",
        Text("the rows add up", "各行的贡献应当相加"),
        to_input(1, lambda place: place.inputs[0][-1:].T @ place.g[-1:]),
    ),
)
