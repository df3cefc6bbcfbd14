"""Softmax of every row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._typing import FloatArray
from clearprop.derivation.operations.operation import Operation


@dataclass(frozen=True)
class SoftmaxOfRows(Operation):
    """Softmax of every row."""

    name = "softmax"
    sign = "softmax"
    written = "softmax({u})"
    passed_back = ("{w} ⊙ ({g} − Σ {g} ⊙ {w})",)

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        powers = np.exp(inputs[0] - inputs[0].max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)

    def pull_back(
        self, g: FloatArray, inputs: Sequence[FloatArray], w: FloatArray, **settings: int
    ) -> tuple[FloatArray, ...]:
        """Return what goes to each input."""
        return (w * (g - (g * w).sum(axis=-1, keepdims=True)),)
