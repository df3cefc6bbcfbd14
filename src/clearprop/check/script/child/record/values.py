"""What a recorded program computes with: its arrays, wherever they stand, and their elements."""

from collections.abc import Callable
from typing import Any

import numpy as np

MAX_PARTS = 64
"""Arrays in a list or dict that is stored."""


def element(owner: Any, index: Any) -> Any:
    """Return ``owner[index]``, also where NumPy or pandas once took what they no longer take.

    That is a fraction for a whole number, another dimension of a column: ``y[:, np.newaxis]``, and
    a list of what to take along each axis.

    Examples
    --------
    >>> element(np.arange(6).reshape(2, 3), [slice(None), [0, 2]]).tolist()
    [[0, 2], [3, 5]]
    """
    if isinstance(owner, np.ndarray) and isinstance(index, list):
        index = tuple(index) if any(isinstance(part, slice) for part in index) else index
    try:
        return owner[index]
    except ValueError as error:
        if "Multi-dimensional indexing" not in str(error):
            raise
        return np.asarray(owner)[index]
    except (TypeError, IndexError):
        whole = with_whole_numbers(index)
        if whole is index:
            raise
        return owner[whole]


def with_whole_numbers(index: Any) -> Any:
    """Return an index whose fractions are cut off; the same where it has none."""
    if isinstance(index, slice):
        ends = [index.start, index.stop, index.step]
        cut = [int(end) if isinstance(end, float) else end for end in ends]
        return slice(*cut) if any(isinstance(end, float) for end in ends) else index
    if isinstance(index, tuple):
        parts = tuple(map(with_whole_numbers, index))
        return parts if any(a is not b for a, b in zip(parts, index, strict=True)) else index
    return int(index) if isinstance(index, float) else index


def parts(place: str, value: Any) -> list[tuple[str, Any]]:
    """Return a value, or the arrays in a list, dict or tuple, with the names of their places."""
    if isinstance(value, dict):
        items = [(f"{place}[{name!r}]", part) for name, part in list(value.items())[:MAX_PARTS]]
    elif isinstance(value, list | tuple):
        items = [(f"{place}[{number}]", part) for number, part in enumerate(value[:MAX_PARTS])]
    else:
        return [(place, value)]
    flat = []
    for name, part in items:
        if isinstance(part, list | tuple | dict):
            flat += parts(name, part)[:MAX_PARTS]
        elif isinstance(part, np.ndarray):
            flat.append((name, part))
    return flat


def arrays_of(value: Any) -> list[Any]:
    """Return the arrays in a list of some, as ``np.concatenate`` takes it; else the one array."""
    if isinstance(value, list | tuple) and any(isinstance(part, np.ndarray) for part in value):
        return list(value[:MAX_PARTS])
    return [array_of(value)]


def numbers_of(value: Any) -> Any:
    """Return a table of pandas, or a column, as an array; anything else as it is."""
    return value.to_numpy() if hasattr(type(value), "to_numpy") else value


def array_of(value: Any) -> Any:
    """Return a list of numbers as an array, anything else as it is."""
    if isinstance(value, list) and value and isinstance(value[0], float | int | list | np.ndarray):
        try:
            return np.asarray(value, dtype=float)
        except (ValueError, TypeError):
            return value
    return value


def factor_of(value: Any) -> Any:
    """Return a factor of a product of arrays: a list or a tuple of numbers as an array."""
    return array_of(list(value) if isinstance(value, tuple) else value)


COMPUTE: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "@": lambda left, right: left @ right,
    "**": lambda left, right: left**right,
}
