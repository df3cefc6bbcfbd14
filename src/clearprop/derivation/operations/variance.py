"""The variance along an axis: the mean of (u − mean u)²."""

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
class Variance(Operation):
    """The variance along an axis: the mean of (u − mean u)²."""

    name = "var"
    sign = "var"
    written = "var({u}, {axis})"
    passed_back = ("2/n ({u} − mean {u}) ⊙ {g}",)
    settings: ClassVar[Mapping[str, int]] = {"axis": -1}

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        return inputs[0].var(axis=axis_of(settings), keepdims=True)

    def pull_back(
        self, g: FloatArray, inputs: Sequence[FloatArray], w: FloatArray, **settings: int
    ) -> tuple[FloatArray, ...]:
        """Return what goes to each input."""
        (u,) = inputs
        count = u.size // w.size
        return (2 / count * (u - u.mean(axis=axis_of(settings), keepdims=True)) * g,)


def _sample(place: Place) -> float:
    """Return n / (n − 1)."""
    count = place.inputs[0].size // place.w.size
    if count < 2:
        raise ValueError("one entry has no sample variance")
    return count / (count - 1)


def _along_the_other(place: Place) -> Passed:
    (u,), axis = place.inputs, other_axis(place.settings)
    return (2 / u.shape[axis] * (u - u.mean(axis=axis, keepdims=True)) * place.g,)


Variance.mistakes = (
    OperationMistake(
        "held_constant",
        Text("the variance is held constant", "把方差当成常数"),
        "0",
        Text("it depends on every entry that it is the variance of", "方差依赖于每个元素"),
        lambda place: (np.zeros_like(place.inputs[0]),),
    ),
    OperationMistake(
        "sample_variance",
        Text("n − 1 in place of n, forward and backward", "前向和反向都用了 n − 1 而不是 n"),
        "2/(n − 1) ({u} − mean {u}) ⊙ {g}",
        Text(
            "this variance is the mean of the squares: it divides by n",
            "这里的方差是平方的平均，除以 n",
        ),
        lambda place: (place.right()[0] * _sample(place),),
        value=lambda place: place.w * _sample(place),
    ),
    OperationMistake(
        "sample_slope",
        Text("n − 1 in place of n on the way back", "反向时用了 n − 1 而不是 n"),
        "2/(n − 1) ({u} − mean {u}) ⊙ {g}",
        Text(
            "this variance is the mean of the squares: it divides by n",
            "这里的方差是平方的平均，除以 n",
        ),
        lambda place: (place.right()[0] * _sample(place),),
    ),
    OperationMistake(
        "two_missing",
        Text("the factor 2 is missing", "漏了系数 2"),
        "1/n ({u} − mean {u}) ⊙ {g}",
        Text("a square has the derivative 2 (u − mean)", "平方的导数是 2 (u − 均值)"),
        lambda place: (place.right()[0] / 2,),
    ),
    OperationMistake(
        "count_missing",
        Text("1/n is missing", "漏了 1/n"),
        "2 ({u} − mean {u}) ⊙ {g}",
        Text("the variance is a mean", "方差是一个平均值"),
        lambda place: (place.right()[0] * place.inputs[0].size / place.w.size,),
    ),
    OperationMistake(
        "not_centred",
        Text("the mean is not subtracted", "没有减去均值"),
        "2/n {u} ⊙ {g}",
        Text("the derivative is 2/n (u − mean u)", "导数是 2/n (u − mean u)"),
        lambda place: (2 * place.w.size / place.inputs[0].size * place.inputs[0] * place.g,),
    ),
    OperationMistake(
        "other_axis",
        Text("the variance is taken along the other axis", "沿另一个轴取方差"),
        Text("var({u}) along the other axis", "沿另一个轴的 var({u})"),
        Text(
            "batch norm goes down the rows, layer norm along them",
            "批归一化沿行向下，层归一化沿行向右",
        ),
        _along_the_other,
        value=lambda place: place.inputs[0].var(axis=other_axis(place.settings), keepdims=True),
    ),
)
