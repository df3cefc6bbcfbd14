"""Find weight matrices that are pieces of one flat vector, as Octave's optimisers want it."""

import math
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np

from clearprop._typing import FloatArray

FLAT = 4
"""Numbers of the shortest vector that may hold weight matrices."""


class Place(NamedTuple):
    """The place of a matrix in a flat vector: where it starts, and in which order it stands there.

    ``"C"`` is row by row, ``"F"`` column by column, as Octave has it.
    """

    start: int
    order: Literal["C", "F"]

    def piece(self, flat: FloatArray, shape: Sequence[int]) -> FloatArray:
        """Return what stands at this place of another vector."""
        size = math.prod(shape)
        return flat[self.start : self.start + size].reshape(tuple(shape), order=self.order)


def is_flat(shape: Sequence[int]) -> bool:
    """Return whether arrays of a shape are vectors, which may stand as one column or row."""
    size = math.prod(shape)
    return size >= FLAT and size == max(shape, default=0)


def place_in(flat: FloatArray, matrix: FloatArray, *, whole: bool = False) -> Place | None:
    """Return where the numbers of a matrix stand in a vector; None where they do not.

    With `whole` a matrix may be all of the vector.

    Examples
    --------
    >>> place_in(np.arange(7.0), np.array([[2.0, 4.0], [3.0, 5.0]]))
    Place(start=2, order='F')
    """
    if matrix.size < 2 or not matrix.any():
        return None
    if matrix.size > flat.size or (matrix.size == flat.size and not (whole and matrix.ndim > 1)):
        return None
    orders: tuple[Literal["C", "F"], ...] = ("C", "F")
    starts = flat.size - matrix.size + 1
    for order in orders[: matrix.ndim]:
        numbers = matrix.ravel(order=order)
        fit = np.flatnonzero(flat[:starts] == numbers[0])
        for probe in (1, matrix.size // 2, matrix.size - 1):
            fit = fit[flat[fit + probe] == numbers[probe]]
        for start in fit[:50]:
            if np.array_equal(flat[start : start + matrix.size], numbers):
                return Place(int(start), order)
    return None


def places_in(
    flat: FloatArray, matrices: Sequence[tuple[int, FloatArray]], *, whole: bool = False
) -> Iterator[tuple[int, Place]]:
    """Yield which of the numbered matrices are pieces of a vector, and where.

    Of two that overlap the first is one: the second was cut out of it.
    """
    taken = np.zeros(flat.size, dtype=bool)
    held = set(flat.tolist())
    for number, matrix in matrices:
        if not matrix.size or matrix.item(0) not in held:  # of most matrices that says enough
            continue
        found = place_in(flat, matrix, whole=whole)
        if found is not None and not taken[found.start : found.start + matrix.size].any():
            taken[found.start : found.start + matrix.size] = True
            yield number, found
