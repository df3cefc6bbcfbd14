"""The largest of all entries, or along an axis: 0 down the rows, 1 along them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, Passed, Place
from clearprop.derivation.operations.operation import Operation
from clearprop.derivation.operations.total import axis_of, other_axis


@dataclass(frozen=True)
class Largest(Operation):
    """The largest of all entries, or along an axis; the first of several equal ones."""

    name = "largest"
    sign = "max"
    written = "largest({u}, {axis})"
    passed_back = (Text("{g} to the place of the largest entry", "{g} 传到最大元素处"),)
    settings: ClassVar[Mapping[str, int]] = {"axis": -1}

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        return inputs[0].max(axis=axis_of(settings), keepdims=True)

    def pull_back(
        self, g: FloatArray, inputs: Sequence[FloatArray], w: FloatArray, **settings: int
    ) -> tuple[FloatArray, ...]:
        """Return what goes to each input."""
        return (g * _first(inputs[0] == w, axis_of(settings)),)


def _first(chosen: FloatArray, axis: int | None) -> FloatArray:
    """Return 1 for the first chosen entry along an axis, and 0 elsewhere."""
    if axis is None:
        return (np.cumsum(chosen).reshape(chosen.shape) * chosen == 1).astype(float)
    return (np.cumsum(chosen, axis) * chosen == 1).astype(float)


def _shared(weights: Callable[[FloatArray, FloatArray, int | None], FloatArray]):
    """Return a pull-back that shares what arrives by weights of u, w and the axis."""

    def pull_back(place: Place) -> Passed:
        return (place.g * weights(place.inputs[0], place.w, axis_of(place.settings)),)

    return pull_back


ONLY = Text("only the largest entry moves the result", "只有最大的元素影响结果")

Largest.mistakes = (
    OperationMistake(
        "to_all",
        Text("what arrives goes to every entry", "到达的梯度传给了每个元素"),
        Text("{g} to every entry", "{g} 传给每个元素"),
        ONLY,
        _shared(lambda u, w, axis: np.ones_like(u)),
    ),
    OperationMistake(
        "shared_equally",
        Text("what arrives is shared equally, as with the mean", "到达的梯度被平分，像求平均一样"),
        "{g} / n",
        ONLY,
        _shared(lambda u, w, axis: np.full_like(u, w.size / u.size)),
    ),
    OperationMistake(
        "times_entry",
        Text("what arrives is multiplied by the largest entry", "到达的梯度乘上了最大元素"),
        "{g} ⊙ {w}",
        Text("the slope of the largest entry is 1", "最大元素的导数是 1"),
        lambda place: (place.right()[0] * place.inputs[0],),
    ),
    OperationMistake(
        "other_axis",
        Text("the largest entry is taken along the other axis", "沿另一个轴取最大值"),
        Text("largest({u}) along the other axis", "沿另一个轴的 largest({u})"),
        Text("axis 0 goes down the rows, axis 1 along them", "轴 0 沿行向下，轴 1 沿行向右"),
        lambda place: (place.g * _first(place.inputs[0] == place.w, other_axis(place.settings)),),
        value=lambda place: place.inputs[0].max(axis=other_axis(place.settings), keepdims=True),
    ),
    OperationMistake(
        "to_all_equal",
        Text(
            "what arrives goes to each of several equal largest entries",
            "到达的梯度传给了每个并列的最大元素",
        ),
        Text("{g} to every entry that equals {w}", "{g} 传给等于 {w} 的每个元素"),
        Text(
            "together they get it once: one of them, or shares that add up to 1",
            "它们合起来只得到一份：给其中一个，或按份额分配",
        ),
        _shared(lambda u, w, axis: (u == w).astype(float)),
    ),
    OperationMistake(
        "shared_among_equal",
        Text("several equal largest entries share it", "并列的最大元素平分梯度"),
        Text("{g} / their number", "{g} / 并列的个数"),
        Text(
            "there is no derivative where two are equal; equal shares will do",
            "并列处不可导，平分也可以",
        ),
        _shared(lambda u, w, axis: (u == w) / (u == w).sum(axis=axis, keepdims=True)),
        harmless=True,
    ),
)
