"""The activations of hidden layers and of the output that fit what was seen.

An array is an activation if it is f of a product computed here, and not because of its name.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS, Activation
from clearprop.check.problem import Dropout
from clearprop.check.script.observed import Run
from clearprop.check.script.recognition import SETTINGS
from clearprop.check.script.watched.nets import Net, weighted_sum
from clearprop.check.script.watched.row_convention import joined, oriented_like

THOUSANDTH = 1e-7
"""By how much a slope that people write may miss a whole number of thousandths, in thousandths."""


class Hidden(NamedTuple):
    """The activations that each hidden layer may have, and the masks of dropout."""

    activations: list[list[Activation]]
    dropout: Dropout | None


def hidden_layers(net: Net) -> Hidden | None:
    """Return the activations of hidden layers that fit what was seen; None where one has none."""
    hidden: list[list[Activation]] = []
    masks: dict[int, FloatArray] = {}
    keep = 1.0
    for layer in range(1, net.depth):
        z, entered = weighted_sum(net, layer), net.entering[layer]
        fitting = [f for f in rules(z, entered) if net.same(f.value(z), entered)]
        if not fitting:
            found = dropped(z, entered)
            if found is None:
                return None
            f, masks[layer], keep = found
            fitting = [f]
        hidden.append(fitting[:2])
    return Hidden(hidden, Dropout(keep, masks) if masks else None)


def rules(z: FloatArray, a: FloatArray) -> list[Activation]:
    """Return activations that hidden layers may have; a leaky ReLU with the slope that is seen."""
    known = [ACTIVATIONS.make(name) for name in [*ACTIVATIONS, *SETTINGS]]
    known = [f for f in known if f.elementwise]
    known.sort(key=lambda f: (f.range != (-math.inf, math.inf), is_cut_off(f)))
    leaky = leaky_relu_of(z, a)
    return known if leaky is None else [*known, leaky]


def leaky_relu_of(z: FloatArray, a: FloatArray) -> Activation | None:
    """Return the leaky ReLU with the slope that a shows where z < 0; None where it shows none."""
    negative = (z < 0) & (a < 0)
    if not negative.any():
        return None
    slope = float(np.median(a[negative] / z[negative]))
    if not 0 < slope < 1 - 1e-9:  # the nearest number of ten digits is below 1
        return None
    return ACTIVATIONS.make(f"leaky_relu({slope:.10g})")


def is_cut_off(f: Activation) -> bool:
    """Return whether f reaches both its bounds, as hard tanh: saturated, smooth ones equal it."""
    return len(f.attained) > 1


def dropped(z: FloatArray, entered: FloatArray) -> tuple[Activation, FloatArray, float] | None:
    """Return the activation, the mask and keep of a layer under dropout; None where it is none."""
    for f in sorted(rules(z, entered), key=lambda f: not f.is_one_sided):
        value = f.value(z)
        kept = (entered != 0) & (value != 0)
        if not kept.any() or not ((entered == 0) | kept).all():
            continue
        factor = float(np.median(entered[kept] / value[kept]))
        if factor >= 1 - 1e-9 and np.allclose(
            entered, factor * value * kept, rtol=1e-5, atol=1e-12
        ):
            return f, kept.astype(float), 1 / factor
    return None


def output_activations(
    net: Net, runs: Sequence[Run], z: FloatArray
) -> Iterator[tuple[Activation, FloatArray]]:
    """Yield the output activations whose values were seen; the identity where no other was.

    Those that reach their bounds, which saturated ones equal, come late; so does e^z, which others
    are made of. What is 0 everywhere here comes after the identity: a 0 is seen in many a program,
    and no gradient comes back through a ReLU that gave it.
    """
    seen = [oriented_like(array, z) for array in joined([run.seen for run in runs], z)]
    arrays = [array for options in seen for array in options]
    found: list[tuple[Activation, FloatArray]] = []
    leaky = [f for array in arrays if (f := leaky_relu_of(z, array)) is not None and shows(f, z)]
    known = [ACTIVATIONS.make(name) for name in [*ACTIVATIONS, *SETTINGS]]
    for f in dict.fromkeys([*known, *leaky]):
        if f.is_identity or (f.sums_to_one and z.shape[1] == 1):
            continue
        with np.errstate(all="ignore"):
            value = f.value(z)
        if net.same(value, z):
            continue
        if any(net.same(value, array) for array in arrays):
            found.append((f, value))
    if not any(f.sums_to_one for f, _ in found):
        for wrong in wrong_softmaxes(z):
            if any(net.same(wrong, array) for array in arrays):
                yield ACTIVATIONS.make("softmax"), wrong  # e^z was seen on the way to it
                return
    found.sort(key=lambda pair: is_its_own_slope(pair[0], z, pair[1]))
    found.sort(key=lambda pair: is_cut_off(pair[0]))
    yield from (pair for pair in found if pair[1].any())
    yield ACTIVATIONS.make("identity"), z
    yield from (pair for pair in found if not pair[1].any())


def shows(f: Activation, z: FloatArray) -> bool:
    """Return whether outputs show a slope for z < 0: others do not have it, or people write it.

    Where all z are negative, any array that is a multiple of them looks like it.
    """
    thousandths = 1000 * getattr(f, "slope", 0.0)
    return bool((z > 0).any()) or abs(thousandths - round(thousandths)) < THOUSANDTH


def is_its_own_slope(f: Activation, z: FloatArray, a: FloatArray) -> bool:
    """Return whether f′ = f here, as of e^z."""
    with np.errstate(all="ignore"):
        return f.elementwise and bool(np.array_equal(f.derivative(z, a), a))


def wrong_softmaxes(z: FloatArray) -> Iterator[FloatArray]:
    """Yield e^z over its sum over the samples, and over the whole batch."""
    m, K = z.shape
    if min(m, K) == 1:
        return
    softmax = ACTIVATIONS.make("softmax")
    with np.errstate(all="ignore"):
        yield softmax.value(z.T).T
        yield softmax.value(z.reshape(1, -1)).reshape(z.shape)
        e = np.exp(z - z.max(axis=1, keepdims=True))
        yield e / e.sum(axis=0)
        yield e / e.sum()
