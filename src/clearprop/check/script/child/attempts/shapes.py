"""Hand parameters to a person's code in its own form, and read back what it made of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.fixtures import Fixture


def in_convention(fixture: Fixture, convention: str, bias: str) -> dict[str, FloatArray]:
    """Return the parameters of a fixture in a person's shapes, under ``"W1"``, ``"b1"`` ….

    Parameters
    ----------
    convention : {"row", "column"}
        Whether W is (n_in, n_out) or (n_out, n_in).
    bias : {"line", "flat", "none"}
        A matrix of one row or column, a vector, or no biases at all.
    """
    arrays = {}
    for name, array in fixture.params.items():
        if name.startswith("W"):
            arrays[name] = np.array(array.T if convention == "column" else array, order="C")
        elif bias == "flat":
            arrays[name] = array.copy()
        elif bias == "line":
            arrays[name] = (
                array[:, None].copy() if convention == "column" else array[None, :].copy()
            )
    return arrays


def styled(arrays: Mapping[str, FloatArray], style: str, keys: Sequence[str]) -> Any:
    """Return parameters as a person keeps them.

    Parameters
    ----------
    style : {"dict", "layers", "pairs"}
        One dict of all arrays; a list with a dict ``{"W": …, "b": …}`` a layer; or a list with a
        pair (W, b) a layer.
    keys : sequence of str
        Keys of the person's own dict, such as ``"weights1"``; ``"W1"`` where there are none.
    """
    if style == "dict":
        own = own_keys(keys)
        return {own.get(name, name): array for name, array in arrays.items()}
    depth = max(int(name[1:]) for name in arrays)
    layers = [
        {kind: arrays[f"{kind}{layer}"] for kind in "Wb" if f"{kind}{layer}" in arrays}
        for layer in range(1, depth + 1)
    ]
    return layers if style == "layers" else [tuple(layer.values()) for layer in layers]


def own_keys(keys: Sequence[str]) -> dict[str, str]:
    """Return the person's key for each of our names, as far as their script spells them out."""
    from clearprop.check.naming import named_arrays

    return {
        name: str(key) for name, key in named_arrays({k: k for k in keys}, gradients=False).items()
    }


def is_numeric(value: Any) -> bool:
    """Return whether this is an array of numbers, or one number."""
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind in "biuf"
    return isinstance(value, int | float) and not isinstance(value, bool)
