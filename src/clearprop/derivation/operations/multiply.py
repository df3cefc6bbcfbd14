"""u ⊙ v, entry times entry."""

from collections.abc import Sequence
from dataclasses import dataclass

from clearprop._typing import FloatArray
from clearprop.derivation.operations.operation import Elementwise


@dataclass(frozen=True)
class Multiply(Elementwise):
    """u ⊙ v, entry times entry."""

    name = "multiply"
    sign = "⊙"
    written = "{u} ⊙ {v}"
    passed_back = (
        "{g} ⊙ {v}",
        "{g} ⊙ {u}",
    )

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        u, v = inputs
        return u * v

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        u, v = inputs
        return v, u
