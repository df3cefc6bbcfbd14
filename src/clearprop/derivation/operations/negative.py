"""−u."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._typing import FloatArray
from clearprop.derivation.operations.operation import Elementwise


@dataclass(frozen=True)
class Negative(Elementwise):
    """−u."""

    name = "negative"
    sign = "−"
    written = "−{u}"
    passed_back = ("−{g}",)

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        (u,) = inputs
        return -u

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        return (-np.ones_like(w),)
