"""Activation functions, one a file; `ACTIVATIONS` holds them by name."""

from clearprop._registry import Registry
from clearprop.activations.activation import Activation, Step

__all__ = ["ACTIVATIONS", "Activation", "Step"]

ACTIVATIONS: Registry[Activation] = Registry(
    "clearprop.activations",
    Activation,  # type: ignore[type-abstract]
    "activation",
)
