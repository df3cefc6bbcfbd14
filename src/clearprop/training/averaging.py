"""One network that averages several: their units side by side, the output layer taking the mean.

W¹ = [W¹₁ W¹₂ …]     Wˡ = diag(Wˡ₁, Wˡ₂, …)     Wᴸ = [Wᴸ₁; Wᴸ₂; …] / R     bᴸ = mean of bᴸᵣ
"""

from collections.abc import Sequence

import numpy as np

from clearprop.network import Network
from clearprop.structure import FloatArray, Layer, Parameters


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
    R, depth = len(members), len(network.layers)
    if R == 1:
        return network, members[0]
    hidden = [Layer(R * layer.units, layer.activation) for layer in network.layers[:-1]]
    wide = network.with_layers([*hidden, network.layers[-1]])
    averaged = wide.parameters(np.zeros(wide.parameter_count, wide.dtype))
    for layer in range(depth):
        W, b = averaged.layers[layer]
        weights = [member.layers[layer][0] for member in members]
        biases = [member.layers[layer][1] for member in members]
        last = layer == depth - 1
        b[:] = np.mean(biases, axis=0) if last else np.concatenate(biases)
        W[:] = _side_by_side(weights, first=layer == 0, last=last)
    return wide, averaged


def _side_by_side(weights: Sequence[FloatArray], *, first: bool, last: bool) -> FloatArray:
    """Return the weights of one layer of the wide network."""
    from scipy.linalg import block_diag

    if first and last:
        return np.mean(weights, axis=0)
    if first:
        return np.hstack(weights)
    return np.vstack(weights) / len(weights) if last else block_diag(*weights)
