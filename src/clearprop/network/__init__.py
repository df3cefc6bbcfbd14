"""Networks: their layers, their first parameters, and the objective that training lowers."""

from clearprop.backprop.structure import Layer, Parameters
from clearprop.network.initializers import INITIALIZERS, Initializer
from clearprop.network.network import Network
from clearprop.network.objective import Objective

__all__ = [
    "INITIALIZERS",
    "Initializer",
    "Layer",
    "Network",
    "Objective",
    "Parameters",
]
