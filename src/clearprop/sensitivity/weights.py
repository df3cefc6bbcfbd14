"""Importance of inputs read off the weights alone: Garson's shares and Olden's products.

Both say nothing of the activation functions and of the data; the input gradients
(`clearprop.sensitivity.gradients`) do. They are here because papers report them.
"""

from functools import reduce

import numpy as np
import numpy.typing as npt

from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters
from clearprop.sensitivity.spread import as_spread


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
    shares = [_parts(np.abs(W)) for W in _weights(parameters, input_spread)]
    passed_on = reduce(np.matmul, shares)
    return _parts(passed_on).T


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


def _weights(parameters: Parameters, input_spread: npt.ArrayLike) -> list[FloatArray]:
    """Return W¹ of inputs with spread 1, and the other weights as they are."""
    first, *others = (W for W, _ in parameters.layers)
    return [first * as_spread("input_spread", input_spread, len(first))[:, None], *others]


def _parts(size: FloatArray) -> FloatArray:
    """Return each column as parts of its sum; a column of zeros stays zero."""
    total = size.sum(axis=0)
    return np.divide(size, total, out=np.zeros_like(size), where=total > 0)
