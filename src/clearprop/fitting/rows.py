"""The rows of a fit: which train, which are held back, and equal ones as one that counts more."""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._random import RandomSource
from clearprop._sparse import Rows, dense, dense_bytes, is_sparse
from clearprop._typing import FloatArray
from clearprop.fitting.options import FitOptions
from clearprop.training import Division, divide
from clearprop.training.rows import TrainingData
from clearprop.training.split import Rows as RowNumbers

MAX_WRITTEN_OUT = 2**30
"""Bytes up to which sparse inputs are written out for solvers that need it."""
MIN_VALIDATION = 2
"""Rows below which a score says nothing: R² does not exist for a single one."""


@dataclass(frozen=True)
class FitData:
    """Checked inputs, answers and weights of a fit.

    Attributes
    ----------
    X : array of shape (m, n₀), or a sparse one in CSR format
        Inputs, float64 or float32.
    y : array of shape (m,) or (m, quantities)
        Answers as they were given.
    Y : array of shape (m, K)
        Targets of the network.
    weights : array of shape (m,), optional
        How much each row counts in training.
    score_weights : array of shape (m,), optional
        How much each row counts in a score: without what its class adds to it.
    validating : int, default=0
        How many rows at the end validate because the caller says so.
    """

    X: Rows
    y: npt.NDArray[np.generic]
    Y: FloatArray
    weights: FloatArray | None = None
    score_weights: FloatArray | None = None
    validating: int = 0

    @property
    def is_sparse(self) -> bool:
        """Whether the inputs are sparse."""
        return is_sparse(self.X)

    def written_out(self, solver: str) -> "FitData":
        """Return the same with the zeros of sparse inputs written out, as a solver needs them.

        Raises
        ------
        InputError
            If they would take too much memory.
        """
        if not self.is_sparse:
            return self
        gigabytes = dense_bytes(self.X) / 2**30
        if gigabytes * 2**30 > MAX_WRITTEN_OUT:
            why = f"sparse inputs, written out as it needs them, would take {gigabytes:.1f} GiB."
            raise invalid_argument("solver", solver, why, "solver='adam' or 'lbfgs'.")
        return replace(self, X=dense(self.X))

    @property
    def dtype(self) -> str:
        """The type of the inputs, which is that of the parameters."""
        return self.X.dtype.name


def split_rows(
    options: FitOptions, data: FitData, strata: npt.NDArray[np.generic] | None, random: RandomSource
) -> Division:
    """Return the division of the rows, of which the last `validating` validate in any case.

    The rest is split as scikit-learn does it: in random order, which the rows that train keep; or
    as the options say.

    Parameters
    ----------
    options : FitOptions
        Of which `early_stopping`, `validation`, `test` and `division` are looked at.
    data : FitData
    strata : array of shape (m - validating,), optional
        Labels that shall be as frequent in each part as they are in all.
    random : RandomState or Generator

    Raises
    ------
    InputError
        If a part would be empty, or a stratum has too few rows to be in every part.
    """
    rows, given = len(data.Y), data.validating
    if isinstance(options.division, Division):
        return options.division
    if options.division != "random":
        return _in_order(options, rows, given)
    own, validation = np.arange(rows - given), np.arange(rows - given, rows)
    test = np.arange(0)
    if options.test > 0:
        own, test = _split("test", own, options.test, strata, random)
    if given or not options.early_stopping:
        return Division(own, validation, np.sort(test))
    labels = None if strata is None else strata[own]
    part: float = options.validation
    if options.test > 0:  # a part of all rows, not of what is left of them
        part = max(1, min(len(own) - 1, math.ceil(options.validation * rows - 1e-9)))
    own, validation = _split("validation", own, part, labels, random)
    if len(validation) < MIN_VALIDATION:
        why = "The validation set is too small. Increase 'validation_fraction' or the size of"
        why += f" your dataset; of {rows} rows it leaves {len(validation)} for validation."
        raise invalid_argument("validation_fraction", options.validation, why, "0.2.")
    return Division(own, validation, np.sort(test))


def _in_order(options: FitOptions, rows: int, given: int) -> Division:
    """Return the division by a method that draws nothing; the last `given` rows validate."""
    own = options.validation if options.early_stopping and not given else 0.0
    parts = (1 - own - options.test, own, options.test)
    division = divide(rows - given, str(options.division), parts)
    if not given:
        return division
    return Division(division.train, np.arange(rows - given, rows), division.test)


def _split(
    name: str,
    rows: RowNumbers,
    part: float,
    strata: npt.NDArray[np.generic] | None,
    random: RandomSource,
) -> tuple[RowNumbers, RowNumbers]:
    from sklearn.model_selection import train_test_split

    if isinstance(random, np.random.Generator):
        random = np.random.RandomState(random.integers(2**31))
    try:
        rest, drawn = train_test_split(rows, test_size=part, random_state=random, stratify=strata)
    except ValueError as error:  # in scikit-learn's words, with the part that was asked for
        hint = "a smaller part, or more rows of each class."
        raise invalid_argument(name, part, str(error), hint) from None
    return rest, drawn


def distinct(data: TrainingData) -> TrainingData:
    """Return the data with equal rows as one row of their whole weight, in a fixed order.

    A loss that sums over rows is the same; so is, to the last bit, what a batch solver makes of
    rows that were repeated, weighted or reordered.
    """
    m = len(data.Y)
    weights = np.ones(m) if data.weights is None else data.weights
    columns = [*data.X.T, *data.Y.T]
    order = np.argsort(columns[0], kind="stable")
    if not (np.diff(columns[0][order]) > 0).all():  # else the first column says the order
        order = np.lexsort(columns[::-1])
    order = order[weights[order] > 0]
    new = np.zeros(len(order), bool)
    new[:1] = True
    for column in columns:
        new[1:] |= column[order[1:]] != column[order[:-1]]
    first, group = order[new], np.cumsum(new) - 1
    total = np.bincount(group, weights[order], len(first))
    return TrainingData(data.X[first], data.Y[first], None if (total == total[0]).all() else total)
