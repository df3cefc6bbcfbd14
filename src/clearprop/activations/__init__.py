"""Activation functions, one a file; `ACTIVATIONS` holds them by name."""

from clearprop._registry import Registry
from clearprop.activations.activation import Activation as Activation
from clearprop.activations.activation import Step as Step

ACTIVATIONS: Registry[Activation] = Registry(
    "clearprop.activations",
    Activation,  # type: ignore[type-abstract]
    "activation",
)
