"""Between raw and scaled units: which scaling the targets get, and where it is folded afterwards.

A network whose output is any number takes the targets' scaling into its last layer. One whose
outputs have bounds, such as tanh, cannot: if targets lie beyond, they are mapped onto the outputs
for training, and the trained network gets one more layer, y = a W + b with a diagonal W, that takes
its outputs to the targets' unit.
"""

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Layer, Parameters
from clearprop.network.element_weights import check_every_output_counts
from clearprop.network.network import Network
from clearprop.training.scaling import Scaling, fit_scaling, fold, unfold

UNLIMITED = (float("-inf"), float("inf"))


def target_scaling(
    network: Network, Y: FloatArray, method: str, weights: FloatArray | None = None
) -> Scaling:
    """Return the scaling of targets Y, shape (m, K), for training.

    For an output that can be any number it is by `method`; for one with bounds it takes the
    targets' span onto them, if some target lies beyond; else nothing is scaled.

    Parameters
    ----------
    network : Network
    Y : array of shape (m, K)
        Of the rows that train.
    method : {"standardize", "minmax", "none"}
    weights : array of shape (m,) or (m, K), optional
        How much each row, or target, counts.
    """
    if method == "none" or network.layers[-1].activation.is_identity:
        return _by_columns(Y, method, weights)
    low, high = network.layers[-1].activation.range
    counted = _counted(Y, weights)
    beyond = ((low > Y) | (high < Y)) & counted
    if not takes_any_number(network) or not beyond.any():
        return _by_columns(Y, "none", None)
    scalings = [_onto(Y[counted[:, k], k], low, high) for k in range(Y.shape[1])]
    return Scaling(*(np.array(parts) for parts in zip(*scalings, strict=True)))


def takes_any_number(network: Network) -> bool:
    """Return whether the loss takes any targets, and outputs do not share a whole."""
    rule, output = network.loss_rule, network.layers[-1].activation
    return rule.target_range == UNLIMITED and not output.sums_to_one


def unit_of_loss(network: Network, targets: Scaling) -> float:
    """Return the loss of raw targets over that of scaled ones; 0 where no number says it.

    Half a squared error has the unit of its targets squared, if they all have the same.
    """
    spread = targets.spread
    one_unit = network.layers[-1].activation.is_identity and (spread == spread[0]).all()
    squared = network.loss_rule.constant_curvature is not None
    return float(spread[0] ** 2) if one_unit and squared else 0.0


def in_raw_units(
    network: Network, parameters: Parameters, inputs: Scaling, targets: Scaling
) -> tuple[Network, Parameters]:
    """Return network and parameters that take raw inputs and give raw outputs.

    The network is the same, or has one more layer behind an output with bounds.
    """
    if network.layers[-1].activation.is_identity or targets.is_identity:
        return network, fold(parameters, inputs, targets)
    nothing = Scaling(np.zeros(network.outputs), np.ones(network.outputs))
    return behind(network, fold(parameters, inputs, nothing), targets)


def behind(
    network: Network, parameters: Parameters, targets: Scaling
) -> tuple[Network, Parameters]:
    """Return network and parameters with one more layer, which undoes a scaling of the outputs."""
    longer = network.with_layers([*network.layers, Layer(network.outputs)])
    last = [np.diag(targets.spread).ravel(), targets.shift]
    vector = np.concatenate([parameters.vector, *last]).astype(parameters.vector.dtype)
    return longer, Parameters(longer.sizes, vector)


def in_scaled_units(
    network: Network, raw: Parameters, inputs: Scaling, targets: Scaling
) -> tuple[Parameters, Scaling]:
    """Return what `in_raw_units` was given: parameters for scaled columns, and that scaling.

    The scaling of the targets is the one given, except behind an output with bounds, where `raw`
    hold their own.

    Raises
    ------
    InputError
        If `raw` are parameters of another network.
    """
    K, count = network.outputs, network.parameter_count
    raw = Parameters(raw.sizes, raw.vector.astype(np.float64))
    nothing = Scaling(np.zeros(K), np.ones(K))
    if raw.sizes == network.sizes:
        takes_scaling = network.layers[-1].activation.is_identity
        own = unfold(raw, inputs, targets if takes_scaling else nothing)
        return _in_type_of(network, own), targets
    W, b = raw.layers[-1]
    if raw.sizes != (*network.sizes, K) or np.count_nonzero(W - np.diag(np.diagonal(W))):
        why = f"the network has the sizes {network.sizes}."
        raise invalid_argument("start", raw, why, "the parameters of an earlier result.")
    spread = np.diagonal(W)
    rate = np.divide(1, spread, out=np.zeros_like(spread), where=spread != 0)
    inner = Parameters(network.sizes, raw.vector[:count])
    return _in_type_of(network, unfold(inner, inputs, nothing)), Scaling(b.copy(), rate)


def _in_type_of(network: Network, parameters: Parameters) -> Parameters:
    return Parameters(parameters.sizes, parameters.vector.astype(network.dtype))


def _by_columns(Y: FloatArray, method: str, weights: FloatArray | None) -> Scaling:
    """Return the scaling by `method`; each column may have weights of its own."""
    if weights is None or weights.ndim == 1:
        return fit_scaling(Y, method, weights)
    check_every_output_counts(weights)
    each = [fit_scaling(Y[:, [k]], method, weights[:, k]) for k in range(Y.shape[1])]
    shifts, rates = zip(*((one.shift, one.rate) for one in each), strict=True)
    return Scaling(np.concatenate(shifts), np.concatenate(rates))


def _counted(Y: FloatArray, weights: FloatArray | None) -> np.ndarray:
    """Return which targets count, shape (m, K)."""
    if weights is None:
        return np.ones(Y.shape, bool)
    return np.broadcast_to(weights.reshape(len(Y), -1) > 0, Y.shape)


def _onto(y: FloatArray, low: float, high: float) -> tuple[float, float]:
    """Return shift and rate that take numbers (m,) onto outputs between bounds.

    Between two bounds the span of the numbers goes onto that of the outputs; behind a single bound
    a standard deviation becomes 1.
    """
    y = y.astype(np.float64)
    between = np.isfinite([low, high]).all()
    spread = np.ptp(y) / (high - low) if between else y.std()
    if spread == 0:
        return float(y[0]), 0.0
    shift = y.min() - low * spread if np.isfinite(low) else y.max() - high * spread
    return float(shift), float(1 / spread)
