"""Sensitivity of a network's outputs to its inputs: by derivatives, by averaging, by weights.

`input_sensitivity` takes the exact derivatives ∂aᴸₙₖ/∂xₙᵢ, `partial_effect` the outputs where
some inputs take a value and all others stay as they are. `garson` and `olden` read the weights
alone: they say nothing of the activation functions and of the data, and are here because papers
report them.

Index letters: n sample, k output, i input, j hidden unit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop._validation import as_matrix
from clearprop.backprop.jacobian import input_gradient, output_sensitivities
from clearprop.backprop.propagate import forward
from clearprop.backprop.reference import row_slices
from clearprop.backprop.structure import Parameters
from clearprop.network.network import DEFAULT_MEMORY, Network

__all__ = [
    "InputSensitivity",
    "PartialEffect",
    "center_categories",
    "garson",
    "input_sensitivity",
    "olden",
    "partial_effect",
]

Predict = Callable[[FloatArray], FloatArray]
"""From inputs (m, n₀) to outputs (m, K) or (m,)."""


@dataclass(frozen=True)
class InputSensitivity:
    """The derivative of every output by every input, at each of m samples.

    Attributes
    ----------
    gradients : array of shape (m, K, n₀)
        sₙₖᵢ = ∂aₙₖ/∂xₙᵢ · σᵢ/σₖ: spreads of output per spread of input.
    """

    gradients: FloatArray

    @property
    def mean(self) -> FloatArray:
        """Σₙ sₙₖᵢ / m, shape (K, n₀): the direction in which an input moves an output."""
        return self.gradients.mean(axis=0)

    @property
    def root_mean_square(self) -> FloatArray:
        """√(Σₙ sₙₖᵢ² / m), shape (K, n₀): how much an input matters, whatever the direction."""
        return np.sqrt(np.square(self.gradients).mean(axis=0))

    @property
    def share(self) -> FloatArray:
        """The root mean squares of each output as parts of their sum, shape (K, n₀)."""
        size = self.root_mean_square
        total = size.sum(axis=1, keepdims=True)
        return np.divide(size, total, out=np.zeros_like(size), where=total > 0)

    def quantile(self, level: float) -> FloatArray:
        """Return the `level` quantile over the samples, 0 ≤ level ≤ 1, shape (K, n₀)."""
        return np.quantile(self.gradients, level, axis=0)


def input_sensitivity(
    network: Network,
    params: Parameters | FloatArray,
    X: npt.ArrayLike,
    input_spread: npt.ArrayLike = 1.0,
    output_spread: npt.ArrayLike = 1.0,
    *,
    of_logits: bool = False,
    memory: int = DEFAULT_MEMORY,
) -> InputSensitivity:
    """Return how each output answers to each input at the samples `X`.

    Parameters
    ----------
    network : Network
    params : Parameters or array of shape (P,)
    X : array of shape (m, n₀)
    input_spread : float or array of shape (n₀,), default=1
        σᵢ, usually the inputs' standard deviations: makes inputs of different units comparable.
    output_spread : float or array of shape (K,), default=1
        σₖ, usually the outputs' standard deviations; 0 counts as 1.
    of_logits : bool, default=False
        Take zᴸ in place of the outputs aᴸ, whose derivatives vanish where a sigmoid or softmax is
        sure. Of a softmax, to which only differences of z matter, the mean over k is taken off.
    memory : int
        Bytes that the derivatives of one chunk of rows may take on the way.

    Raises
    ------
    InputError
        If the data do not fit the network, or a spread is negative or not finite.

    Examples
    --------
    >>> import clearprop as cp
    >>> net = cp.Network(2, [cp.Layer(1)])
    >>> found = input_sensitivity(net, [3.0, -1.0, 0.0], [[0.0, 0.0], [1.0, 5.0]])
    >>> found.mean
    array([[ 3., -1.]])
    """
    inputs = as_matrix("X", X, network.inputs, network.dtype)
    widest = network.outputs * max(network.sizes)
    chunks = row_slices(len(inputs), 4 * widest * inputs.itemsize, memory)
    theta = params.vector if isinstance(params, Parameters) else np.asarray(params)
    parts = [_derivatives(network, theta, inputs[rows], of_logits) for rows in chunks]
    of_inputs = _spread("input_spread", input_spread, network.inputs)
    of_outputs = _spread("output_spread", output_spread, network.outputs)
    scale = of_inputs / np.where(of_outputs == 0, 1, of_outputs)[:, None]
    return InputSensitivity(np.concatenate(parts) * scale)


def _derivatives(network: Network, theta: FloatArray, X: FloatArray, of_logits: bool) -> FloatArray:
    """Return ∂a/∂x or ∂z/∂x, shape (m, K, n₀)."""
    if not of_logits:
        return network.input_gradient(theta, X)
    weights = network.parameters(theta).layers
    passed = forward(network.layers, weights, X)
    B = output_sensitivities(network.layers, weights, passed, of_logits=True)
    slopes = input_gradient(weights, B)
    if network.layers[-1].activation.elementwise:
        return slopes
    return slopes - slopes.mean(axis=1, keepdims=True)


@dataclass(frozen=True)
class PartialEffect:
    """The outputs of m samples at each of g values of the varied inputs.

    Attributes
    ----------
    values : array of shape (g, columns)
        Values of the varied inputs.
    curves : array of shape (m, g, K)
        Outputs of each sample with its varied inputs replaced.
    """

    values: FloatArray
    curves: FloatArray

    @property
    def mean(self) -> FloatArray:
        """The partial effect: the mean over the samples, shape (g, K)."""
        return self.curves.mean(axis=0)


def partial_effect(
    predict: Predict, X: npt.ArrayLike, columns: Sequence[int], values: npt.ArrayLike
) -> PartialEffect:
    """Return the outputs with the inputs `columns` set to each row of `values`.

    Parameters
    ----------
    predict : callable
        From inputs (m, n₀) to outputs (m, K) or (m,).
    X : array of shape (m, n₀)
        The samples over which is averaged.
    columns : sequence of int
        The inputs to vary together: one number, or the 0/1 columns of one category.
    values : array of shape (g, len(columns)), or (g,) for a single column

    Raises
    ------
    InputError
        If a column is outside, or a value does not name all columns.

    Source: Friedman, "Greedy function approximation", 2001, section 8.2; the curves of single
    samples: Goldstein et al., "Peeking inside the black box", 2015.

    Examples
    --------
    >>> effect = partial_effect(lambda X: X[:, 0] * X[:, 1], [[0., 1.], [0., 3.]], [0], [0., 2.])
    >>> effect.mean
    array([[0.],
           [4.]])
    """
    samples = np.array(X, dtype=np.float64, ndmin=2)
    grid = np.asarray(values, dtype=np.float64)
    grid = grid[:, None] if grid.ndim == 1 else grid
    chosen = list(columns)
    if not chosen or min(chosen) < 0 or max(chosen) >= samples.shape[1]:
        why = f"the columns are 0 to {samples.shape[1] - 1}."
        raise invalid_argument("columns", chosen, why, "columns=[0].")
    if grid.ndim != 2 or grid.shape[1] != len(chosen):
        why = f"{len(chosen)} columns are varied."
        raise invalid_argument("values", np.shape(values), why, f"shape (g, {len(chosen)}).")
    curves = []
    for value in grid:
        samples[:, chosen] = value
        curves.append(np.asarray(predict(samples)).reshape(len(samples), -1).copy())
    return PartialEffect(grid, np.stack(curves, axis=1))


def garson(parameters: Parameters, input_spread: npt.ArrayLike = 1.0) -> FloatArray:
    """Return each input's share in each output by absolute weights, shape (K, n₀); rows add to 1.

    An input's share in a unit is its part of the unit's absolute weights, and a unit passes its
    own shares on in proportion to its absolute weight in the next layer:

        Qᵢₖ ∝ Σⱼ |wᵢⱼ| / Σᵣ |wᵣⱼ| · |vⱼₖ|

    With several hidden layers the rule is applied layer by layer.

    Parameters
    ----------
    parameters : Parameters
    input_spread : float or array of shape (n₀,), default=1
        σᵢ of the inputs. Weights of raw inputs are comparable only as w σ.

    Source: Garson, "Interpreting neural network connection weights", AI Expert 6(4), 1991; in the
    form of Goh, "Back-propagation neural networks for modeling complex systems", 1995, eq. 8.

    Examples
    --------
    >>> garson(Parameters([2, 1], np.array([3.0, -1.0, 0.0])))
    array([[0.75, 0.25]])
    """
    shares = [_as_parts(np.abs(W)) for W in _weights(parameters, input_spread)]
    passed_on = reduce(np.matmul, shares)
    return _as_parts(passed_on).T


def olden(parameters: Parameters, input_spread: npt.ArrayLike = 1.0) -> FloatArray:
    """Return the sum over all paths of the product of their weights, signed, shape (K, n₀).

    It is W¹ W² … Wᴸ, which is the input gradient of the network without its activation functions.

    Parameters
    ----------
    parameters : Parameters
    input_spread : float or array of shape (n₀,), default=1
        σᵢ of the inputs. Weights of raw inputs are comparable only as w σ.

    Source: Olden, Joy, Death, "An accurate comparison of methods for quantifying variable
    importance in artificial neural networks using simulated data", Ecological Modelling 178, 2004.

    Examples
    --------
    >>> olden(Parameters([2, 1, 1], np.array([3.0, -1.0, 0.0, -2.0, 0.0])))
    array([[-6.,  2.]])
    """
    return reduce(np.matmul, _weights(parameters, input_spread)).T


def center_categories(parameters: Parameters, groups: Sequence[Sequence[int]]) -> Parameters:
    """Return parameters with the same outputs, whose weights of each category's columns add to 0.

    Of the 0/1 columns of a category exactly one is 1. Adding a number to the weights of all of
    them and taking it off the bias changes no output, so a single such weight says nothing until
    that freedom is used up. Sensitivities by centred weights compare a category with the mean of
    all categories of its column.

    Parameters
    ----------
    parameters : Parameters
    groups : sequence of sequences of int
        The inputs that belong to each column of categories.

    Examples
    --------
    >>> import numpy as np
    >>> centred = center_categories(Parameters([2, 1], np.array([5.0, 3.0, 1.0])), [[0, 1]])
    >>> centred.vector
    array([ 1., -1.,  5.])
    """
    centred = parameters.copy()
    W, b = centred.layers[0]
    for group in groups:
        columns = list(group)
        mean = W[columns].mean(axis=0)
        W[columns] -= mean
        b += mean
    return centred


def _weights(parameters: Parameters, input_spread: npt.ArrayLike) -> list[FloatArray]:
    """Return W¹ of inputs with spread 1, and the other weights as they are."""
    first, *others = (W for W, _ in parameters.layers)
    return [first * _spread("input_spread", input_spread, len(first))[:, None], *others]


def _as_parts(size: FloatArray) -> FloatArray:
    """Return each column as parts of its sum; a column of zeros stays zero."""
    total = size.sum(axis=0)
    return np.divide(size, total, out=np.zeros_like(size), where=total > 0)


def _spread(name: str, given: npt.ArrayLike, columns: int) -> FloatArray:
    """Return one spread a column, shape (columns,), from one number or one a column.

    Raises
    ------
    InputError
        If a spread is negative or not finite, or there is not one for every column.
    """
    spread = np.asarray(given, dtype=np.float64)
    if spread.ndim == 0:
        spread = np.full(columns, float(spread))
    if spread.shape != (columns,):
        raise invalid_argument(
            name, spread.shape, f"there are {columns} columns.", f"shape ({columns},)."
        )
    if not np.isfinite(spread).all() or (spread < 0).any():
        raise invalid_argument(name, given, "a spread is finite and at least 0.", "X.std(axis=0).")
    return spread
