"""Sensitivity by the exact input gradients ∂aᴸₙₖ/∂xₙᵢ."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearprop._typing import FloatArray
from clearprop._validation import as_matrix
from clearprop.backprop.jacobian import input_gradient, output_sensitivities
from clearprop.backprop.propagate import forward
from clearprop.backprop.reference import row_slices
from clearprop.backprop.structure import Parameters
from clearprop.network.network import DEFAULT_MEMORY, Network
from clearprop.sensitivity.spread import as_spread


@dataclass(frozen=True)
class InputSensitivity:
    """The derivative of every output by every input, at each of m samples."""

    gradients: FloatArray
    """sₙₖᵢ = ∂aₙₖ/∂xₙᵢ · σᵢ/σₖ, shape (m, K, n₀): spreads of output per spread of input."""

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
    of_inputs = as_spread("input_spread", input_spread, network.inputs)
    of_outputs = as_spread("output_spread", output_spread, network.outputs)
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
