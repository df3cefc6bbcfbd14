"""u to the power v, which must not depend on anything."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._typing import FloatArray
from clearprop.derivation.operations.operation import Elementwise


@dataclass(frozen=True)
class Power(Elementwise):
    """u to the power v, which must not depend on anything."""

    name = "power"
    sign = "^"
    written = "{u} ^ {v}"
    passed_back = (
        "{g} ⊙ {v} {u} ^ ({v} − 1)",
        "{g} ⊙ {w} ln {u}",
    )

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        u, v = inputs
        return np.float_power(u, v)

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        u, v = inputs
        return v * np.float_power(u, v - 1), w * np.log(np.where(u > 0, u, 1.0))
