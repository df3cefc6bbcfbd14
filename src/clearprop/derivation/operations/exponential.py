"""eᵘ, entry by entry."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._typing import FloatArray
from clearprop.derivation.operations.operation import Elementwise


@dataclass(frozen=True)
class Exponential(Elementwise):
    """eᵘ, entry by entry."""

    name = "exp"
    sign = "exp"
    written = "exp({u})"
    passed_back = ("{g} ⊙ {w}",)

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        (u,) = inputs
        return np.exp(u)

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        return (w,)
