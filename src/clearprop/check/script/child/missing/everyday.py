"""Functions of every day, from a module that is missing or from an older pandas."""

from collections.abc import Callable
from typing import Any

import numpy as np


def get_dummies(data: Any, *given: Any, columns: Any = None, **settings: Any) -> Any:
    """Stand in for pandas' function where a made-up table lacks the columns: they hold words."""
    import pandas as pd

    for name in columns or ():
        if name not in data.columns:
            data[name] = np.array(["a", "b", "c"])[np.arange(len(data)) % 3]
    return pd.get_dummies(data, *given, columns=columns, **settings)


def few_kinds(data: Any) -> Any:
    """Return the kinds 0, 1, 2 in turn for a made-up column of fractions; else the data."""
    is_made_up = type(data).__module__.startswith("clearprop.")
    if not is_made_up or data.ndim != 1 or data.dtype.kind != "f":
        return data
    return type(data)(np.arange(len(data)) % 3, index=data.index, name=data.name)


def to_numeric(column: Any, *_: Any, **__: Any) -> Any:
    """Stand in for pandas' function as it was before pandas 3: what is no number stays."""
    import pandas as pd

    try:
        return pd.to_numeric(column)
    except (ValueError, TypeError):
        return column


def softmax(z: Any) -> Any:
    """Return the softmax of each row."""
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


HELPERS: dict[str, Callable[..., Any]] = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "softmax": softmax,
    "relu": lambda z: np.maximum(0, z),
    "tanh": np.tanh,
    "one_hot": lambda y, *given, **_: to_categorical(y, *given),
}
"""Functions that programs keep in modules of their own, which may be missing."""


def to_categorical(y: Any, num_classes: int | None = None, **_: Any) -> Any:
    """Return class numbers as rows of zeros and a one."""
    labels = np.asarray(y, dtype=int).ravel()
    return np.eye(num_classes or labels.max() + 1)[labels]
