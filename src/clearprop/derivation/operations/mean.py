"""The mean of all entries, or along an axis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, Passed, Place
from clearprop.derivation.operations.operation import Operation
from clearprop.derivation.operations.total import axis_of, other_axis


@dataclass(frozen=True)
class Mean(Operation):
    """The mean of all entries, or along an axis."""

    name = "mean"
    sign = "mean"
    written = "mean({u}, {axis})"
    passed_back = (Text("{g} / n to every entry", "{g} / n 传给每个元素"),)
    settings: ClassVar[Mapping[str, int]] = {"axis": -1}

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        return inputs[0].mean(axis=axis_of(settings), keepdims=True)

    def pull_back(
        self, g: FloatArray, inputs: Sequence[FloatArray], w: FloatArray, **settings: int
    ) -> tuple[FloatArray, ...]:
        """Return what goes to each input."""
        count = inputs[0].size // w.size
        return (np.broadcast_to(g / count, inputs[0].shape).copy(),)


def _wrong_count(place: Place) -> Passed:
    count = place.inputs[0].shape[other_axis(place.settings)]
    return (np.broadcast_to(place.g / count, place.inputs[0].shape).copy(),)


Mean.mistakes = (
    OperationMistake(
        "held_constant",
        Text("the mean is held constant", "把均值当成常数"),
        "0",
        Text("it depends on every entry that it is the mean of", "均值依赖于参与平均的每个元素"),
        lambda place: (np.zeros_like(place.inputs[0]),),
    ),
    OperationMistake(
        "count_missing",
        Text("1/n is missing", "漏了 1/n"),
        "{g}",
        Text("that would be the sum", "那是求和的导数"),
        lambda place: (np.broadcast_to(place.g, place.inputs[0].shape).copy(),),
    ),
    OperationMistake(
        "wrong_count",
        Text("divided by the count of the other axis", "除以了另一个轴的长度"),
        Text("{g} / the other count", "{g} / 另一个轴的长度"),
        Text("n is the number of entries that the mean is taken of", "n 是参与平均的元素个数"),
        _wrong_count,
    ),
    OperationMistake(
        "other_axis",
        Text("the mean is taken along the other axis", "沿另一个轴取平均"),
        Text("mean({u}) along the other axis", "沿另一个轴的 mean({u})"),
        Text(
            "batch norm averages down the rows, layer norm along them",
            "批归一化沿行向下取平均，层归一化沿行向右取平均",
        ),
        lambda place: (
            np.broadcast_to(
                place.g / place.inputs[0].shape[other_axis(place.settings)], place.inputs[0].shape
            ).copy(),
        ),
        value=lambda place: place.inputs[0].mean(axis=other_axis(place.settings), keepdims=True),
    ),
)
