"""Derivations that between them use every kind of formula, for the tests of printers."""

import functools

import numpy as np

import clearprop as cp
from clearprop.derivation import Derivation

OPTIONS = [
    {"lang": lang, "convention": convention}
    for lang in ("en", "zh")
    for convention in ("row", "column")
]


def course_network() -> tuple:
    """Return the 2-3-1 network of the course notes with one sample."""
    net = cp.Network(2, [cp.Layer(3, "relu"), cp.Layer(1, "sigmoid")], reduction="sum")
    return net, net.initialize("he", seed=42), [[0.5, -1.0]], [[1.0]]


def wide_network() -> tuple:
    """Return a 4-8-8-3 network with one sample."""
    layers = [cp.Layer(8, "tanh"), cp.Layer(8, "gelu"), cp.Layer(3, "softmax")]
    net = cp.Network(4, layers, "categorical_cross_entropy")
    X = np.random.default_rng(3).standard_normal((1, 4))
    return net, net.initialize("he", seed=42), X, [[0.0, 1.0, 0.0]]


@functools.cache
def everything(**options: str) -> tuple[Derivation, ...]:
    """Return derivations that hold every activation, every loss, batches and folded matrices."""
    random = np.random.default_rng(0)
    found = [
        cp.explain(*course_network(), detail="everything", learning_rate=0.5, **options),
        cp.explain(*course_network(), wrt="W1[0,2]", detail="everything", **options),
        cp.explain(*wide_network(), wrt="W1[0,2]", **options),
    ]
    outputs = {
        "absolute_error": "identity",
        "binary_cross_entropy": "sigmoid",
        "categorical_cross_entropy": "softmax",
        "half_squared_error": "tanh",
        "huber": "softmax",
        "poisson": "softplus",
        "squared_error": "identity",
    }
    hidden = sorted(cp.ACTIVATIONS)
    for number, loss in enumerate(sorted(cp.LOSSES)):
        layers = [cp.Layer(2, hidden[number]), cp.Layer(2, hidden[-1 - number])]
        net = cp.Network(2, [*layers, cp.Layer(2, outputs.get(loss, "softplus"))], loss)
        X = random.standard_normal((2, 2))
        Y = np.eye(2)
        params = net.initialize("xavier", seed=random)
        found.append(cp.explain(net, params, X, Y, detail="everything", **options))
    net = cp.Network(12, [cp.Layer(9, "elu"), cp.Layer(1)])
    X, Y = random.standard_normal((3, 12)), random.standard_normal((3, 1))
    found.append(cp.explain(net, net.initialize(seed=0), X, Y, **options))
    return tuple(found)
