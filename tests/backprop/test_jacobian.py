"""Derivatives of the outputs, against central differences and against autograd."""

import autograd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracle
from cases import ALL_ACTIVATIONS, Case, network_cases
from clearprop import ACTIVATIONS, Layer, Network

smooth = [name for name in ALL_ACTIVATIONS if not ACTIVATIONS.make(name).kinks]


def central_differences(function, point: np.ndarray, h: float = 1e-6) -> np.ndarray:
    """Return ∂function/∂point, the index of `point` last."""
    steps = h * np.eye(point.size)
    slopes = [(function(point + step) - function(point - step)) / (2 * h) for step in steps]
    return np.stack(slopes, axis=-1)


@pytest.mark.parametrize("activation", smooth)
@pytest.mark.parametrize("depth", [1, 3])
def test_jacobians_agree_with_central_differences(activation: str, depth: int) -> None:
    layers = [Layer(4, activation) for _ in range(depth - 1)]
    network = Network(3, [*layers, Layer(2, activation)])
    theta = network.initialize("xavier", seed=1).vector
    theta += 0.1 * np.random.default_rng(2).normal(size=theta.size)
    X = np.random.default_rng(3).normal(size=(5, 3))

    by_parameters = central_differences(lambda theta: network.forward(theta, X), theta)
    np.testing.assert_allclose(network.jacobian(theta, X), by_parameters, atol=2e-9)

    found = network.input_gradient(theta, X)
    for n, x in enumerate(X):
        by_inputs = central_differences(lambda x: network.forward(theta, x)[0], x)
        np.testing.assert_allclose(found[n], by_inputs, atol=2e-9)


def assert_jacobians_are_right(case: Case) -> None:
    network, theta, X = case.network, case.theta, case.X
    by_parameters = autograd.jacobian(lambda theta: oracle.outputs(network, theta, X))(theta)
    found = network.jacobian(theta, X)
    assert found.shape == (len(X), network.outputs, network.parameter_count)
    np.testing.assert_allclose(found, by_parameters, rtol=1e-9, atol=1e-13)

    found = network.input_gradient(theta, X)
    assert found.shape == (len(X), network.outputs, network.inputs)
    for n in range(len(X)):
        by_inputs = autograd.jacobian(lambda X: oracle.outputs(network, theta, X)[0])(X[n : n + 1])
        np.testing.assert_allclose(found[n], by_inputs[:, 0, :], rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("activation", ALL_ACTIVATIONS)
@given(data=st.data(), depth=st.integers(1, 4))
def test_jacobians_agree_with_autograd(activation: str, data: st.DataObject, depth: int) -> None:
    case = data.draw(network_cases("half_squared_error", depth, hidden=activation))
    assert_jacobians_are_right(case)


@pytest.mark.parametrize("activation", ALL_ACTIVATIONS)
@given(data=st.data())
def test_output_activation(activation: str, data: st.DataObject) -> None:
    case = data.draw(network_cases("half_squared_error", depth=2, output=activation))
    assert_jacobians_are_right(case)


@pytest.mark.parametrize("loss", ["half_squared_error", "squared_error"])
@given(data=st.data(), depth=st.integers(1, 3))
def test_gradient_is_the_jacobian_times_the_residuals(
    loss: str, data: st.DataObject, depth: int
) -> None:
    case = data.draw(network_cases(loss, depth))
    network = case.reduced_by("sum")
    residuals = network.forward(case.theta, case.X) - case.Y
    factor = 1 if loss == "half_squared_error" else 2
    J = network.jacobian(case.theta, case.X)
    _, gradient = network.gradient(case.theta, case.X, case.Y)
    by_jacobian = factor * np.einsum("nkp,nk->p", J, residuals)
    np.testing.assert_allclose(gradient.vector, by_jacobian, rtol=1e-10, atol=1e-13)
