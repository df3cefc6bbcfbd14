"""The sum of all entries, or along an axis: 0 down the rows, 1 along them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
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
