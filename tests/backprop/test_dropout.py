"""Dropout masks and clipped gradients in descent by mini-batches."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from clearprop import Layer, Network, Parameters
from clearprop.backprop.descent import Descent, Schedule
from clearprop.backprop.dropout import with_dropout
from clearprop.updates import UPDATES

m, P_DROP = 6, (0.5, 0.25)


def problem(dtype: str = "float64"):
    random = np.random.default_rng(3)
    layers = [Layer(8, "tanh"), Layer(5, "sigmoid"), Layer(2)]
    network = Network(3, layers, reduction="sum", dtype=dtype, engine="reference")
    X, Y = random.normal(size=(m, 3)).astype(dtype), random.normal(size=(m, 2)).astype(dtype)
    return network, network.initialize("xavier", seed=1).vector, X, Y


def step_along_the_gradient(network, theta, X, Y, **schedule) -> np.ndarray:
    """Return the gradient that one step of length 1 · gradient went along."""
    penalty = np.zeros(theta.size, theta.dtype)
    descent, order = Descent.start(theta), np.arange(m)[None]
    rule = UPDATES.make("sgd(learning_rate=1.0)")
    network.engine.run_epochs(
        descent, X, Y, Schedule(order, m, rule, network.reduction, penalty, **schedule)
    )
    assert descent.theta.dtype == theta.dtype
    return theta - descent.theta


def test_the_gradient_is_that_of_the_network_without_the_dropped_units() -> None:
    network, theta, X, Y = problem()
    random = np.random.default_rng(7)
    found = step_along_the_gradient(network, theta, X, Y, dropout=P_DROP, random=random)

    random = np.random.default_rng(7)
    first, second = (
        (random.uniform(size=(m, units)) >= p) / (1 - p)
        for units, p in zip((8, 5), P_DROP, strict=True)
    )
    assert not first.all()

    def loss(theta: np.ndarray) -> float:
        W1, W2, W3 = theta[:24].reshape(3, 8), theta[32:72].reshape(8, 5), theta[77:87]
        a1 = first * anp.tanh(anp.dot(X, W1) + theta[24:32])
        a2 = second / (1 + anp.exp(-anp.dot(a1, W2) - theta[72:77]))
        return 0.5 * anp.sum((anp.dot(a2, W3.reshape(5, 2)) + theta[87:] - Y) ** 2)

    np.testing.assert_allclose(found, autograd.grad(loss)(theta), rtol=1e-9, atol=1e-13)


def test_a_dropped_unit_gives_nothing_and_the_others_make_up_for_it() -> None:
    layers = (Layer(2000, "tanh"), Layer(1))
    (masked, output) = with_dropout(layers, [0.3], 5, np.random.default_rng(0))
    z = np.full((5, 2000), 0.7)
    a = masked.activation.value(z)
    assert set(np.round(a.ravel(), 12)) == {0.0, np.round(np.tanh(0.7) / 0.7, 12)}
    assert (a == 0).mean() == pytest.approx(0.3, abs=0.02)
    assert a.mean() == pytest.approx(np.tanh(0.7), abs=0.02)
    assert output is layers[1]


def test_dropping_nothing_is_no_dropout() -> None:
    network, theta, X, Y = problem()
    plain = step_along_the_gradient(network, theta, X, Y)
    without = step_along_the_gradient(
        network, theta, X, Y, dropout=(0.0, 0.0), random=np.random.default_rng(0)
    )
    np.testing.assert_array_equal(without, plain)


@pytest.mark.parametrize("longest", [1e-3, 0.5, 1e6])
def test_a_long_gradient_is_shortened_and_keeps_its_direction(longest: float) -> None:
    network, theta, X, Y = problem()
    gradient = network.gradient(theta, X, Y)[1].vector
    norm = np.linalg.norm(gradient)
    found = step_along_the_gradient(network, theta, X, Y, clip_norm=longest)
    np.testing.assert_allclose(found, gradient * min(1, longest / norm), rtol=1e-9, atol=1e-15)


def test_float32_stays_float32() -> None:
    network, theta, X, Y = problem("float32")
    masked = with_dropout(network.layers, P_DROP, m, np.random.default_rng(7))
    passed = type(network.engine)(network.sizes, masked, network.loss_rule)
    share = np.ones((m, 1), np.float32)
    assert passed.outputs(theta, X).dtype == np.float32
    assert passed.gradient(theta, X, Y, share)[1].dtype == np.float32
    step_along_the_gradient(network, theta, X, Y, dropout=P_DROP, clip_norm=0.5)
    assert Parameters(network.sizes, theta).vector.dtype == np.float32
