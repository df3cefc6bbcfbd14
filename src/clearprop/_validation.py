"""Turn what people hand us into arrays, or say why it cannot be done."""

import math
from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt

from clearprop._errors import InputError, invalid_argument
from clearprop._typing import FloatArray


def as_numbers(name: str, given: Any, dtype: str) -> FloatArray:
    """Return `given` as an array of `dtype`, of whatever shape it has.

    Raises
    ------
    InputError
        If it holds text, dates or complex numbers, or rows of unequal length.
    """
    try:
        array = np.asarray(given)
        entries = array.flat if array.dtype == object else ()
        is_text = any(isinstance(entry, str | bytes) for entry in entries)
        if is_text or array.dtype.kind not in "biufO":
            raise TypeError
        with np.errstate(over="ignore"):  # what is too large becomes infinite
            return array.astype(dtype, copy=False)
    except (TypeError, ValueError):
        why = "it does not hold real numbers in a rectangle."
        raise invalid_argument(name, given, why, "an array of numbers.") from None


def as_matrix(
    name: str,
    given: Any,
    columns: int,
    dtype: str,
    *,
    gaps: bool = False,
    hint: str = "drop or fill such rows.",
) -> FloatArray:
    """Return `given` as a finite matrix with this many columns, one sample a row.

    One sample may be given as a plain vector of `columns` numbers; a vector of m numbers stands
    for m samples where `columns` is 1. Where `gaps` are allowed, a number may be NaN; `hint` says
    what to try where it may not.

    Raises
    ------
    InputError
        If it holds text, NaN or infinity, has no rows, or has another number of columns.
    """
    array = as_numbers(name, given, dtype)
    if array.ndim == 1:
        array = array.reshape(-1, 1) if columns == 1 else array.reshape(1, -1)
    if array.ndim != 2 or array.shape[1] != columns:
        raise _of_another_shape(name, np.shape(given), columns)
    if array.shape[0] == 0:
        raise invalid_argument(name, array.shape, "it has no rows.", "at least one sample.")
    if not is_finite(array) and not (gaps and not np.isinf(array).any()):
        wrong = np.isinf(array) if gaps else ~np.isfinite(array)
        row, column = np.argwhere(wrong)[0]
        where = f"row {row}, column {column} of it is not a finite number in {dtype}."
        raise invalid_argument(name, float(array[row, column]), where, hint)
    return array


def as_targets(given: Any, outputs: int, dtype: str, **about_gaps: Any) -> FloatArray:
    """Return the targets `given` as a finite matrix (m, `outputs`), as `as_matrix` does.

    Raises
    ------
    InputError
        As `as_matrix`; labels, one a sample, are answered with the way to one-hot targets.
    """
    shape = np.shape(given)
    lone = len(shape) == 1 or (len(shape) == 2 and shape[1] == 1)
    if outputs > 1 and lone and shape[0] > 1 and shape[0] != outputs:
        raise _labels(np.asarray(given).reshape(-1), outputs)
    return as_matrix("Y", given, outputs, dtype, **about_gaps)


def _of_another_shape(name: str, shape: tuple[int, ...], columns: int) -> InputError:
    """Return the error for a matrix that has another number of columns."""
    count = f"{columns} column{'s' if columns > 1 else ''}"
    why = f"its shape is {shape}, and one sample a row has {count}"
    if len(shape) == 2 and shape[0] == columns:
        why, hint = f"{why}: it looks transposed.", f"{name}.T, of shape {shape[::-1]}."
        return invalid_argument(name, shape, why, hint)
    return invalid_argument(name, shape, f"{why}.", f"shape (m, {columns}).")


def _labels(labels: npt.NDArray[Any], outputs: int) -> InputError:
    """Return the error for one label or number a sample where there are several outputs."""
    why = f"it holds one number or label a sample, and the network has {outputs} outputs."
    whole = labels.dtype.kind in "iu" or (labels.dtype.kind == "f" and (labels % 1 == 0).all())
    if whole and labels.min() == 0 and labels.max() < outputs:
        hint = f"one-hot targets, np.eye({outputs})[np.ravel(Y).astype(int)]."
    elif not whole and labels.dtype.kind == "f":
        hint = f"shape (m, {outputs})."
    else:
        hint = "one-hot targets, (np.ravel(Y)[:, None] == np.unique(Y)) * 1.0."
    return invalid_argument("Y", labels.shape, why, hint)


def is_matrix(given: Any, columns: int, dtype: str) -> TypeGuard[FloatArray]:
    """Return whether `as_matrix` would surely return `given` itself: an answer within a µs.

    For what takes a closer look, such as many rows, it is False.
    """
    return (
        type(given) is np.ndarray
        and given.dtype == dtype
        and given.ndim == 2
        and given.shape[1] == columns
        and 0 < given.size < 1000
        and math.isfinite(np.vdot(given, given))
    )


def is_finite(array: FloatArray) -> bool:
    """Return whether no entry is NaN or infinite, by one pass without a copy where possible."""
    with np.errstate(over="ignore", invalid="ignore"):
        # no product of the BLAS, whose threads would spin for a while beside what comes next
        return bool(np.isfinite(array.sum()) or np.isfinite(array).all())


def as_weights(
    given: npt.ArrayLike | None, rows: int, dtype: str, name: str = "sample_weight"
) -> FloatArray | None:
    """Return weights of shape (m,), or None where none are given; a number holds for every row.

    Raises
    ------
    InputError
        If there is not one finite weight ≥ 0 a row, or if all are 0.
    """
    if given is None:
        return None
    weights = as_numbers(name, given, dtype)
    if weights.ndim == 0:
        weights = np.full(rows, weights)
    if weights.shape != (rows,):
        why = f"its shape is {weights.shape} and there are {rows} rows."
        raise invalid_argument(name, type(given).__name__, why, f"shape ({rows},).")
    wrong = weights[~np.isfinite(weights) | (weights < 0)]
    if len(wrong):
        why = "a weight is finite and at least 0."
        raise invalid_argument(name, float(wrong[0]), why, "drop the row.")
    if not weights.any():
        raise invalid_argument(name, given, "every weight is zero.", "one positive weight or more.")
    return weights


def diagonal_of(matrix: FloatArray) -> FloatArray:
    """Return the diagonal of a square matrix as a view that can be written to."""
    if not matrix.flags.forc:
        return np.einsum("ii->i", matrix)  # NumPy's own `diagonal` gives a view for reading
    return matrix.ravel(order="K")[:: len(matrix) + 1]
