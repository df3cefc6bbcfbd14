"""Sparse tables: rows of which only the entries other than 0 are kept.

They stay as they are as far as the first layer, whose products need these entries alone.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._validation import as_matrix

Rows = Any
"""An array of shape (m, n₀), or a sparse one in CSR format."""


def is_sparse(given: Any) -> bool:
    """Return whether `given` is one of SciPy's sparse arrays or matrices; SciPy stays unloaded."""
    return hasattr(given, "tocsr") and hasattr(given, "nnz")


def as_rows(name: str, given: Any, columns: int, dtype: str) -> Rows:
    """Return `given` as a finite matrix with this many columns, as an array or in CSR format.

    A CSR array is canonical: ascending columns in each row, none twice.

    Raises
    ------
    InputError
        As `as_matrix`.
    """
    if not is_sparse(given):
        return as_matrix(name, given, columns, dtype)
    from scipy.sparse import csr_array

    if given.dtype.kind not in "biuf":
        why = "it does not hold real numbers."
        raise invalid_argument(name, given.dtype.name, why, "an array of numbers.")
    rows: Rows = csr_array(given).astype(dtype, copy=False)
    if rows.shape[1] != columns or not rows.shape[0]:
        why = f"its shape is {rows.shape}, and one sample a row has {columns} columns."
        raise invalid_argument(name, rows.shape, why, f"shape (m, {columns}).")
    if not rows.has_canonical_format:
        rows = rows.copy()
        rows.sum_duplicates()
    if not np.isfinite(rows.data).all():
        why = f"it holds numbers that are not finite in {dtype}."
        raise invalid_argument(name, rows.shape, why, "drop or fill such rows.")
    return rows


def dense(rows: Rows) -> npt.NDArray[Any]:
    """Return rows with their zeros written out."""
    return rows.toarray() if is_sparse(rows) else rows


def dense_bytes(rows: Rows) -> int:
    """Return how many bytes rows would take with their zeros written out."""
    return rows.shape[0] * rows.shape[1] * rows.dtype.itemsize


def contiguous(rows: Rows) -> Rows:
    """Return an array in one stretch of memory; CSR arrays are stretches already."""
    return rows if is_sparse(rows) else np.ascontiguousarray(rows)
