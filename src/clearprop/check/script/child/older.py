"""Names and calls that older versions of libraries had, which old programs use."""

import builtins
import contextlib
import functools
import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

OLD_NUMPY: dict[str, Any] = {
    "asfarray": lambda given, dtype=float: np.asarray(given, dtype),
    "float": float,
    "int": int,
    "bool": bool,
    "object": object,
    "str": str,
    "float_": np.float64,
    "int_": np.int64,
    "infty": np.inf,
    "Inf": np.inf,
    "NaN": np.nan,
    "product": np.prod,
    "alltrue": np.all,
    "sometrue": np.any,
    "cumproduct": np.cumprod,
    "row_stack": np.vstack,
    "mat": np.asmatrix,
    "trapz": np.trapezoid if hasattr(np, "trapezoid") else None,
    "in1d": np.isin,
    "rank": np.ndim,
}
"""What each of them is now."""


OLD_BUILTINS: dict[str, Any] = {
    "xrange": range,
    "raw_input": lambda *_: "1",
    "unicode": str,
    "basestring": str,
    "long": int,
    "reduce": functools.reduce,
}
"""What Python 2 knew without an import."""
OLD_HOMES = {
    "sklearn.cross_validation": "sklearn.model_selection",
    "sklearn.grid_search": "sklearn.model_selection",
    "sklearn.datasets.samples_generator": "sklearn.datasets",
    "sklearn.datasets.base": "sklearn.datasets",
    "sklearn.datasets.mldata": "sklearn.datasets",
    "sklearn.preprocessing.label": "sklearn.preprocessing",
    "collections": "collections.abc",
}
"""Modules whose contents are now elsewhere."""
OLD_KEYWORDS = {"OneHotEncoder": {"sparse": "sparse_output"}}
"""Arguments that are now called otherwise, by the function that takes them."""


def older_home(module: str, name: str) -> Any:
    """Return a name from the place that it has moved to; None where it is nowhere."""
    for place in (module, OLD_HOMES.get(module, module)):
        with contextlib.suppress(ImportError, AttributeError):
            return getattr(importlib.import_module(place), name)
    return None


def older_keywords(found: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that also takes the names that its arguments had."""
    renamed = OLD_KEYWORDS.get(getattr(found, "__name__", ""))
    if renamed is None:
        return found
    return lambda *given, **settings: found(
        *given, **{renamed.get(name, name): value for name, value in settings.items()}
    )


def allow_old_names() -> None:
    """Let a program find them."""
    for name, value in OLD_NUMPY.items():
        if name not in vars(np):
            setattr(np, name, value)
    for name, value in OLD_BUILTINS.items():
        setattr(builtins, name, value)


def older_method(owner: Any, name: str) -> Any:
    """Return a method that an array or a table no longer has, or no longer takes so; else None."""
    if isinstance(owner, np.ndarray) and name in ("itemset", "ptp") and not hasattr(owner, name):
        if name == "ptp":
            return lambda *given, **settings: np.ptp(owner, *given, **settings)
        return lambda *given: owner.__setitem__(given[:-1], given[-1])
    if type(owner).__module__.partition(".")[0] not in ("pandas", "clearprop"):
        return None
    if name == "as_matrix":
        return owner.to_numpy
    if name == "drop" and hasattr(owner, "columns"):
        return lambda labels=None, axis=0, **settings: owner.drop(labels, axis=axis, **settings)
    return None
