"""The largest entry of every size × size square of a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.operation import Operation


@dataclass(frozen=True)
class MaxPooling(Operation):
    """The largest entry of every size × size square of a picture."""

    name = "max_pool"
    sign = "max"
    written = "max_pool({u}, {size})"
    passed_back = (Text("{g} to the place of each largest entry", "{g} 传到各最大元素处"),)
    settings: ClassVar[Mapping[str, int]] = {"size": 2}

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        blocks = squares(inputs[0], settings["size"])
        return blocks.max(axis=(1, 3))

    def pull_back(
        self, g: FloatArray, inputs: Sequence[FloatArray], w: FloatArray, **settings: int
    ) -> tuple[FloatArray, ...]:
        """Return what goes to each input."""
        (picture,), size = inputs, settings["size"]
        found = np.zeros_like(picture)
        for i, j in np.ndindex(g.shape):
            square = picture[i * size : (i + 1) * size, j * size : (j + 1) * size]
            a, b = np.unravel_index(square.argmax(), square.shape)
            found[i * size + a, j * size + b] += g[i, j]
        return (found,)


def squares(picture: FloatArray, size: int) -> FloatArray:
    """Return the squares of a picture, (rows, size, columns, size); a rest at the edge is cut."""
    rows, columns = (length // size for length in picture.shape)
    return picture[: rows * size, : columns * size].reshape(rows, size, columns, size)
