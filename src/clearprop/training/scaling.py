"""Scaling of inputs and targets for training, and its folding into the trained parameters.

x̃ = (x − shift) ⊙ rate      so that      x̃ W + b = x (rate ⊙ W) + (b − (shift ⊙ rate) W)
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearprop._errors import unknown_name
from clearprop._sparse import Rows as Table
from clearprop._sparse import is_sparse
from clearprop._typing import FloatArray
from clearprop.backprop.reference import row_slices
from clearprop.backprop.structure import Parameters
from clearprop.training.split import Rows

LEAST_USUAL = 0.01
"""Sparse columns whose largest absolute value is between this and 1 are not scaled."""
CHUNK = 8 * 2**20
"""Bytes of rows that are scaled at a time: large tables are never copied for it."""

ALSO_CALLED = {"mapstd": "standardize", "mapminmax": "minmax"}
"""MATLAB's names of the methods."""


@dataclass(frozen=True)
class Scaling:
    """The map x̃ = (x − shift) ⊙ rate of each column, and its inverse.

    Attributes
    ----------
    shift : array of shape (columns,)
        In the unit of the column.
    rate : array of shape (columns,)
        In 1 / the unit of the column; 0 for a constant column, which says nothing.
    """

    shift: FloatArray
    rate: FloatArray

    def apply(self, data: Table, rows: Rows | None = None) -> Table:
        """Return the scaled columns, shape (m, columns), in the type of `data`; or some rows.

        Sparse columns must not be shifted, which would leave no zero.
        """
        if is_sparse(data):
            return self._apply_to_sparse(data if rows is None else data[rows])
        m = len(data) if rows is None else len(rows)
        if self.is_identity:
            return data if rows is None else data[rows]
        scaled = np.empty((m, data.shape[1]), data.dtype)
        for part in row_slices(m, data.shape[1] * 8, CHUNK):
            some = data[part] if rows is None else data[rows[part]]
            scaled[part] = (some - self.shift) * self.rate
        return scaled

    def _apply_to_sparse(self, data: Table) -> Table:
        scaled = data.copy()
        scaled.data *= self.rate.astype(data.dtype)[data.indices]
        return scaled

    @property
    def is_identity(self) -> bool:
        """Whether everything stays as it is."""
        return not self.shift.any() and bool((self.rate == 1).all())

    def undo(self, scaled: FloatArray) -> FloatArray:
        """Return the columns in their own units; a constant column is its constant again."""
        return (scaled * self.spread + self.shift).astype(scaled.dtype, copy=False)

    @property
    def spread(self) -> FloatArray:
        """1 / rate, the size of one scaled unit; 0 for a constant column."""
        return np.divide(1, self.rate, out=np.zeros_like(self.rate), where=self.rate > 0)


def fit_scaling(data: Table, method: str | None, weights: FloatArray | None = None) -> Scaling:
    """Return the scaling of the columns of `data`, shape (m, columns).

    Parameters
    ----------
    data : array of shape (m, columns)
        The rows that train, and no others. Columns of a sparse one are not shifted, and scaled
        only where their largest absolute value is not usual, to 1, whatever the method.
    method : {"standardize", "minmax", None}
        To mean 0 and standard deviation 1, to [−1, 1], or not at all.
    weights : array of shape (m,), optional
        How much each row counts; rows of weight 0 count for nothing.

    Raises
    ------
    InputError
        If the method is not known.
    """
    columns = data.shape[1]
    method = ALSO_CALLED.get(method or "none", method)
    if method is None or method == "none":
        return Scaling(np.zeros(columns), np.ones(columns))
    if is_sparse(data):
        return _scaling_of_sparse(data)
    if weights is not None:
        if not weights.all():
            data, weights = data[weights > 0], weights[weights > 0]
        weights = weights.astype(np.float64)
    low, high = (edge(axis=0).astype(np.float64) for edge in (data.min, data.max))
    # powers of 2 change no digit, and keep squares of huge and of tiny numbers representable
    _, exponent = np.frexp(np.maximum(-low, high))
    low, high = np.ldexp(low, -exponent), np.ldexp(high, -exponent)
    if method == "standardize":
        shift, spread = _moments(data, exponent, weights)
    elif method == "minmax":
        shift, spread = low / 2 + high / 2, high / 2 - low / 2
    else:
        raise unknown_name("scaling", method, ("standardize", "minmax", "none"))
    shift = np.where(low == high, low, shift)  # the mean of equal numbers may round to another
    shift, spread = np.ldexp(shift, exponent), np.ldexp(spread, exponent)
    constant = (low == high) | (spread < np.finfo(float).smallest_normal)
    return Scaling(shift, np.where(constant, 0, 1 / np.where(constant, 1, spread)))


def _scaling_of_sparse(data: Table) -> Scaling:
    """Return the scaling by which no column has a number far from 1, and none is shifted.

    Frequencies and indicators stay as they are. Divided by its standard deviation, a column with
    few entries would have the largest numbers of all.
    """
    largest = abs(data).max(axis=0).toarray().reshape(-1).astype(np.float64)
    usual = (largest >= LEAST_USUAL) & (largest <= 1)
    used = largest >= np.finfo(float).smallest_normal
    rate = np.where(used, 1 / np.where(used, largest, 1), 0)
    return Scaling(np.zeros(len(largest)), np.where(usual, 1, rate))


def _moments(
    data: FloatArray, exponent: npt.NDArray[np.intc], weights: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation of the columns over 2^exponent, a chunk of rows a time."""
    total = len(data) if weights is None else weights.sum()

    def chunks() -> Iterator[tuple[FloatArray, FloatArray | None]]:
        for part in row_slices(len(data), 8 * data.shape[1], CHUNK):
            w = None if weights is None else weights[part, None]
            yield np.ldexp(data[part].astype(np.float64), -exponent), w

    def weighted(some: FloatArray, w: FloatArray | None) -> FloatArray:
        return (some if w is None else some * w).sum(axis=0)

    parts = list(chunks()) if 8 * data.size <= CHUNK else None  # a small table is scaled once
    nothing = np.zeros(data.shape[1])
    shift = sum((weighted(some, w) for some, w in parts or chunks()), nothing) / total
    squares = sum((weighted((some - shift) ** 2, w) for some, w in parts or chunks()), nothing)
    return shift, np.sqrt(squares / total)


def fold(parameters: Parameters, inputs: Scaling, targets: Scaling) -> Parameters:
    """Return parameters of the network that takes raw inputs and gives raw outputs.

    `targets` must be the identity unless the output activation is.

    Examples
    --------
    >>> import numpy as np, clearprop as cp
    >>> X, Y = np.array([[0.0], [50.0], [100.0]]), np.array([[2.0], [4.0], [6.0]])
    >>> inputs, targets = fit_scaling(X, "minmax"), fit_scaling(Y, "minmax")
    >>> line = cp.Network(1, [cp.Layer(1)]).parameters([1.0, 0.0])  # scaled output = scaled input
    >>> fold(line, inputs, targets)["W1"]
    array([[0.04]])
    """
    folded = parameters.copy()
    W, b = folded.layers[0]
    b -= _combined(inputs.shift * inputs.rate, W)
    W *= inputs.rate[:, None]
    W, b = folded.layers[-1]
    W *= targets.spread
    b *= targets.spread
    b += targets.shift
    return folded


def unfold(parameters: Parameters, inputs: Scaling, targets: Scaling) -> Parameters:
    """Return parameters of the network that takes scaled inputs and gives scaled outputs.

    They give what `parameters` give on raw inputs, scaled; a constant column counts as its
    constant. In them weights of columns with different units can be compared. It undoes `fold`.

    Examples
    --------
    >>> import numpy as np, clearprop as cp
    >>> X, Y = np.array([[0.0], [50.0], [100.0]]), np.array([[2.0], [4.0], [6.0]])
    >>> line = cp.Network(1, [cp.Layer(1)]).parameters([0.04, 2.0])  # y = 0.04 x + 2
    >>> unfold(line, fit_scaling(X, "minmax"), fit_scaling(Y, "minmax")).vector
    array([1., 0.])
    """
    unfolded = parameters.copy()
    W, b = unfolded.layers[0]
    b += _combined(inputs.shift, W)
    W *= inputs.spread[:, None]
    W, b = unfolded.layers[-1]
    b -= targets.shift
    W *= targets.rate
    b *= targets.rate
    return unfolded


def _combined(shift: FloatArray, W: FloatArray) -> FloatArray:
    """Return Σᵢ shiftᵢ W[i, j], shape (n₁,), without the BLAS, whose threads would spin on."""
    return np.einsum("i,ij->j", shift, W)
