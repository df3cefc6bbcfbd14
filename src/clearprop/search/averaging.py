"""One network that averages several: their units side by side, the output layer taking the mean.

W¹ = [W¹₁ W¹₂ …]     Wˡ = diag(Wˡ₁, Wˡ₂, …)     Wᴸ = [w₁ Wᴸ₁; w₂ Wᴸ₂; …]     bᴸ = Σᵣ wᵣ bᴸᵣ

A network of fewer layers is made deeper first. Pairs of units pass its weighted sums z on, which
are small enough for the odd part of the activation to be a straight line:

    (f(ε z) − f(−ε z)) / (f(ε) − f(−ε)) ≈ z
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.backprop.structure import Layer, Parameters
from clearprop.network.network import Network
from clearprop.training.scaling import Scaling

MIN_SLOPE = 1e-2
"""Slope of the odd part at 0 below which an activation does not pass sums on."""


class Part(NamedTuple):
    """A trained network and how much it counts."""

    network: Network
    parameters: Parameters
    weight: float


def can_average(network: Network) -> bool:
    """Return whether networks like this one can be put side by side.

    A hidden softmax would add up over the units of all of them.
    """
    return all(layer.activation.elementwise for layer in network.layers[:-1])


def average(network: Network, members: Sequence[Parameters]) -> tuple[Network, Parameters]:
    """Return a network and parameters whose weighted sums zᴸ are the mean of the members'.

    With an identity output it averages the outputs, with a sigmoid or softmax the logits.

    Parameters
    ----------
    network : Network
        The network of every member.
    members : sequence of R Parameters
    """
    if len(members) == 1:
        return network, members[0]
    return weighted_average([Part(network, member, 1 / len(members)) for member in members])


def weighted_average(parts: Sequence[Part]) -> tuple[Network, Parameters]:
    """Return a network and parameters whose weighted sums zᴸ are Σ w zᴸ of the parts.

    The parts have the same inputs and outputs, as many layers, and the same activations.
    """
    layers = parts[0].network.layers
    units = np.sum([part.network.sizes[1:-1] for part in parts], axis=0, dtype=int)
    hidden = [Layer(int(n), layer.activation) for n, layer in zip(units, layers[:-1], strict=True)]
    wide = parts[0].network.with_layers([*hidden, layers[-1]])
    averaged = wide.parameters(np.zeros(wide.parameter_count, wide.dtype))
    shares = [part.weight for part in parts]
    for layer, (W, b) in enumerate(averaged.layers):
        weights = [part.parameters.layers[layer][0] for part in parts]
        biases = [part.parameters.layers[layer][1] for part in parts]
        last = layer == len(layers) - 1
        b[:] = np.tensordot(shares, biases, 1) if last else np.concatenate(biases)
        W[:] = _side_by_side(weights, shares, first=layer == 0, last=last)
    return wide, averaged


def _side_by_side(
    weights: Sequence[FloatArray], shares: Sequence[float], *, first: bool, last: bool
) -> FloatArray:
    """Return the weights of one layer of the wide network."""
    from scipy.linalg import block_diag

    if first and last:
        return np.tensordot(shares, weights, 1)
    if first:
        return np.hstack(weights)
    if last:
        return np.vstack([share * W for share, W in zip(shares, weights, strict=True)])
    return block_diag(*weights)


def slope_of_odd_part(activation: Activation, step: float) -> float:
    """Return (f(ε) − f(−ε)) / 2ε."""
    up, down = activation.value(np.array([[step, -step]]))[0]
    return float(up - down) / (2 * step)


def passes_on(network: Network) -> bool:
    """Return whether sums can pass through hidden units like those of this network."""
    return can_average(network) and all(
        abs(slope_of_odd_part(layer.activation, 1e-3)) > MIN_SLOPE for layer in network.layers[:-1]
    )


def deepened(
    network: Network,
    parameters: Parameters,
    hidden: Sequence[Activation],
    outputs: Scaling,
    step: float,
) -> tuple[Network, Parameters]:
    """Return a network of as many hidden layers as `hidden` has activations that computes the same.

    Parameters
    ----------
    network : Network
        Its own hidden layers have the first of the activations.
    parameters : Parameters
    hidden : sequence of Activation
    outputs : Scaling
        Takes the weighted sums zᴸ to a size of about 1.
    step : float
        ε. What is lost is about ε² z² and, by rounding, the unit roundoff over ε; their sum is
        least near the cube root of the roundoff.
    """
    own, K, begin = parameters.layers, network.outputs, len(network.layers) - 1
    if begin == len(hidden):
        return network, parameters
    passing = [Layer(2 * K, activation) for activation in hidden[begin:]]
    deep = network.with_layers([*network.layers[:-1], *passing, network.layers[-1]])
    deeper = deep.parameters(np.zeros(deep.parameter_count, deep.dtype))
    pair = np.hstack([np.eye(K), -np.eye(K)])
    W, b = own[-1]
    W, b = W * outputs.rate * step, (b - outputs.shift) * outputs.rate * step
    for place in range(begin):
        for target, source in zip(deeper.layers[place], own[place], strict=True):
            target[:] = source
    for place, layer in enumerate(passing, start=begin):
        deeper_W, deeper_b = deeper.layers[place]
        deeper_W[:], deeper_b[:] = W @ pair, b @ pair
        W, b = pair.T / (2 * slope_of_odd_part(layer.activation, step)), np.zeros(K)
    last_W, last_b = deeper.layers[-1]
    last_W[:], last_b[:] = W * (outputs.spread / step), outputs.shift
    return deep, deeper
