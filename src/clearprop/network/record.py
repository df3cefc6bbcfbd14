"""The structure of a network as JSON can keep it, and back."""

from collections.abc import Mapping
from typing import Any

from clearprop._registry import spelled
from clearprop.backprop.structure import Layer
from clearprop.network.network import Network


def record_of(network: Network) -> dict[str, Any]:
    """Return what JSON can keep of a network's structure.

    Examples
    --------
    >>> import clearprop as cp
    >>> record_of(cp.Network(2, [cp.Layer(1, "sigmoid")]))["layers"]
    [{'units': 1, 'activation': 'sigmoid'}]
    """
    return {
        "inputs": network.inputs,
        "layers": [
            {"units": layer.units, "activation": spelled(layer.activation)}
            for layer in network.layers
        ],
        "loss": spelled(network.loss_rule),
        "reduction": network.reduction,
        "dtype": network.dtype,
    }


def network_from(record: Mapping[str, Any]) -> Network:
    """Return the network that `record_of` described."""
    layers = [Layer(layer["units"], layer["activation"]) for layer in record["layers"]]
    return Network(record["inputs"], layers, record["loss"], record["reduction"], record["dtype"])
