"""Arrays of a program in the row convention: samples are rows, and W is (n_in, n_out)."""

from collections.abc import Iterator, Sequence

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.observed import ObservedLayer
from clearprop.check.script.schema import UnusableError


def rows(array: FloatArray, layer: ObservedLayer) -> FloatArray:
    """Return samples as rows."""
    if array.ndim == 1:
        one_unit = layer.weights.before.ndim == 1 and array.shape != layer.weights.before.shape
        return array[:, None] if one_unit else array[None, :]
    if array.ndim == 3:  # W times each matrix of a stack, or each of them times W
        return stacked(array, 1 if layer.first else 2)
    if array.ndim != 2:
        raise UnusableError("samples are rows of a matrix")
    return array.T if layer.first else array


def stacked(array: FloatArray, features: int) -> FloatArray:
    """Return a stack of matrices as rows of samples; `features` is the axis of the units."""
    return np.moveaxis(array, features, 2).reshape(-1, array.shape[features])


def oriented(array: FloatArray, layer: ObservedLayer) -> FloatArray:
    """Return weights as (n_in, n_out)."""
    if array.ndim == 1:
        return array[:, None]
    if array.ndim != 2:
        raise UnusableError("weights are a matrix")
    return array.T if layer.first != layer.turned else array


def oriented_like(array: FloatArray, z: FloatArray) -> list[FloatArray]:
    """Return an array in the shape of the outputs, (m, K): as it is, or turned."""
    if array.shape == z.shape:
        both = array.shape[0] == array.shape[1] > 1
        return [array, array.T] if both else [array]
    if array.T.shape == z.shape:
        return [array.T]
    if array.size == z.size and 1 in z.shape:
        return [array.reshape(z.shape)]
    if array.size == z.size and array.ndim == 3:
        return [stacked(array, axis) for axis in (2, 1) if array.shape[axis] == z.shape[1]]
    return []


def joined(lists: Sequence[Sequence[FloatArray]], z: FloatArray) -> Iterator[FloatArray]:
    """Yield arrays of one run, or those of several runs one below the other."""
    if len(lists) == 1:
        yield from lists[0]
        return
    each = len(z) // len(lists)
    for arrays in zip(*lists, strict=False):
        parts = [reshaped(array, each, z.shape[1]) for array in arrays]
        if all(part is not None for part in parts):
            yield np.vstack([part for part in parts if part is not None])


def reshaped(array: FloatArray, m: int, K: int) -> FloatArray | None:
    """Return an array of one run as (m, K)."""
    if array.shape == (m, K):
        return array
    if array.shape == (K, m):
        return array.T
    return array.reshape(m, K) if array.size == m * K and 1 in (m, K) else None


def ones_column(samples: FloatArray) -> int | None:
    """Return which column holds ones alone, or −1: it stands for the bias, or for a threshold."""
    for column in (samples.shape[1] - 1, 0):
        if np.all(samples[:, column] == 1) or np.all(samples[:, column] == -1):
            return column
    return None
