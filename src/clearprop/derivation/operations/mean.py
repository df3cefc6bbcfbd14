"""The mean of all entries, or along an axis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.operation import Operation
from clearprop.derivation.operations.total import axis_of


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
