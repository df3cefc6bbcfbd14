"""Few samples for a program that counts on many: a later part than there is, is there."""

import math
import re
from typing import Any

import numpy as np

RESHAPED = re.compile(r"cannot reshape array of size (\d+) into shape \(([-\d, ]+)\)")
"""What NumPy says of a shape that does not fit."""
MOST = 2000
"""Samples that are picked out, if there are not so many: each of them several times."""


class Rows(np.ndarray):
    """An array of which no part is empty, and no index is out of bounds.

    Examples
    --------
    >>> pictures = np.arange(8).view(Rows)
    >>> pictures[50_000:].tolist(), pictures[[9, 59_999]].tolist()
    ([4, 5, 6, 7], [1, 7])
    """

    def __getitem__(self, index: Any) -> Any:
        try:
            found = super().__getitem__(index)
        except IndexError:
            return super().__getitem__(self.inside(index))
        if isinstance(found, np.ndarray) and not found.size and self.size:
            return super().__getitem__(self.inside(index))
        return found

    def __iter__(self) -> Any:
        return (super(Rows, self).__getitem__(n) for n in range(len(self)))

    def to_numpy(self, *_: Any, **__: Any) -> "Rows":
        """Return the rows, as a table of pandas would: some loaders give one."""
        return self

    @property
    def values(self) -> "Rows":
        """The rows, as a table of pandas has them."""
        return self

    def inside(self, index: Any) -> Any:
        """Return an index that lies within bounds."""
        parts = index if isinstance(index, tuple) else (index,)
        known = zip(parts, self.shape, strict=False)
        return tuple(part_inside(part, n) for part, n in known)

    def __array_wrap__(
        self, array: Any, context: Any = None, return_scalar: bool = False, /
    ) -> Any:
        return array[()] if array.ndim == 0 else array.view(Rows)


def with_fewer_rows(said: str) -> tuple[int, ...] | None:
    """Return the shape that an array can have, where it has fewer rows than a shape counts on.

    Parameters
    ----------
    said : str
        What NumPy says of a shape that does not fit.

    Examples
    --------
    >>> with_fewer_rows("cannot reshape array of size 37632 into shape (60000,28,28)")
    (48, 28, 28)
    >>> with_fewer_rows("cannot reshape array of size 3072 into shape (784,)")
    """
    found = RESHAPED.search(said)
    if found is None:
        return None
    size, (rows, *rest) = int(found[1]), map(int, re.findall(r"-?\d+", found[2]))
    fits = bool(rest) and min(rest) > 0 and size % math.prod(rest) == 0
    return (size // math.prod(rest), *rest) if fits and rows > size // math.prod(rest) else None


def part_inside(part: Any, n: int) -> Any:
    """Return an index along an axis of n entries, or a slice of it that is not empty."""
    if isinstance(part, slice):
        if not isinstance(part.start, int) or part.start < n:
            return part
        length = n if part.stop is None else part.stop - part.start
        if length >= n:
            return slice(n // 2, None) if part.stop is None else slice(None)
        first = part.start % (n - length + 1)
        return slice(first, first + length)
    if isinstance(part, range):
        part = np.array(part)
    if isinstance(part, list | np.ndarray) and len(part) > max(n, MOST):  # of all samples there are
        part = part[:n]
    is_whole = isinstance(part, int | np.integer | list) or (
        isinstance(part, np.ndarray) and part.dtype.kind in "iu"
    )
    return np.asarray(part) % n if is_whole and not isinstance(part, bool) else part
