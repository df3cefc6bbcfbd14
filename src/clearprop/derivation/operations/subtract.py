"""u − v."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._typing import FloatArray
from clearprop.derivation.operations.operation import Elementwise


@dataclass(frozen=True)
class Subtract(Elementwise):
    """u − v."""

    name = "subtract"
    sign = "−"
    written = "{u} − {v}"
    passed_back = (
        "{g}",
        "−{g}",
    )

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        u, v = inputs
        return u - v

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        return np.ones_like(w), -np.ones_like(w)
