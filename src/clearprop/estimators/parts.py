"""Which rows train, which validate and which are only looked at."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import train_test_split

from clearprop._errors import invalid_argument
from clearprop.estimators.parameters import MLPParameters
from clearprop.training import Division

MIN_VALIDATION = 2
"""Rows below which a score says nothing: R² does not exist for a single one."""


def divide_rows(
    parameters: MLPParameters,
    rows: int,
    given: int,
    groups: npt.NDArray[Any] | None,
    random: Any,
) -> Division:
    """Return the division of `rows` rows, of which the last `given` are the caller's validation.

    The rest is split as scikit-learn does it: in random order, which the rows that train keep.

    Parameters
    ----------
    parameters : MLPParameters
    rows : int
    given : int
        How many rows at the end validate because the caller says so.
    groups : array of shape (rows - given,), optional
        Labels that shall be as frequent in each part as they are in all.
    random : RandomState or Generator

    Raises
    ------
    ValueError
        If a part would be empty, or a group has too few rows to be in every part.
    """
    own = np.arange(rows - given)
    validation, test = np.arange(rows - given, rows), np.arange(0)
    if parameters.test_fraction > 0:
        own, test = _split(own, parameters.test_fraction, groups, random)
    if given:
        return Division(own, validation, np.sort(test))
    if not parameters.early_stopping:
        return Division(own, validation, np.sort(test))
    labels = None if groups is None else groups[own]
    own, validation = _split(own, parameters.validation_fraction, labels, random)
    if len(validation) < MIN_VALIDATION:
        why = "The validation set is too small. Increase 'validation_fraction' or the size of"
        why += f" your dataset; of {rows} rows it leaves {len(validation)} for validation."
        raise invalid_argument("validation_fraction", parameters.validation_fraction, why, "0.2.")
    return Division(own, validation, np.sort(test))


def _split(
    rows: npt.NDArray[np.intp], part: float, groups: npt.NDArray[Any] | None, random: Any
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    if isinstance(random, np.random.Generator):
        random = np.random.RandomState(random.integers(2**31))
    rest, drawn = train_test_split(rows, test_size=part, random_state=random, stratify=groups)
    return rest, drawn
