"""All entries in one row, row after row, as a dense layer takes a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake
from clearprop.derivation.operations.operation import Operation


@dataclass(frozen=True)
class Flattening(Operation):
    """All entries in one row, row after row."""

    name = "flatten"
    also_called = ("ravel",)
    sign = "flatten"
    written = "flatten({u})"
    passed_back = (Text("{g} in the shape of {u}", "{g} 还原为 {u} 的形状"),)

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        return inputs[0].reshape(1, -1)

    def pull_back(
        self, g: FloatArray, inputs: Sequence[FloatArray], w: FloatArray, **settings: int
    ) -> tuple[FloatArray, ...]:
        """Return what goes to each input."""
        return (g.reshape(inputs[0].shape),)


ORDER = Text("an entry goes back to the place that it came from", "每个元素应回到它原来的位置")

Flattening.mistakes = (
    OperationMistake(
        "not_put_back",
        Text("what comes back stays one row", "传回的梯度仍是一行"),
        "{g}",
        Text("the share of u has the shape of u", "传给 u 的梯度与 u 同形"),
        lambda place: (place.g.copy(),),
    ),
    OperationMistake(
        "column_by_column",
        Text("put back column by column", "按列还原"),
        "{g}.reshape(u.shape, order='F')",
        ORDER,
        lambda place: (place.g.reshape(place.inputs[0].shape, order="F"),),
    ),
    OperationMistake(
        "backwards",
        Text("put back in reverse order", "按相反的次序还原"),
        "{g}[::-1]",
        ORDER,
        lambda place: (np.flip(place.g).reshape(place.inputs[0].shape),),
    ),
)
