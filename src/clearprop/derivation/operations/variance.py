"""The variance along an axis: the mean of (u − mean u)²."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from clearprop._typing import FloatArray
from clearprop.derivation.operations.operation import Operation
from clearprop.derivation.operations.total import axis_of


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
