"""Input checks of `fit`, and its rows as inputs, targets and weights."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import (
    column_or_1d,
    validate_data,  # pyrefly: ignore[missing-module-attribute]  its stubs are older
)

from clearprop._errors import invalid_argument
from clearprop._sparse import Rows, as_rows, dense, dense_bytes, is_sparse
from clearprop._typing import FloatArray
from clearprop._validation import as_weights, is_finite
from clearprop.data.task import Task
from clearprop.fitting.rows import FitData

SMALL = 16 * 2**20
"""Bytes up to which sparse inputs are written out: nothing is gained by keeping them sparse."""
DTYPES = (np.float64, np.float32)


@dataclass(frozen=True)
class Given:
    """What was handed to `fit`; the validation set may be None."""

    X: Any
    y: Any
    sample_weight: Any = None
    X_val: Any = None
    y_val: Any = None
    sample_weight_val: Any = None

    def __post_init__(self) -> None:
        if (self.X_val is None) != (self.y_val is None):
            missing = "X_val" if self.X_val is None else "y_val"
            raise invalid_argument(
                missing, None, "the other one of X_val and y_val is given.", "both."
            )
        if self.sample_weight_val is not None and self.X_val is None:
            why = "there is no X_val that it would weigh."
            raise invalid_argument(
                "sample_weight_val", type(self.sample_weight_val).__name__, why, "X_val."
            )


def checked(
    estimator: Any, X: Any, y: Any, *, numeric: bool, reset: bool
) -> tuple[Rows, npt.NDArray[Any]]:
    """Return inputs (m, n₀) and answers (m,) or (m, quantities), as scikit-learn checks them.

    Large sparse inputs are in CSR format.

    Raises
    ------
    ValueError, TypeError
        If they hold NaN, infinity, text where numbers must be, or have shapes that do not fit.
    """
    if is_plain(X, y, numeric=numeric) and is_unnamed(estimator, X.shape[1], reset=reset):
        estimator.n_features_in_ = X.shape[1]
        return X, y
    X, y = validate_data(
        estimator,
        X,
        y,
        accept_sparse="csr",
        multi_output=True,
        y_numeric=numeric,
        dtype=DTYPES,
        reset=reset,
    )
    if y.ndim == 2 and y.shape[1] == 1:
        y = column_or_1d(y, warn=True)
    return small_or_sparse(X), y


def is_plain(X: Any, y: Any, *, numeric: bool) -> bool:
    """Return whether scikit-learn's checks would surely return X and y themselves.

    They are arrays of finite numbers, X (m, n₀) and y (m,), or labels y. For what takes a closer
    look, such as frames, lists and whatever is wrong, it is False.
    """
    if type(X) is not np.ndarray or type(y) is not np.ndarray or X.dtype not in DTYPES:
        return False
    if X.ndim != 2 or not X.size or y.shape != X.shape[:1]:
        return False
    kind = y.dtype.kind
    known = kind in ("biuf" if numeric else "biufU")
    return known and is_finite(X) and (kind != "f" or is_finite(y))


def is_unnamed(estimator: Any, columns: int, *, reset: bool) -> bool:
    """Return whether plain rows of so many columns are what the estimator expects, or it is new."""
    known = vars(estimator)
    fits = reset or known.get("n_features_in_") == columns
    return fits and "feature_names_in_" not in known


def checked_inputs(estimator: Any, X: Any) -> Rows:
    """Return inputs for a fitted estimator, shape (m, n₀), as scikit-learn checks them.

    Raises
    ------
    ValueError, TypeError
        As for `checked`, and if their columns are not those of `fit`.
    """
    return small_or_sparse(
        validate_data(estimator, X, accept_sparse="csr", dtype=DTYPES, reset=False)
    )


def small_or_sparse(X: Rows) -> Rows:
    """Return a sparse matrix with its zeros written out where they take little memory."""
    return dense(X) if dense_bytes(X) <= SMALL else as_rows("X", X, X.shape[1], X.dtype.name)


def fit_data(
    estimator: Any,
    task: Task,
    given: Given,
    X: Rows,
    y: npt.NDArray[Any],
    *,
    numeric: bool,
) -> FitData:
    """Return the rows of `given`, whose X and y are checked already, with its validation rows."""
    if y.ndim == 2 and np.shape(given.sample_weight) == y.shape:
        why, hint = (
            "it has a weight for each target of a row.",
            "clearprop.train, which takes them.",
        )
        raise invalid_argument("sample_weight", np.shape(given.sample_weight), why, hint)
    weights = as_weights(given.sample_weight, len(y), "float64")
    validating = 0
    if given.X_val is not None:
        X_val, y_val = checked(estimator, given.X_val, given.y_val, numeric=numeric, reset=False)
        if y_val.shape[1:] != y.shape[1:]:
            why = f"its shape is {y_val.shape}, that of `y` is {y.shape}."
            raise invalid_argument("y_val", type(given.y_val).__name__, why, "the columns of `y`.")
        w_val = as_weights(given.sample_weight_val, len(y_val), "float64", "sample_weight_val")
        if (weights is None) != (w_val is None):
            weights = np.ones(len(y)) if weights is None else weights
            w_val = np.ones(len(y_val)) if w_val is None else w_val
        weights = None if weights is None or w_val is None else np.concatenate([weights, w_val])
        X, validating = below(X, X_val.astype(X.dtype)), len(y_val)
        y = np.concatenate([y, y_val])
    by_class = class_weights(estimator, y)
    combined = weights
    if by_class is not None:
        combined = by_class if weights is None else weights * by_class
    return FitData(X, y, task.encode(y, X.dtype.name), combined, weights, validating)


def below(first: Rows, second: Rows) -> Rows:
    """Return the rows of both; sparse if those of one are."""
    if not (is_sparse(first) or is_sparse(second)):
        return np.concatenate([first, second])
    from scipy.sparse import vstack

    return vstack([first, second], format="csr")


def class_weights(estimator: Any, y: npt.NDArray[Any]) -> FloatArray | None:
    """Return how much each row counts because of its class, shape (m,); None for 1."""
    wanted = getattr(estimator, "class_weight", None)
    return None if wanted is None else np.asarray(compute_sample_weight(wanted, y))
