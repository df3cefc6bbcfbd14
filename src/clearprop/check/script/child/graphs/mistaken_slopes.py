"""What people put for the slope of an activation, in any computation."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.slips import Slip

EXACT = 1e-7
Slope = Callable[[FloatArray, FloatArray], FloatArray]
"""A slope, of z and a = f(z)."""


def sigmoid(z: FloatArray) -> FloatArray:
    """Return 1 / (1 + e⁻ᶻ)."""
    return 1 / (1 + np.exp(-z))


def relu(z: FloatArray) -> FloatArray:
    """Return z where it is positive, else 0."""
    return np.maximum(z, 0)


MISTAKEN: Mapping[Callable[[FloatArray], FloatArray], tuple[tuple[Slip, Slope], ...]] = {
    np.tanh: (
        ("slope at the activation", lambda z, a: 1 - np.tanh(a) ** 2),
        ("slope of another", lambda z, a: a * (1 - a)),
        ("slope of another", lambda z, a: sigmoid(z) * (1 - sigmoid(z))),
        ("slope of another", lambda z, a: 1 - z**2),
        ("activation for the slope", lambda z, a: a),
        ("slope miswritten", lambda z, a: 1 - a),
    ),
    sigmoid: (
        ("slope at the activation", lambda z, a: sigmoid(a) * (1 - sigmoid(a))),
        ("slope of another", lambda z, a: 1 - a**2),
        ("slope of another", lambda z, a: 1 - np.tanh(z) ** 2),
        ("slope of another", lambda z, a: z * (1 - z)),
        ("activation for the slope", lambda z, a: a),
        ("activation for the slope", lambda z, a: sigmoid(a)),
        ("slope miswritten", lambda z, a: 1 - a),
    ),
    relu: (
        ("activation for the slope", lambda z, a: a),
        ("slope of another", lambda z, a: a * (1 - a)),
        ("slope of another", lambda z, a: 1 - a**2),
    ),
}
"""By the activation: what is put for its slope."""


def mistaken_slopes(z: FloatArray, a: FloatArray) -> Iterator[tuple[int, Slip, FloatArray]]:
    """Yield what may have been put for the slope of a = f(z), numbered, if f is a usual one."""
    with np.errstate(all="ignore"):
        for f, slopes in MISTAKEN.items():
            if np.allclose(a, f(z), rtol=EXACT, atol=EXACT):
                yield from ((n, slip, slope(z, a)) for n, (slip, slope) in enumerate(slopes))
                return
