"""The smaller of u and v, entry by entry."""

from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.selecting import Selection, mistakes_in


@dataclass(frozen=True)
class Minimum(Selection):
    """The smaller of u and v, entry by entry."""

    name = "min"
    sign = "min"
    written = "min({u}, {v})"
    passed_back = (
        Text("{g} where {u} is the smaller", "{u} 较小处为 {g}"),
        Text("{g} where {v} is the smaller", "{v} 较小处为 {g}"),
    )
    beyond = np.less
    mistakes = mistakes_in(
        np.less, Text("only the smaller of both moves the result", "只有较小的一个影响结果")
    )

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        u, v = inputs
        return np.minimum(u, v)
