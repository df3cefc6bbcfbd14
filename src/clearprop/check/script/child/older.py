"""Names and calls that older versions of NumPy and pandas had, which old programs use."""

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


def allow_old_names() -> None:
    """Let a program find them."""
    for name, value in OLD_NUMPY.items():
        if name not in vars(np):
            setattr(np, name, value)


def older_method(owner: Any, name: str) -> Any:
    """Return a method that a table of pandas no longer has, or no longer takes so; else None."""
    if type(owner).__module__.partition(".")[0] not in ("pandas", "clearprop"):
        return None
    if name == "as_matrix":
        return owner.to_numpy
    if name == "drop" and hasattr(owner, "columns"):
        return lambda labels=None, axis=0, **settings: owner.drop(labels, axis=axis, **settings)
    return None
