"""How much each row counts, and rows that are equal as one row that counts more."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray


def checked_weights(name: str, given: Any, rows: int) -> FloatArray | None:
    """Return weights of shape (rows,) in float64, or None where none are given.

    Raises
    ------
    InputError
        If there is not one finite weight of at least 0 a row, or if all are 0.
    """
    if given is None:
        return None
    try:
        weights = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise invalid_argument(
            name, given, "it does not hold numbers.", "one number a row."
        ) from None
    if weights.ndim == 0:
        weights = np.full(rows, float(weights))
    if weights.shape != (rows,):
        why = f"its shape is {weights.shape} and there are {rows} rows."
        raise invalid_argument(name, type(given).__name__, why, f"shape ({rows},).")
    if not np.isfinite(weights).all() or (weights < 0).any():
        wrong = weights[~np.isfinite(weights) | (weights < 0)][0]
        raise invalid_argument(
            name, float(wrong), "a weight is finite and at least 0.", "drop the row."
        )
    if not weights.any():
        raise invalid_argument(name, given, "every weight is zero.", "one positive weight or more.")
    return weights


def combined(first: FloatArray | None, second: FloatArray | None) -> FloatArray | None:
    """Return the product of two weights of each row; None stands for 1."""
    if first is None or second is None:
        return second if first is None else first
    return first * second


class Table(NamedTuple):
    """Rows of inputs (m, n₀) and targets (m, K), and how much each counts, (m,)."""

    X: FloatArray
    Y: FloatArray
    weights: FloatArray | None


def distinct(table: Table) -> Table:
    """Return the table with equal rows as one row of their whole weight, in a fixed order.

    A loss that sums over rows is the same; so is, to the last bit, what a batch solver makes of
    rows that were repeated, weighted or reordered.
    """
    weights = np.ones(len(table.X)) if table.weights is None else table.weights
    counted = weights > 0
    rows = np.column_stack([table.X[counted], table.Y[counted]])
    unique, inverse = np.unique(rows, axis=0, return_inverse=True)
    total = np.bincount(inverse.reshape(-1), weights[counted], len(unique))
    n = table.X.shape[1]
    X, Y = np.ascontiguousarray(unique[:, :n]), np.ascontiguousarray(unique[:, n:])
    return Table(X, Y, None if (total == total[0]).all() else total)


def rows_of(table: Table, rows: npt.NDArray[np.intp]) -> Table:
    """Return some rows of the table."""
    weights = None if table.weights is None else table.weights[rows]
    return Table(table.X[rows], table.Y[rows], weights)
