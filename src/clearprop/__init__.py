"""clearprop: backpropagation that shows its work, and gets the work done."""

__version__ = "0.2.0"

_LOADED_WHEN_USED = {
    "ClearpropError": "clearprop._errors:ClearpropError",
    "InputError": "clearprop._errors:InputError",
    "MissingExtraError": "clearprop._extras:MissingExtraError",
    "ACTIVATIONS": "clearprop.activations:ACTIVATIONS",
    "Activation": "clearprop.activations:Activation",
    "Layer": "clearprop.backprop.structure:Layer",
    "Parameters": "clearprop.backprop.structure:Parameters",
    "LOSSES": "clearprop.losses:LOSSES",
    "Loss": "clearprop.losses:Loss",
    "Model": "clearprop.model:Model",
    "save": "clearprop.model:save",
    "INITIALIZERS": "clearprop.network.initializers:INITIALIZERS",
    "Network": "clearprop.network.network:Network",
    "Objective": "clearprop.network.objective:Objective",
    "train": "clearprop.training:train",
    "TrainingConfig": "clearprop.training:TrainingConfig",
    "TrainingResult": "clearprop.training:TrainingResult",
    "Stopping": "clearprop.training:Stopping",
    "divide": "clearprop.training:divide",
    "MiniBatches": "clearprop.training:MiniBatches",
    "Checkpoint": "clearprop.training:Checkpoint",
    "SOLVERS": "clearprop.training:SOLVERS",
    "History": "clearprop.training:History",
    "fit": "clearprop.streaming:fit",
    "lags": "clearprop.fitting:lags",
    "FitOptions": "clearprop.fitting:FitOptions",
    "explain": "clearprop.explaining:explain",
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
"""All names, and where they are: a module, or a thing in one."""


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
    "lags",
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
    """Load a name, or a package of this one, when it is asked for: ``--help`` needs none."""
    import importlib
    import importlib.util

    if name in _LOADED_WHEN_USED:
        module, _, thing = _LOADED_WHEN_USED[name].partition(":")
        loaded = importlib.import_module(module)
        return getattr(loaded, thing) if thing else loaded
    path = f"{__name__}.{name}"
    if not name.startswith("_") and importlib.util.find_spec(path) is not None:
        return importlib.import_module(path)
    raise AttributeError(f"module 'clearprop' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
