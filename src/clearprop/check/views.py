"""NumPy views of other libraries' arrays, without importing any of those libraries."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def as_numpy(given: Any) -> Array:
    """Return an array of any library as NumPy's: a PyTorch tensor, a JAX array, a list of numbers.

    Raises
    ------
    ValueError, TypeError
        If it holds no rectangle of numbers.
    """
    for leave in ("detach", "cpu"):  # a tensor that autograd follows, or that lives on a GPU
        if hasattr(given, leave):
            given = getattr(given, leave)()
    array = np.asarray(given)
    if array.dtype.kind not in "biufc":
        raise TypeError(f"no numbers: {array.dtype}")
    return array


def like(array: Array, original: Any) -> Any:
    """Return NumPy numbers as an array of the library that `original` comes from.

    NumPy's stay as they are; a PyTorch tensor keeps its type, device and whether autograd follows.
    """
    library = type(original).__module__.partition(".")[0]
    if library == "torch":
        tensor = original.detach().new_tensor(array)
        return tensor.requires_grad_(original.requires_grad)
    if isinstance(original, np.matrix):
        return np.asmatrix(array)
    if isinstance(original, np.ndarray | np.generic | float | int | list):
        return array if np.ndim(original) else float(array)
    if hasattr(original, "__array_namespace__"):
        return original.__array_namespace__().asarray(array)
    return array
