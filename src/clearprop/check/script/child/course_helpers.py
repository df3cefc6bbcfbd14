"""Helper modules that courses hand out with their notebooks, for a notebook that has lost them."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

HELPERS = re.compile(r"(planar|init|reg|opt|gc|lr|dnn|dnn_app|rnn)_utils", re.IGNORECASE)
"""Names of such modules."""
WITH_CACHE = re.compile(r"dnn_", re.IGNORECASE)
"""Modules whose activations hand back z as well, for the way back."""

DATA = ("load_dataset", "load_planar_dataset")
"""Loaders of data that these modules hold."""


def sigmoid(z: Any) -> Any:
    """Return σ(z)."""
    return 1 / (1 + np.exp(-z))


def relu(z: Any) -> Any:
    """Return max(0, z)."""
    return np.maximum(0, z)


def softmax(z: Any) -> Any:
    """Return the shares of classes, one sample a column."""
    e = np.exp(z - np.max(z))
    return e / e.sum(axis=0)


def sigmoid_backward(dA: Any, cache: Any) -> Any:
    """Return dA ⊙ σ′(z) for the z in the cache."""
    s = sigmoid(cache)
    return dA * s * (1 - s)


def relu_backward(dA: Any, cache: Any) -> Any:
    """Return dA where z > 0, else 0."""
    return np.where(cache > 0, dA, 0.0)


def with_cache(f: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, Any]]:
    """Return z ↦ (f(z), z)."""
    return lambda z: (f(z), z)


def helpers_of(module: str, loaders: Mapping[str, Any]) -> dict[str, Any]:
    """Return the functions that a course's module of this name has, by their names.

    Parameters
    ----------
    module : str
    loaders : mapping of str to callable
        Functions that make data up, by the names of those that load some.

    Examples
    --------
    >>> sorted(helpers_of("dnn_utils_v2", {}))
    ['relu', 'relu_backward', 'sigmoid', 'sigmoid_backward']
    """
    if not HELPERS.search(module):
        return {}
    data = {name: make for name, make in loaders.items() if name in DATA}
    if not WITH_CACHE.search(module):
        return {**data, "sigmoid": sigmoid, "relu": relu, "softmax": softmax}
    if "load_dataset" in data:  # the same pictures under another name
        data["load_data"] = data["load_dataset"]
    return {
        **data,
        "sigmoid": with_cache(sigmoid),
        "relu": with_cache(relu),
        "sigmoid_backward": sigmoid_backward,
        "relu_backward": relu_backward,
    }
