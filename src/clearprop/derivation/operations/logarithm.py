"""ln u, entry by entry."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._typing import FloatArray
from clearprop.derivation.operations.operation import Elementwise


@dataclass(frozen=True)
class Logarithm(Elementwise):
    """ln u, entry by entry."""

    name = "ln"
    sign = "ln"
    written = "ln({u})"
    passed_back = ("{g} / {u}",)

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        (u,) = inputs
        return np.log(u)

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        (u,) = inputs
        return (1 / u,)
