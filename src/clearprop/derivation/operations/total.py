"""The sum of all entries, or along an axis: 0 down the rows, 1 along them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, Passed, Place
from clearprop.derivation.operations.operation import Operation


@dataclass(frozen=True)
class Total(Operation):
    """The sum of all entries, or along an axis: 0 down the rows, 1 along them."""

    name = "sum"
    sign = "Σ"
    written = "sum({u}, {axis})"
    passed_back = (Text("{g} to every entry", "{g} 传给每个元素"),)
    settings: ClassVar[Mapping[str, int]] = {"axis": -1}

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        axis = axis_of(settings)
        return inputs[0].sum(axis=axis, keepdims=True)

    def pull_back(
        self, g: FloatArray, inputs: Sequence[FloatArray], w: FloatArray, **settings: int
    ) -> tuple[FloatArray, ...]:
        """Return what goes to each input."""
        return (np.broadcast_to(g, inputs[0].shape).copy(),)


def axis_of(settings: object) -> int | None:
    """Return the axis that was asked for; None for all entries."""
    axis = dict(settings)["axis"]  # type: ignore[call-overload]
    return None if axis < 0 else axis


def other_axis(settings: object) -> int:
    """Return the axis that was not asked for."""
    axis = axis_of(settings)
    if axis is None:
        raise ValueError("all entries are added up")
    return 1 - axis


def _to_the_first(place: Place) -> Passed:
    (u,) = place.inputs
    found = np.zeros_like(u)
    rows, columns = place.w.shape
    found[:rows, :columns] = place.g
    return (found,)


Total.mistakes = (
    OperationMistake(
        "averaged",
        Text("what arrives is divided by the number of entries", "到达的梯度除以了元素个数"),
        "{g} / n",
        Text("that would be the mean", "那是求平均的导数"),
        lambda place: (place.right()[0] * place.w.size / place.inputs[0].size,),
    ),
    OperationMistake(
        "first_only",
        Text(
            "only the first of the entries that were added gets its share",
            "只有相加的元素中的第一个得到梯度",
        ),
        Text("{g} to the first entry", "{g} 只传给第一个元素"),
        Text("every entry of the sum has the slope 1", "和对每个元素的导数都是 1"),
        _to_the_first,
    ),
    OperationMistake(
        "itself",
        Text("multiplied by the entries", "乘上了元素自身"),
        "{g} ⊙ {u}",
        Text("every entry of the sum has the slope 1", "和对每个元素的导数都是 1"),
        lambda place: (place.g * place.inputs[0],),
    ),
    OperationMistake(
        "other_axis",
        Text("added up along the other axis", "沿另一个轴求和"),
        Text("sum({u}) along the other axis", "沿另一个轴的 sum({u})"),
        Text("axis 0 goes down the rows, axis 1 along them", "轴 0 沿行向下，轴 1 沿行向右"),
        lambda place: (np.broadcast_to(place.g, place.inputs[0].shape).copy(),),
        value=lambda place: place.inputs[0].sum(axis=other_axis(place.settings), keepdims=True),
    ),
)
