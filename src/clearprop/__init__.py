"""clearprop: backpropagation that shows its work, and gets the work done."""

from clearprop.activations import ACTIVATIONS as ACTIVATIONS
from clearprop.activations import Activation as Activation
from clearprop.errors import ClearpropError as ClearpropError
from clearprop.errors import InputError as InputError
from clearprop.initializers import INITIALIZERS as INITIALIZERS
from clearprop.losses import LOSSES as LOSSES
from clearprop.losses import Loss as Loss
from clearprop.model import Model as Model
from clearprop.model import load as load
from clearprop.model import save as save
from clearprop.network import Network as Network
from clearprop.objective import Objective as Objective
from clearprop.structure import Layer as Layer
from clearprop.structure import Parameters as Parameters

__version__ = "0.1.0"

_LOADED_WHEN_USED = ("explain",)
_CHECKS = ("check_gradients", "diagnose")


def __getattr__(name: str) -> object:
    """Load what training does not need only when it is asked for."""
    import importlib

    if name in _LOADED_WHEN_USED:
        return importlib.import_module(f"clearprop.{name}")
    if name in _CHECKS:
        return getattr(importlib.import_module("clearprop.check"), name)
    raise AttributeError(f"module 'clearprop' has no attribute {name!r}")
