"""Whether an array of a step is a multiple of another, as far as rounding lets it be told."""

from collections.abc import Iterable, Mapping
from typing import Protocol

import numpy as np

from clearprop._typing import FloatArray

SAME = {8: 1e-6, 4: 1e-3, 2: 2e-2}
"""Relative difference of equal numbers, by their bytes."""
ROUNDING = {
    8: 64 * float(np.finfo("f8").eps),
    4: 64 * float(np.finfo("f4").eps),
    2: 4 * float(np.finfo("f2").eps),
}
"""Relative error of a difference of parameters, by the bytes of their numbers."""
EQUAL = 1e-9
"""Relative difference of numbers that a program wrote alike."""
SAME_SIZE = 1e-6
"""Relative difference of entries that an optimizer treats alike."""
TELLING = 2
"""Numbers from which an array can show that it is a multiple of the right one."""


class Stepped(Protocol):
    """Parameters before a step, and the bytes of their numbers."""

    @property
    def params(self) -> Mapping[str, FloatArray]:
        """The parameters, by name; those that are matrices are called W."""
        ...

    @property
    def itemsize(self) -> int:
        """The bytes of a number: 8, 4 or 2."""
        ...


def common_rate(
    net: Stepped, given: dict[str, FloatArray], right: dict[str, FloatArray]
) -> float | None:
    """Return η where every array is η times the right one, and some of them is not 0."""
    rate = ratio(joined(given, given), joined(right, given))
    if rate is None or rate <= 0:
        return None
    noise = ROUNDING[net.itemsize] * rate * max(size(right[name]) for name in given)
    if all(is_times(net, name, given[name], rate, right[name], noise) for name in given):
        return rate
    return None


def is_times(
    net: Stepped,
    name: str,
    given: FloatArray,
    rate: float,
    right: FloatArray,
    noise: float = 0.0,
) -> bool:
    """Return whether an array is `rate` times another; `noise` is what rounding may add."""
    if given.shape != right.shape:
        return False
    expected = rate * right
    return size(given - expected) <= tolerance(net, name, expected) + noise


def ratio(given: FloatArray, right: FloatArray) -> float | None:
    """Return c of given ≈ c · right, by least squares; None where right is 0 or too large."""
    scale = size(right)
    if given.size != right.size or not 0 < scale < np.inf or not np.isfinite(given).all():
        return None
    unit = right / scale
    return float(np.vdot(given, unit) / np.vdot(unit, unit)) / scale


def tolerance(net: Stepped, name: str, expected: FloatArray) -> float:
    """Return by how much a difference of parameters may miss a right one."""
    return SAME[net.itemsize] * size(expected) + ROUNDING[net.itemsize] * size(net.params[name])


def shows(net: Stepped, name: str, array: FloatArray, share: FloatArray) -> bool:
    """Return whether a share of a step is more than what the step may miss: no mere rounding."""
    return size(share) > tolerance(net, name, array)


def size(array: FloatArray) -> float:
    """Return the largest absolute entry."""
    return float(np.abs(array).max(initial=0.0))


def joined(arrays: dict[str, FloatArray], names: Iterable[str]) -> FloatArray:
    """Return arrays one after the other, flat."""
    return np.concatenate([arrays[name].ravel() for name in names])
