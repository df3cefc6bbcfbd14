"""Which rows of data stay where there are very many, and what is left of arrays then."""

from typing import Any

import numpy as np

MANY = 5000
"""Rows from which a file is shortened."""
PARTS = 8
"""Members of a tuple or list that are data, and no rows themselves."""


def spread(rows: int, kept: int) -> Any:
    """Return the numbers of the rows that stay, from the first to the last.

    Rows may be sorted by their class. Samples and their targets have as many rows, and keep those
    that belong together.
    """
    return np.linspace(0, rows - 1, kept).astype(int)


def with_few_rows(data: Any, kept: int) -> Any:
    """Return data with a few of very many rows; the same object where it has not so many.

    Examples
    --------
    >>> X, (y, names) = with_few_rows((np.zeros((5000, 4)), [np.arange(5000), ["a", "b"]]), 3)
    >>> X.shape, y.tolist(), names
    ((3, 4), [0, 2499, 4999], ['a', 'b'])
    """
    return cut(data, kept, counts_in(data))


def counts_in(data: Any) -> set[int]:
    """Return how many rows the arrays in data have that have very many."""
    if isinstance(data, np.ndarray):
        return {len(data)} if data.ndim and len(data) >= MANY else set()
    return set().union(*map(counts_in, members(data)))


def members(data: Any) -> list[Any]:
    """Return what a dict, or a short tuple or list, holds."""
    if isinstance(data, dict):
        return list(data.values())
    return list(data) if isinstance(data, tuple | list) and len(data) <= PARTS else []


def cut(data: Any, kept: int, counts: set[int]) -> Any:
    """Return data with a few rows of all that has one of these counts of them."""
    if isinstance(data, np.ndarray):
        return data[spread(len(data), kept)] if data.ndim and len(data) in counts else data
    if isinstance(data, list) and len(data) in counts:
        return [data[n] for n in spread(len(data), kept)]
    held = members(data)
    parts = [cut(part, kept, counts) for part in held]
    if all(part is before for part, before in zip(parts, held, strict=True)):
        return data
    return dict(zip(data, parts, strict=True)) if isinstance(data, dict) else type(data)(parts)
