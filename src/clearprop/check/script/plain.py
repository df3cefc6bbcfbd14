"""Arrays as plain data and back, for the way between the two processes."""

from collections.abc import Mapping
from typing import Any

import numpy as np

MAX_NUMBERS = 200_000
"""A gradient of the fixtures has a few hundred; whatever is larger is no gradient."""


def as_plain(value: Any) -> Any:
    """Return what JSON can hold: arrays as lists with their shape and type, the rest as text."""
    if isinstance(value, np.ndarray):
        if value.size > MAX_NUMBERS or value.dtype.kind not in "biuf":
            return {"unreadable": f"array of shape {value.shape}, {value.dtype}"}
        return {"array": value.ravel().tolist(), "shape": value.shape, "dtype": str(value.dtype)}
    if isinstance(value, np.generic):
        return as_plain(np.asarray(value))
    if isinstance(value, Mapping):
        return {str(key): as_plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(part) for part in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return {"unreadable": type(value).__name__}


def from_plain(value: Any) -> Any:
    """Return data with its arrays restored; what could not be read is None."""
    if isinstance(value, dict):
        if "array" in value and "dtype" in value:
            return np.array(value["array"], dtype=value["dtype"]).reshape(value["shape"])
        if "unreadable" in value:
            return None
        return {key: from_plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [from_plain(part) for part in value]
    return value
