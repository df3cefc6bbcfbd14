"""The spread of inputs or outputs, by which sensitivities in different units become comparable."""

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray


def as_spread(name: str, given: npt.ArrayLike, columns: int) -> FloatArray:
    """Return one spread a column, shape (columns,), from one number or one a column.

    Raises
    ------
    InputError
        If a spread is negative or not finite, or there is not one for every column.
    """
    spread = np.asarray(given, dtype=np.float64)
    if spread.ndim == 0:
        spread = np.full(columns, float(spread))
    if spread.shape != (columns,):
        raise invalid_argument(
            name, spread.shape, f"there are {columns} columns.", f"shape ({columns},)."
        )
    if not np.isfinite(spread).all() or (spread < 0).any():
        raise invalid_argument(name, given, "a spread is finite and at least 0.", "X.std(axis=0).")
    return spread
