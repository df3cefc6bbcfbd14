"""Every formula written a second time, for the tests to compare with. A new rule adds one line.

Each formula is an expression over a namespace `xp`: `differentiable` is what the autograd package
takes derivatives of, `precise` computes with mpmath, to as many digits as one asks for.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import autograd.numpy as anp
import autograd.scipy.special as special
import mpmath
import numpy as np

from clearprop import Network
from clearprop._registry import settings_of

Array = Any


def size(xp: SimpleNamespace, r: Array) -> Array:
    """Return |r|, with derivative 0 at 0."""
    return xp.where(r > 0, r, xp.where(r < 0, -r, 0 * r))


def held(xp: SimpleNamespace, z: Array, low: float, high: float) -> Array:
    """Return z, held between two numbers, with derivative 0 at both."""
    return xp.where(z > low, xp.where(z < high, z, high + 0 * z), low + 0 * z)


ACTIVATIONS: dict[str, Callable[..., Array]] = {
    "identity": lambda xp, z: z,
    "sigmoid": lambda xp, z: 1 / (1 + xp.exp(-z)),
    "tanh": lambda xp, z: xp.sinh(z) / xp.cosh(z),
    "relu": lambda xp, z: xp.where(z > 0, z, 0 * z),
    "leaky_relu": lambda xp, z, slope: xp.where(z > 0, z, slope * z),
    "elu": lambda xp, z: xp.where(z > 0, z, xp.expm1(xp.where(z > 0, 0 * z, z))),
    "gaussian": lambda xp, z: xp.exp(-(z**2)),
    "hard_tanh": lambda xp, z: held(xp, z, -1, 1),
    "saturating_linear": lambda xp, z: held(xp, z, 0, 1),
    "softsign": lambda xp, z: z / (1 + size(xp, z)),
    "softplus": lambda xp, z: xp.log(1 + xp.exp(z)),
    "gelu": lambda xp, z: z * (1 + xp.erf(z / xp.sqrt(2))) / 2,
    "silu": lambda xp, z: z / (1 + xp.exp(-z)),
    "exp": lambda xp, z: xp.exp(z),
    "softmax": lambda xp, z: xp.exp(z) / xp.sum(xp.exp(z), axis=-1, keepdims=True),
}

LOSSES: dict[str, Callable[..., Array]] = {
    "half_squared_error": lambda xp, a, y: (a - y) ** 2 / 2,
    "squared_error": lambda xp, a, y: (a - y) ** 2,
    "absolute_error": lambda xp, a, y: size(xp, a - y),
    "huber": lambda xp, a, y, delta: xp.where(
        size(xp, a - y) <= delta, (a - y) ** 2 / 2, delta * size(xp, a - y) - delta**2 / 2
    ),
    "binary_cross_entropy": lambda xp, a, y: -y * xp.log(a) - (1 - y) * xp.log(1 - a),
    "categorical_cross_entropy": lambda xp, a, y: -y * xp.log(a),
    "poisson": lambda xp, a, y: a - y - y * xp.log(a) + y * xp.log(xp.where(y > 0, y, 1 + 0 * y)),
}
"""The loss of each output, shape (m, K); the loss of a sample is the sum over its outputs."""

OTHER_SETTINGS = {
    "activation": ["leaky_relu(slope=0.3)"],
    "loss": ["huber(delta=0.25)"],
}
"""Rules with settings that are not their defaults; a rule without settings needs no line."""

differentiable = SimpleNamespace(
    **{name: getattr(anp, name) for name in ("exp", "expm1", "log", "sinh", "cosh", "sqrt")},
    erf=special.erf,
    where=anp.where,
    sum=anp.sum,
)

precise = SimpleNamespace(
    **{
        name: np.frompyfunc(getattr(mpmath, name), 1, 1)
        for name in ("exp", "expm1", "log", "sinh", "cosh", "sqrt", "erf")
    },
    where=np.where,
    sum=np.sum,
)


def exact(array: Array) -> Array:
    """Return the array with every entry as a multi-precision number of the same value."""
    return np.frompyfunc(mpmath.mpf, 1, 1)(np.asarray(array, dtype=float))


def activate(rule: Any, z: Array, xp: SimpleNamespace = differentiable) -> Array:
    """Return f(z) by the second formula of an activation."""
    return ACTIVATIONS[rule.name](xp, z, **settings_of(rule))


def sample_losses(rule: Any, a: Array, y: Array, xp: SimpleNamespace = differentiable) -> Array:
    """Return the loss of each sample, shape (m,), by the second formula of a loss."""
    return xp.sum(LOSSES[rule.name](xp, a, y, **settings_of(rule)), axis=-1)


def logits(network: Network, theta: Array, X: Array) -> Array:
    """Return the weighted sums of the output layer, shape (m, K)."""
    A, start = X, 0
    for number, layer in enumerate(network.layers):
        n_in = A.shape[1]
        W = anp.reshape(theta[start : start + n_in * layer.units], (n_in, layer.units))
        start += n_in * layer.units
        Z = anp.dot(A, W) + theta[start : start + layer.units]
        start += layer.units
        A = Z if number == len(network.layers) - 1 else activate(layer.activation, Z)
    return A


def outputs(network: Network, theta: Array, X: Array) -> Array:
    """Return the outputs, shape (m, K)."""
    return activate(network.layers[-1].activation, logits(network, theta, X))


def total_loss(network: Network, theta: Array, X: Array, Y: Array, weights: Array = None) -> Array:
    """Return the loss that the network minimises at the flat vector `theta`."""
    losses = sample_losses(network.loss_rule, outputs(network, theta, X), Y)
    weights = anp.ones(len(X)) if weights is None else weights
    total = anp.sum(weights * losses)
    return total if network.reduction == "sum" else total / anp.sum(weights)
