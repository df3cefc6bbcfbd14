"""What the gradient of any loss of the outputs may be: a basis of it, array by array.

δ of the last layer is a free number for each sample and output. What a step may hold beside such a
gradient is told too: λ W, λ sgn W, the step before, and a penalty on the units of hidden layers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.check.problem import Dropout
from clearprop.check.script.watched.nets import Net, weighted_sum

WIDE = 8
"""Units of a layer whose activations people pay for."""
FLAT = 1e-6
"""f′ of units that are as good as saturated."""
MANY = 10
"""Numbers of an array from which a λ, or a share of the step before, of its own is looked for."""


class Back(NamedTuple):
    """What arrives at a layer, for each column of the basis."""

    own: FloatArray
    """∂zᴸ/∂zˡ of each sample, (m, K, n_l): a column for each sample and output."""
    shared: FloatArray
    """δˡ of penalties on hidden units, (m, columns, n_l), each of all samples together."""


@dataclass(frozen=True)
class Reach:
    """One parameter array: its numbers, or as many combinations of them as there are samples."""

    taken: FloatArray
    """What was taken off it, a column of length 1."""
    slopes: FloatArray
    """Its part of the gradients of losses, a column for each number of the basis."""
    beside: Mapping[str, FloatArray]
    """What else may be in it, a column each, by its kind."""
    numbers: int
    """How many numbers it has."""


def reaches(
    net: Net,
    activations: Sequence[Activation],
    dropout: Dropout | None,
    given: Mapping[str, FloatArray],
    previous: Mapping[str, FloatArray],
) -> dict[str, Reach]:
    """Return what each array that changed may be; nothing where f′ of a unit is not certain."""
    found: dict[str, Reach] = {}
    if not all(has_slopes(net, layer, f) for layer, f in enumerate(activations, start=1)):
        return found
    for layer, back in ways_back(net, activations, dropout):
        for kind, a in (("W", net.entering[layer - 1]), ("b", np.ones((net.m, 1)))):
            name = f"{kind}{layer}"
            if name in given:
                theta = net.params[name]
                others = {"decay": theta, "lasso": np.sign(theta)} if kind == "W" else {}
                if name in previous:
                    others[f"before {kind}"] = previous[name]
                found[name] = reach_of(a, back, given[name], others)
    return found


def has_slopes(net: Net, layer: int, f: Activation) -> bool:
    """Return whether f′ is no matter of convention, and is not lost where units are saturated.

    Of 1 − a² little is left in units of a near 1: then each sample needs others.
    """
    z = weighted_sum(net, layer)
    if any(bool((z == kink).any()) for kink in f.kinks):
        return False
    slopes = np.abs(f.derivative(z, f.value(z)))
    largest = slopes.max(axis=1)
    return not ((largest > 0) & (largest < FLAT)).any()


def ways_back(
    net: Net, activations: Sequence[Activation], dropout: Dropout | None
) -> Iterator[tuple[int, Back]]:
    """Yield each layer with what arrives at it, from the last one down."""
    K = net.sizes[-1]
    back = Back(np.tile(np.eye(K), (net.m, 1, 1)), np.zeros((net.m, 0, K)))
    for layer in range(net.depth, 0, -1):
        yield layer, back
        if layer > 1:
            f, z = activations[layer - 2], weighted_sum(net, layer - 1)
            a = f.value(z)
            slope = f.derivative(z, a)
            if dropout is not None:
                slope = slope * dropout.scaled(layer - 1)
            W = net.params[f"W{layer}"]
            penalties = of_units(a) * slope[:, None, :]
            shared = (back.shared @ W.T) * slope[:, None, :]
            own = (back.own @ W.T) * slope[:, None, :]
            back = Back(own, np.concatenate([shared, penalties], axis=1))


def of_units(a: FloatArray) -> FloatArray:
    """Return ∂/∂a of penalties on the units of a layer, (m, columns, n).

    Of many samples, one number a unit; of one, where that would be anything, those that are usual:
    of wide layers.
    """
    m, n = a.shape
    if m > 1:
        return np.tile(np.eye(n), (m, 1, 1))
    if n < WIDE:
        return np.zeros((1, 0, n))
    with np.errstate(all="ignore"):
        usual = np.stack([np.sign(a), a, 1 / a, 1 / (1 - a)], axis=1)
    return np.where(np.isfinite(usual), usual, 0.0)


def reach_of(
    a: FloatArray, back: Back, given: FloatArray, others: Mapping[str, FloatArray]
) -> Reach:
    """Return what an array aᵀ δ may be, (n_in, n_out), with a bias as the weights of a 1.

    Of more inputs than samples, only what lies along the samples can be reached: of the rest it is
    kept how large it is.
    """
    columns = [array.reshape(a.shape[1], -1) for array in (given, *others.values())]
    columns[0] = columns[0] / np.linalg.norm(given)
    along = a.T
    outside = np.zeros((0, len(columns)))
    if a.shape[1] > a.shape[0]:
        basis, _ = np.linalg.qr(a.T)
        rest = [(column - basis @ (basis.T @ column)).ravel() for column in columns]
        outside = np.linalg.qr(np.column_stack(rest), mode="r")
        along, columns = basis.T @ a.T, [basis.T @ column for column in columns]
    own = np.einsum("in,nkj->ijnk", along, back.own)
    shared = np.einsum("in,ncj->ijc", along, back.shared)
    rows = own.shape[0] * own.shape[1]
    slopes = np.hstack([own.reshape(rows, -1), shared.reshape(rows, -1)])
    beyond = np.zeros((len(outside), slopes.shape[1]))
    inside = np.column_stack([column.ravel() for column in columns])
    whole = np.vstack([inside, outside])
    beside = dict(zip(others, whole.T[1:, :, None], strict=True))
    return Reach(whole[:, :1], np.vstack([slopes, beyond]), beside, given.size)
