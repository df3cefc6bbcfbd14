"""clearprop: backpropagation that shows its work, and gets the work done."""

from clearprop._errors import ClearpropError as ClearpropError
from clearprop._errors import InputError as InputError
from clearprop._extras import MissingExtraError as MissingExtraError
from clearprop.activations import ACTIVATIONS as ACTIVATIONS
from clearprop.activations import Activation as Activation
from clearprop.backprop.structure import Layer as Layer
from clearprop.backprop.structure import Parameters as Parameters
from clearprop.losses import LOSSES as LOSSES
from clearprop.losses import Loss as Loss
from clearprop.model import Model as Model
from clearprop.model import save as save
from clearprop.network.initializers import INITIALIZERS as INITIALIZERS
from clearprop.network.network import Network as Network
from clearprop.network.objective import Objective as Objective

__version__ = "0.2.0"

_LOADED_WHEN_USED = {
    "train": "clearprop.training:train",
    "TrainingConfig": "clearprop.training:TrainingConfig",
    "TrainingResult": "clearprop.training:TrainingResult",
    "Stopping": "clearprop.training:Stopping",
    "divide": "clearprop.training:divide",
    "MiniBatches": "clearprop.training:MiniBatches",
    "Checkpoint": "clearprop.training:Checkpoint",
    "SOLVERS": "clearprop.training:SOLVERS",
    "History": "clearprop.training:History",
    "fit": "clearprop.fitting:fit",
    "FitOptions": "clearprop.fitting:FitOptions",
    "explain": "clearprop.derivation:explain",
    "graph": "clearprop.derivation:graph",
    "check_gradients": "clearprop.check:check_gradients",
    "diagnose": "clearprop.check:diagnose",
    "MLPClassifier": "clearprop.estimators:MLPClassifier",
    "MLPRegressor": "clearprop.estimators:MLPRegressor",
    "load": "clearprop.imports:load",
    "write_report": "clearprop.report:write_report",
    "play": "clearprop.playing:play",
    "plots": "clearprop.plots",
    "measures": "clearprop.measures",
    "sensitivity": "clearprop.sensitivity",
    "diagnostics": "clearprop.diagnostics",
}
"""Names that load more than training needs, and where they are: a module, or a thing in one."""


__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "LOSSES",
    "SOLVERS",
    "Activation",
    "Checkpoint",
    "ClearpropError",
    "FitOptions",
    "History",
    "InputError",
    "Layer",
    "Loss",
    "MLPClassifier",
    "MLPRegressor",
    "MiniBatches",
    "MissingExtraError",
    "Model",
    "Network",
    "Objective",
    "Parameters",
    "Stopping",
    "TrainingConfig",
    "TrainingResult",
    "check_gradients",
    "diagnose",
    "diagnostics",
    "divide",
    "explain",
    "fit",
    "graph",
    "load",
    "measures",
    "play",
    "plots",
    "save",
    "sensitivity",
    "train",
    "write_report",
]


def __getattr__(name: str) -> object:
    """Load what training does not need only when it is asked for."""
    if name not in _LOADED_WHEN_USED:
        raise AttributeError(f"module 'clearprop' has no attribute {name!r}")
    import importlib

    module, _, thing = _LOADED_WHEN_USED[name].partition(":")
    loaded = importlib.import_module(module)
    return getattr(loaded, thing) if thing else loaded


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
