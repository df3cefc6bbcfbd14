"""The larger of u and v, entry by entry."""

from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.selecting import Selection, mistakes_in


@dataclass(frozen=True)
class Maximum(Selection):
    """The larger of u and v, entry by entry."""

    name = "max"
    sign = "max"
    written = "max({u}, {v})"
    passed_back = (
        Text("{g} where {u} is the larger", "{u} 较大处为 {g}"),
        Text("{g} where {v} is the larger", "{v} 较大处为 {g}"),
    )
    beyond = np.greater
    mistakes = mistakes_in(
        np.greater, Text("only the larger of both moves the result", "只有较大的一个影响结果")
    )

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        u, v = inputs
        return np.maximum(u, v)
