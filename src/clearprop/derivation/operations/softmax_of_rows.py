"""Softmax of every row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, Place
from clearprop.derivation.operations.operation import Operation


@dataclass(frozen=True)
class SoftmaxOfRows(Operation):
    """Softmax of every row."""

    name = "softmax"
    sign = "softmax"
    is_of_rows = True
    written = "softmax({u})"
    passed_back = ("{w} ⊙ ({g} − Σ {g} ⊙ {w})",)

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        powers = np.exp(inputs[0] - inputs[0].max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)

    def pull_back(
        self, g: FloatArray, inputs: Sequence[FloatArray], w: FloatArray, **settings: int
    ) -> tuple[FloatArray, ...]:
        """Return what goes to each input."""
        return (w * (g - (g * w).sum(axis=-1, keepdims=True)),)


def _of_columns(place: Place) -> FloatArray:
    return SoftmaxOfRows().value(place.inputs[0].T).T


SoftmaxOfRows.mistakes = (
    OperationMistake(
        "diagonal_only",
        Text("only the diagonal of the Jacobian", "只用了雅可比矩阵的对角线"),
        "{g} ⊙ {w} ⊙ (1 − {w})",
        Text(
            "every output of softmax depends on every input: Jacobian diag(w) − w wᵀ",
            "softmax 的每个输出依赖于所有输入：雅可比矩阵为 diag(w) − w wᵀ",
        ),
        lambda place: (place.g * place.w * (1 - place.w),),
    ),
    OperationMistake(
        "sum_missing",
        Text("the sum over the row is missing", "漏了对整行的求和"),
        "{w} ⊙ {g}",
        Text(
            "every output of softmax depends on every input: Jacobian diag(w) − w wᵀ",
            "softmax 的每个输出依赖于所有输入：雅可比矩阵为 diag(w) − w wᵀ",
        ),
        lambda place: (place.w * place.g,),
    ),
    OperationMistake(
        "sum_unweighted",
        Text("the sum over the row is taken without the weights w", "对整行求和时没有乘以 w"),
        "{w} ⊙ ({g} − Σ {g})",
        Text(
            "every output of softmax depends on every input: Jacobian diag(w) − w wᵀ",
            "softmax 的每个输出依赖于所有输入：雅可比矩阵为 diag(w) − w wᵀ",
        ),
        lambda place: (place.w * (place.g - place.g.sum(axis=1, keepdims=True)),),
    ),
    OperationMistake(
        "sum_over_columns",
        Text("the sum goes down the columns on the way back", "反向时沿列求和"),
        Text("{w} ⊙ ({g} − Σ {g} ⊙ {w}), Σ down the columns", "{w} ⊙ ({g} − Σ {g} ⊙ {w})，Σ 沿列"),
        Text("each row is a softmax of its own", "每一行是一个独立的 softmax"),
        lambda place: (place.w * (place.g - (place.g * place.w).sum(axis=0, keepdims=True)),),
    ),
    OperationMistake(
        "left_out",
        Text("the derivative is left out", "漏掉了导数"),
        "{g}",
        Text(
            "every output of softmax depends on every input: Jacobian diag(w) − w wᵀ",
            "softmax 的每个输出依赖于所有输入：雅可比矩阵为 diag(w) − w wᵀ",
        ),
        lambda place: (place.g,),
    ),
    OperationMistake(
        "over_columns",
        Text("softmax of every column in place of every row", "对每一列而不是每一行做 softmax"),
        Text("softmax({u}) down the columns", "沿列的 softmax({u})"),
        Text("each row must add up to 1", "每一行之和应为 1"),
        lambda place: (
            _of_columns(place)
            * (place.g - (place.g * _of_columns(place)).sum(axis=0, keepdims=True)),
        ),
        value=lambda place: _of_columns(place),
    ),
)
