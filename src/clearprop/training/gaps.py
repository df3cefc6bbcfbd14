"""Rows for training that may have gaps: a NaN among the inputs, or for a target."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument, unknown_name
from clearprop._sparse import Rows, as_rows, is_sparse
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop._validation import as_matrix, as_targets, as_weights
from clearprop.network.element_weights import as_element_weights, check_every_output_counts
from clearprop.network.network import Network
from clearprop.training.split import Division

Gaps = Literal["refuse", "drop"]
HINT = "missing='drop', or fill it."


@dataclass(frozen=True)
class GivenRows:
    """Checked inputs, targets and weights, and which rows there are without gaps.

    Attributes
    ----------
    X : array of shape (m, n₀)
        Raw inputs, finite.
    Y : array of shape (m, K)
        Raw targets, finite.
    weights : array of shape (m,) or (m, K), optional
        How much each row counts, or each target of each row: a target that is not there does not.
    division : Division, optional
        By the rows as they were given; those with gaps are in no part.
    notes : tuple of Text
        What was left out, counted.
    """

    X: Rows
    Y: FloatArray
    weights: FloatArray | None
    division: Division | None
    notes: tuple[Text, ...] = ()


def given_rows(
    network: Network,
    X: npt.ArrayLike | Rows,
    Y: npt.ArrayLike,
    sample_weight: npt.ArrayLike | None,
    division: Division | None,
    missing: Gaps = "refuse",
) -> GivenRows:
    """Return rows that a network can be trained on; NaN is refused, or dropped as asked for.

    A row is dropped if one of its inputs is NaN, or if all its targets are. Of another row, targets
    that are NaN do not count.

    Raises
    ------
    InputError
        If shapes do not fit, a number is not finite, or nothing is left.
    """
    if missing not in ("refuse", "drop"):
        raise unknown_name("missing", missing, ("refuse", "drop"))
    gaps, dtype = missing == "drop", network.dtype
    if is_sparse(X):
        X = as_rows("X", X, network.inputs, dtype)
    else:
        X = as_matrix("X", X, network.inputs, dtype, gaps=gaps, hint=HINT)
    Y = as_targets(Y, network.outputs, dtype, gaps=gaps, hint=HINT)
    m = X.shape[0]
    if m != len(Y):
        why = f"`X` has {m} rows and `Y` has {len(Y)}."
        raise invalid_argument("Y", Y.shape, why, "one target a sample.")
    of_targets = np.ndim(sample_weight) == 2 if sample_weight is not None else False  # type: ignore[arg-type]
    if of_targets:
        weights = as_element_weights(sample_weight, m, network.outputs, dtype)  # type: ignore[arg-type]
    else:
        weights = as_weights(sample_weight, m, dtype)
    if not gaps or is_sparse(X):
        return GivenRows(X, Y, weights, division)
    unknown = np.isnan(Y)
    dropped = np.isnan(X).any(axis=1) | unknown.all(axis=1)
    alone = unknown[~dropped]
    notes = _counted(int(dropped.sum()), int(alone.sum()))
    if not notes:
        return GivenRows(X, Y, weights, division)
    if dropped.all():
        raise invalid_argument("missing", missing, "every row has a gap.", "fill the gaps.")
    if alone.any():
        each = np.ones(Y.shape, dtype) if weights is None else weights.reshape(len(Y), -1)
        weights = np.where(unknown, 0, each).astype(dtype, copy=False)
        check_every_output_counts(weights[~dropped])
    whole = division or Division.all_for_training(len(X))
    kept = Division(*(rows[~dropped[rows]] for rows in vars(whole).values()))
    return GivenRows(np.nan_to_num(X), np.where(unknown, 0, Y), weights, kept, notes)


def _counted(rows: int, targets: int) -> tuple[Text, ...]:
    """Return the notes on rows and single targets that are left out."""
    notes = []
    if rows:
        en = "1 row has a missing value and is left out."
        if rows > 1:
            en = f"{rows} rows have a missing value and are left out."
        notes.append(Text(en, f"{rows} 行含缺失值，已略去。"))
    if targets:
        en = "1 target of another row is missing and does not count."
        if targets > 1:
            en = f"{targets} targets of other rows are missing and do not count."
        notes.append(Text(en, f"其余行中有 {targets} 个目标值缺失，不计入损失。"))
    return tuple(notes)
