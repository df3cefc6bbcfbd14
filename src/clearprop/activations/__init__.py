"""Activation functions, one a file; `ACTIVATIONS` holds them by name."""

from clearprop._registry import Catalogue
from clearprop.activations.activation import Activation as Activation
from clearprop.activations.activation import Step as Step

ACTIVATIONS: Catalogue[Activation] = Catalogue(
    "clearprop.activations",
    Activation,  # type: ignore[type-abstract]
    "activation",
)
