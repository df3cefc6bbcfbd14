"""Rows of another array library than NumPy, checked where they lie.

A network answers questions about them by the library itself, on its device.
"""

import warnings
from typing import Any

from clearprop._arrays import Array, is_foreign, is_of, library_of, namespace
from clearprop._errors import InputError, invalid_argument
from clearprop.backprop.descent import Reduction
from clearprop.losses import Loss


def foreign_matrix(name: str, given: Array, columns: int, dtype: str) -> Array:
    """Return `given` as a finite matrix with this many columns, on its own device.

    A vector stands for one sample, or for one column of numbers, as NumPy's does.

    Raises
    ------
    InputError
        If it has another number of columns, no rows, numbers that are not finite, or if the library
        has no numbers of the network's type.
    """
    xp = namespace(given)
    if given.ndim == 1:
        given = xp.reshape(given, (-1, 1) if columns == 1 else (1, -1))
    if given.ndim != 2 or given.shape[1] != columns or not given.shape[0]:
        why = f"its shape is {tuple(given.shape)}, and one sample a row has {columns} columns."
        raise invalid_argument(name, tuple(given.shape), why, f"shape (m, {columns}).")
    with warnings.catch_warnings(action="ignore"):  # what JAX would warn of is an error below
        numbers = xp.astype(given, getattr(xp, dtype), copy=False)
    if not is_of(numbers, dtype):
        why = f"{library_of(given)} has no {dtype} here, of which the network is."
        hint = "jax.config.update('jax_enable_x64', True), or Network(..., dtype='float32')."
        raise invalid_argument(name, str(numbers.dtype), why, hint)
    if not bool(xp.all(xp.isfinite(numbers))):
        why = f"it holds numbers that are not finite in {dtype}."
        raise invalid_argument(name, tuple(given.shape), why, "drop or fill such rows.")
    return numbers


def foreign_targets(given: Any, X: Array, outputs: int, dtype: str, loss: Loss) -> Array:
    """Return targets (m, K) that lie beside the inputs and for which the loss exists.

    Raises
    ------
    InputError
        If they lie elsewhere, or as `foreign_matrix`; or if the loss does not exist for them.
    """
    _check_beside("Y", given, X)
    Y = foreign_matrix("Y", given, outputs, dtype)
    if Y.shape[0] != X.shape[0]:
        why = f"`X` has {X.shape[0]} rows and `Y` has {Y.shape[0]}."
        raise invalid_argument("Y", tuple(Y.shape), why, "one target a sample.")
    low, high = loss.target_range
    if bool(namespace(Y).any((low > Y) | (high < Y))):
        why = f"{loss.name} needs targets between {low:g} and {high:g}."
        hint = "another loss, or rescale the targets."
        raise invalid_argument("Y", tuple(Y.shape), why, hint)
    return Y


def foreign_share(given: Any, X: Array, reduction: Reduction) -> Array:
    """Return c, the share of each sample in the loss, shape (m, 1), beside the inputs.

    Raises
    ------
    InputError
        If there is not one weight a row beside the inputs, one is below 0, or all are 0.
    """
    xp, m = namespace(X), X.shape[0]
    if given is None:
        weights = xp.ones((m, 1), dtype=X.dtype, device=X.device)
    else:
        _check_beside("sample_weight", given, X)
        if tuple(given.shape) != (m,):
            why = f"its shape is {tuple(given.shape)} and there are {m} rows."
            raise invalid_argument("sample_weight", tuple(given.shape), why, f"shape ({m},).")
        weights = xp.reshape(xp.astype(given, X.dtype, copy=False), (m, 1))
    total = float(xp.sum(weights))
    if not (bool(xp.all(weights >= 0)) and 0 < total < float("inf")):
        why = "weights are finite and at least 0, and not all are 0."
        raise invalid_argument("sample_weight", (m,), why, "drop the row.")
    return weights if reduction == "sum" else weights / total


def _check_beside(name: str, given: Any, X: Array) -> None:
    """Refuse what does not lie on the device of the inputs, as an array of the same library."""
    if not is_foreign(given) or library_of(given) != library_of(X):
        raise _elsewhere(name, type(given).__name__, X)
    if given.device != X.device:
        raise _elsewhere(name, str(given.device), X)


def _elsewhere(name: str, place: str, X: Array) -> InputError:
    why = f"`X` is an array of {library_of(X)} on {X.device}."
    return invalid_argument(name, place, why, "both on the same device.")
