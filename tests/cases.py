"""Networks and data for the tests to run on, chosen by Hypothesis."""

from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from clearprop import ACTIVATIONS, LOSSES, InputError, Layer, Loss, Network
from clearprop.backprop.structure import Parameters, parameter_count
from oracle import OTHER_SETTINGS

ALL_ACTIVATIONS = [*ACTIVATIONS, *OTHER_SETTINGS["activation"]]
HIDDEN = [f for f in ALL_ACTIVATIONS if ACTIVATIONS.make(f).held_beyond("float64") == np.inf]
"""Those that a stack of layers can bear: exp of exp of exp is no number."""
ALL_LOSSES = [*LOSSES, *OTHER_SETTINGS["loss"]]


def fits(loss: str, output: str) -> bool:
    """Return whether the loss exists for this output activation."""
    try:
        Network(1, [Layer(1, output)], loss=loss)
    except InputError:
        return False
    return True


OUTPUTS = {loss: [name for name in ALL_ACTIVATIONS if fits(loss, name)] for loss in ALL_LOSSES}
"""The output activations for which each loss exists."""

PAIRS = [(output, loss) for loss, names in OUTPUTS.items() for output in names]


def is_chinese(text: str) -> bool:
    """Return whether there are Chinese characters in a text."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


class Case(NamedTuple):
    """A network, parameters θ (P,), samples X (m, n₀), targets Y (m, K), sample weights (m,)."""

    network: Network
    theta: np.ndarray
    X: np.ndarray
    Y: np.ndarray
    weights: np.ndarray

    def reduced_by(self, reduction: str, dtype: str = "float64") -> Network:
        """Return the same network with another reduction."""
        network = self.network
        rules = (network.layers, network.loss_rule)
        return Network(network.inputs, *rules, reduction, dtype, engine="reference")


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    """Return finite floats in [low, high] without the denormal ones."""
    return st.floats(low, high, allow_subnormal=False)


def targets(loss: Loss, m: int, K: int) -> st.SearchStrategy[np.ndarray]:
    """Return targets (m, K) for which the loss exists; classes add up to 1."""
    if loss.name == "categorical_cross_entropy":
        one_hot = arrays(int, m, elements=st.integers(0, K - 1)).map(lambda k: np.eye(K)[k])
        soft = arrays(float, (m, K), elements=numbers(0.01, 1))
        return one_hot | soft.map(lambda y: y / y.sum(axis=1, keepdims=True))
    low, high = loss.target_range
    return arrays(float, (m, K), elements=numbers(max(low, -2.0), min(high, 2.0)))


@st.composite
def network_cases(
    draw: Any, loss: str, depth: int, hidden: str | None = None, output: str | None = None
) -> Case:
    """Return a network of this depth with data; what is not named is drawn.

    Weights are drawn from [−1, 1] and divided by the inputs of their layer, so that no output
    saturates so far that the oracle, which works from probabilities, loses digits.
    """
    any_hidden, width = st.sampled_from(HIDDEN), st.integers(1, 4)
    named = any_hidden if hidden is None else st.just(hidden)
    above = named if hidden in HIDDEN else any_hidden  # only the first layer may be an exp
    layers = [Layer(draw(width), draw(above if i else named)) for i in range(depth - 1)]
    last = output or draw(st.sampled_from(OUTPUTS[loss]))
    # a softmax over one unit is always 1, where the binary cross-entropy does not exist
    layers.append(Layer(draw(st.integers(2, 4) if last == "softmax" else width), last))
    network = Network(draw(width), layers, loss=loss)
    m = draw(st.integers(1, 5))
    theta = draw(arrays(float, parameter_count(network.sizes), elements=numbers(-1, 1)))
    for W, _ in Parameters(network.sizes, theta).layers:
        W /= len(W)
    X = draw(arrays(float, (m, network.inputs), elements=numbers(-1, 1)))
    Y = draw(targets(network.loss_rule, m, network.outputs))
    weights = draw(arrays(float, m, elements=numbers(0.1, 3)))
    return Case(network, theta, X, Y, weights)
