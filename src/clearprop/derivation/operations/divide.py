"""u / v, entry by entry."""

from collections.abc import Sequence
from dataclasses import dataclass

from clearprop._typing import FloatArray
from clearprop.derivation.operations.operation import Elementwise


@dataclass(frozen=True)
class Divide(Elementwise):
    """u / v, entry by entry."""

    name = "divide"
    sign = "÷"
    written = "{u} / {v}"
    passed_back = (
        "{g} / {v}",
        "−{g} ⊙ {u} / {v}²",
    )

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        u, v = inputs
        return u / v

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        u, v = inputs
        return 1 / v, -u / v**2
