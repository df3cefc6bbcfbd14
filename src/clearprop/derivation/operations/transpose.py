"""uᵀ: rows become columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from clearprop._typing import FloatArray
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
