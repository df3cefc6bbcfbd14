"""Two matrices as one: side by side (axis 1), or one below the other (axis 0)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, Passed, Place
from clearprop.derivation.operations.operation import Operation


@dataclass(frozen=True)
class Concatenation(Operation):
    """Two matrices as one: side by side, or one below the other."""

    name = "concat"
    also_called = ("hstack",)
    sign = "concat"
    written = "concat({u}, {v})"
    passed_back = (
        Text("its part of {g}", "{g} 中属于它的部分"),
        Text("its part of {g}", "{g} 中属于它的部分"),
    )
    settings: ClassVar[Mapping[str, int]] = {"axis": 1}

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        return np.concatenate(inputs, axis=settings["axis"])

    def pull_back(
        self, g: FloatArray, inputs: Sequence[FloatArray], w: FloatArray, **settings: int
    ) -> tuple[FloatArray, ...]:
        """Return what goes to each input."""
        axis = settings["axis"]
        first, second = np.split(g, [inputs[0].shape[axis]], axis=axis)
        return first, second


def _parts_swapped(place: Place) -> Passed:
    axis = place.settings["axis"]
    second, first = np.split(place.g, [place.inputs[1].shape[axis]], axis=axis)
    return first, second


PARTS = Text("an entry of the result comes from one place alone", "结果的每个元素只来自一个位置")

Concatenation.mistakes = (
    OperationMistake(
        "parts_swapped",
        Text("each gets the part of the other", "两部分的梯度互换了"),
        Text("{u} gets the end of {g}, {v} its beginning", "{u} 得到 {g} 的后段，{v} 得到前段"),
        PARTS,
        _parts_swapped,
    ),
    OperationMistake(
        "not_split",
        Text("what arrives goes to both whole", "到达的梯度未切分就传给了两者"),
        "{g}",
        PARTS,
        lambda place: (place.g, place.g),
    ),
    OperationMistake(
        "first_only",
        Text("the second gets nothing", "第二个没有得到梯度"),
        "0",
        PARTS,
        lambda place: (place.right()[0], np.zeros_like(place.inputs[1])),
        loses_a_share=True,
    ),
    OperationMistake(
        "halved",
        Text("each part is halved", "每一部分被减半"),
        "½ {g}",
        PARTS,
        lambda place: tuple(share / 2 for share in place.right()),
    ),
)
