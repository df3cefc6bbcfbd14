"""The generalised Gauss-Newton matrix, against Σ c JᵀHJ with J and H from autograd."""

import autograd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracle
from cases import PAIRS, Case, network_cases
from clearprop import Layer, Network

FEW = settings(max_examples=settings().max_examples // 6)
"""For a pair of rules; there are some eighty pairs."""


def brute_force(network: Network, case: Case) -> np.ndarray:
    """Return Σₙ cₙ JₙᵀHₙJₙ sample by sample, of the logits where the pair is canonical."""
    loss, output = network.loss_rule, network.layers[-1].activation
    canonical = loss.canonical == output.name
    function = oracle.logits if canonical else oracle.outputs
    share = case.weights / (1 if network.reduction == "sum" else case.weights.sum())
    total = np.zeros((case.theta.size, case.theta.size))
    for x, y, c in zip(case.X, case.Y, share, strict=True):

        def loss_of(out: np.ndarray, y: np.ndarray = y) -> float:
            a = oracle.activate(output, out) if canonical else out
            return oracle.sample_losses(loss, a, y)

        J = autograd.jacobian(lambda theta, x=x: function(network, theta, x[None])[0])(case.theta)
        H = autograd.hessian(loss_of)(function(network, case.theta, x[None])[0])
        total += c * J.T @ H @ J
    return total


# autograd says so of the absolute error, whose slope is constant
@pytest.mark.filterwarnings("ignore:Output seems independent of input")
@pytest.mark.parametrize(("output", "loss"), PAIRS)
@FEW
@given(data=st.data(), depth=st.integers(1, 3))
def test_matrix_is_the_brute_force_sum(
    output: str, loss: str, data: st.DataObject, depth: int
) -> None:
    case = data.draw(network_cases(loss, depth, output=output))
    for reduction in ("sum", "mean"):
        network = case.reduced_by(reduction)
        value, gradient, matrix = network.gauss_newton(case.theta, case.X, case.Y, case.weights)
        right = brute_force(network, case)
        scale = np.abs(right).max()
        np.testing.assert_allclose(matrix, right, rtol=1e-9, atol=1e-11 * scale + 1e-14)

        same_value, same_gradient = network.gradient(case.theta, case.X, case.Y, case.weights)
        assert value == same_value
        np.testing.assert_array_equal(gradient, same_gradient.vector)


@pytest.mark.parametrize(("output", "loss"), PAIRS)
@FEW
@given(data=st.data())
def test_matrix_is_symmetric_and_positive_semi_definite(
    output: str, loss: str, data: st.DataObject
) -> None:
    case = data.draw(network_cases(loss, 2, output=output))
    _, _, matrix = case.network.gauss_newton(case.theta, case.X, case.Y)
    scale = max(np.abs(matrix).max(), 1e-300)
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-13 * scale)
    assert np.linalg.eigvalsh(matrix).min() >= -1e-12 * scale


def test_of_a_linear_network_it_is_the_hessian() -> None:
    random = np.random.default_rng(0)
    X, Y = random.normal(size=(20, 3)), random.normal(size=(20, 2))
    network = Network(3, [Layer(2)], reduction="sum")
    theta = random.normal(size=network.parameter_count)
    hessian = autograd.hessian(lambda theta: oracle.total_loss(network, theta, X, Y))(theta)
    np.testing.assert_allclose(network.gauss_newton(theta, X, Y)[2], hessian, atol=1e-12)


def test_of_logistic_regression_it_is_the_hessian() -> None:
    random = np.random.default_rng(0)
    X, Y = random.normal(size=(20, 3)), np.eye(4)[random.integers(4, size=20)]
    network = Network(3, [Layer(4, "softmax")], loss="categorical_cross_entropy")
    theta = random.normal(size=network.parameter_count)
    hessian = autograd.hessian(lambda theta: oracle.total_loss(network, theta, X, Y))(theta)
    np.testing.assert_allclose(network.gauss_newton(theta, X, Y)[2], hessian, atol=1e-12)


@pytest.mark.parametrize("memory", [1, 2000, 10**5, 10**9])
def test_chunks_of_rows_change_nothing_but_rounding(memory: int) -> None:
    random = np.random.default_rng(4)
    network = Network(4, [Layer(5, "tanh"), Layer(3, "softmax")], loss="categorical_cross_entropy")
    theta = network.initialize("xavier", seed=5).vector
    X, Y = random.normal(size=(37, 4)), np.eye(3)[random.integers(3, size=37)]
    weights = random.uniform(0.5, 2, 37)
    whole = network.gauss_newton(theta, X, Y, weights)
    chunked = network.gauss_newton(theta, X, Y, weights, memory=memory)
    for part, right in zip(chunked, whole, strict=True):
        np.testing.assert_allclose(part, right, rtol=1e-12, atol=1e-15)
