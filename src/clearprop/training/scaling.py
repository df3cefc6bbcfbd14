"""Scaling of inputs and targets for training, and its folding into the trained parameters.

x̃ = (x − shift) ⊙ rate      so that      x̃ W + b = x (rate ⊙ W) + (b − (shift ⊙ rate) W)
"""

from dataclasses import dataclass

import numpy as np

from clearprop._errors import unknown_name
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters

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

    def apply(self, data: FloatArray) -> FloatArray:
        """Return the scaled columns, shape (m, columns), in the type of `data`."""
        if self.is_identity:
            return data
        return ((data - self.shift) * self.rate).astype(data.dtype, copy=False)

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


def fit_scaling(data: FloatArray, method: str | None, weights: FloatArray | None = None) -> Scaling:
    """Return the scaling of the columns of `data`, shape (m, columns).

    Parameters
    ----------
    data : array of shape (m, columns)
        The rows that train, and no others.
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
    if weights is not None:
        data, weights = data[weights > 0], weights[weights > 0].astype(np.float64)
    # powers of 2 change no digit, and keep squares of huge and of tiny numbers representable
    _, exponent = np.frexp(np.abs(data).max(axis=0).astype(np.float64))
    data = np.ldexp(data.astype(np.float64), -exponent)
    low, high = data.min(axis=0), data.max(axis=0)
    if method == "standardize":
        shift = np.average(data, axis=0, weights=weights)
        spread = np.sqrt(np.average((data - shift) ** 2, axis=0, weights=weights))
    elif method == "minmax":
        shift, spread = low / 2 + high / 2, high / 2 - low / 2
    else:
        raise unknown_name("scaling", method, ("standardize", "minmax", "none"))
    shift = np.where(low == high, low, shift)  # the mean of equal numbers may round to another
    shift, spread = np.ldexp(shift, exponent), np.ldexp(spread, exponent)
    constant = (low == high) | (spread < np.finfo(float).smallest_normal)
    return Scaling(shift, np.where(constant, 0, 1 / np.where(constant, 1, spread)))


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
