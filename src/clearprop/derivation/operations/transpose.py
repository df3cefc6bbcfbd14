"""uᵀ: rows become columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake
from clearprop.derivation.operations.operation import Operation


@dataclass(frozen=True)
class Transpose(Operation):
    """uᵀ: rows become columns."""

    name = "transpose"
    sign = "T"
    written = "{u}ᵀ"
    passed_back = ("({g})ᵀ",)

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        return inputs[0].T

    def pull_back(
        self, g: FloatArray, inputs: Sequence[FloatArray], w: FloatArray, **settings: int
    ) -> tuple[FloatArray, ...]:
        """Return what goes to each input."""
        return (g.T,)


Transpose.mistakes = (
    OperationMistake(
        "not_turned_back",
        Text("what comes back is not transposed", "传回的梯度没有转置"),
        "{g}",
        Text(
            "the share of u has the shape of u, entry (i, j) from (j, i)",
            "传给 u 的梯度与 u 同形，元素 (i, j) 来自 (j, i)",
        ),
        lambda place: (place.g,),
    ),
    OperationMistake(
        "reshaped",
        Text("what comes back is reshaped in place of transposed", "用 reshape 代替了转置"),
        "{g}.reshape(u.shape)",
        Text(
            "reshape keeps the order of the entries, a transpose does not",
            "reshape 不改变元素的顺序，转置会改变",
        ),
        lambda place: (place.g.reshape(place.inputs[0].shape),),
    ),
    OperationMistake(
        "rotated",
        Text("what comes back is rotated in place of transposed", "用旋转代替了转置"),
        "rot90({g})",
        Text("a transpose mirrors at the diagonal", "转置是沿对角线翻转"),
        lambda place: (np.rot90(place.g),),
    ),
)
