"""A chain of affine maps and activation functions as a network: affine maps that meet are one.

(x W + b) W′ + b′ = x (W W′) + (b W′ + b′)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS, Activation
from clearprop.backprop.structure import Layer, Parameters
from clearprop.losses import LOSSES
from clearprop.network.network import Network


@dataclass(frozen=True, eq=False)
class Affine:
    """x ↦ x W + b.

    Attributes
    ----------
    W : array of shape (n_in, n_out)
    b : array of shape (n_out,)
    """

    W: FloatArray
    b: FloatArray

    def then(self, other: "Affine") -> "Affine":
        """Return this map and another one after it, as one."""
        return Affine(self.W @ other.W, self.b @ other.W + other.b)


Piece = Affine | Activation


def columnwise(shift: FloatArray, rate: FloatArray, offset: FloatArray | float = 0.0) -> Affine:
    """Return x ↦ (x − shift) ⊙ rate + offset."""
    shift, rate = np.asarray(shift, float), np.asarray(rate, float)
    return Affine(np.diag(rate), offset - shift * rate)


def network_of(
    pieces: Sequence[Piece],
    dtype: str = "float64",
    loss: str | None = None,
    reduction: str = "mean",
) -> tuple[Network, Parameters]:
    """Return the network that computes a chain.

    Where no loss is known it is the one that belongs to the output activation, averaged over
    samples: a chain does not say how it was trained.

    Raises
    ------
    InputError
        If the sizes of the pieces do not fit, or a number is not finite.
    """
    layers: list[tuple[Affine, Activation]] = []
    open_map: Affine | None = None
    for piece in pieces:
        if isinstance(piece, Affine):
            _check(piece, open_map or (layers[-1][0] if layers else None))
            open_map = piece if open_map is None else open_map.then(piece)
            continue
        if piece.is_identity:
            continue
        if open_map is None:
            open_map = _same(layers, piece)
        layers.append((open_map, piece))
        open_map = None
    if open_map is not None:
        layers.append((open_map, ACTIVATIONS.make("identity")))
    if not layers:
        why = "there is no layer in it."
        raise invalid_argument("source", len(pieces), why, "a network with weights.")
    output = layers[-1][1]
    chain = [Layer(len(each.b), rule) for each, rule in layers]
    kind: Any = dtype
    over_samples: Any = reduction
    rule = loss or _loss_for(output)
    network = Network(len(layers[0][0].W), chain, rule, over_samples, kind)
    flat = [np.concatenate([each.W.ravel(), each.b]) for each, _ in layers]
    return network, network.parameters(np.concatenate(flat).astype(dtype))


def _same(layers: Sequence[tuple[Affine, Activation]], rule: Activation) -> Affine:
    """Return the map that changes nothing, between two activation functions."""
    if not layers:
        why = "an activation function stands before every layer."
        raise invalid_argument("source", rule.name, why, "a chain that begins with weights.")
    units = len(layers[-1][0].b)
    return Affine(np.eye(units), np.zeros(units))


def _check(piece: Affine, before: Affine | None) -> None:
    if piece.W.ndim != 2 or piece.b.shape != piece.W.shape[1:]:
        why = f"weights of shape {piece.W.shape} and biases of shape {piece.b.shape} do not fit."
        raise invalid_argument("source", piece.W.shape, why, "one bias a unit.")
    if before is not None and len(before.b) != len(piece.W):
        why = f"a layer of {len(before.b)} units stands before weights for {len(piece.W)}."
        raise invalid_argument("source", piece.W.shape, why, "layers that fit.")
    if not (np.isfinite(piece.W).all() and np.isfinite(piece.b).all()):
        why = "a weight is not a finite number."
        raise invalid_argument("source", piece.W.shape, why, "a network that was trained.")


def _loss_for(output: Activation) -> str:
    """Return the loss whose gradient in z is a − y with this output, else half the squared error.

    The first of both that exists for the outputs' range is taken.
    """
    for name in LOSSES:
        if getattr(LOSSES.make(name), "canonical", None) == output.name:
            return name
    return "half_squared_error"
