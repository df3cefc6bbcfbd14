"""Sensitivities by input gradients, against the autograd package."""

import numpy as np
import pytest
from autograd import jacobian
from hypothesis import given
from hypothesis import strategies as st

import oracle
from cases import network_cases
from clearprop import Layer, Network
from clearprop.sensitivity import input_sensitivity
from refusals import refused

SMOOTH = st.sampled_from(["tanh", "sigmoid", "softplus", "silu"])


def derivative(function, X):
    """Return ∂function/∂x of each sample, shape (m, K, n₀)."""
    return np.stack([jacobian(lambda x: function(x[None, :])[0])(x) for x in X])


@given(data=st.data(), depth=st.integers(1, 3))
def test_gradients_are_those_of_autograd(data, depth):
    case = data.draw(network_cases("half_squared_error", depth, hidden="tanh"))
    found = input_sensitivity(case.network, case.theta, case.X)
    expected = derivative(lambda X: oracle.outputs(case.network, case.theta, X), case.X)
    np.testing.assert_allclose(found.gradients, expected, rtol=1e-9, atol=1e-12)


@given(data=st.data(), depth=st.integers(1, 3))
def test_logits_of_a_sigmoid_are_its_log_odds(data, depth):
    case = data.draw(network_cases("binary_cross_entropy", depth, "tanh", "sigmoid"))

    def log_odds(X):
        p, log = oracle.outputs(case.network, case.theta, X), oracle.differentiable.log
        return log(p) - log(1 - p)

    found = input_sensitivity(case.network, case.theta, case.X, of_logits=True)
    np.testing.assert_allclose(found.gradients, derivative(log_odds, case.X), rtol=1e-9, atol=1e-12)


@given(data=st.data())
def test_logits_of_a_softmax_are_relative_to_their_mean(data):
    case = data.draw(network_cases("categorical_cross_entropy", 2, "tanh", "softmax"))
    found = input_sensitivity(case.network, case.theta, case.X, of_logits=True).gradients

    def log_probability(X):
        return oracle.differentiable.log(oracle.outputs(case.network, case.theta, X))

    expected = derivative(log_probability, case.X)
    np.testing.assert_allclose(found.sum(axis=1), 0, atol=1e-12)
    relative = expected - expected.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(found, relative, rtol=1e-9, atol=1e-11)


@given(data=st.data(), scale=st.floats(0.01, 100))
def test_spreads_say_in_which_units_inputs_and_outputs_are(data, scale):
    case = data.draw(network_cases("half_squared_error", 2, hidden="tanh"))
    plain = input_sensitivity(case.network, case.theta, case.X).gradients
    scaled = input_sensitivity(
        case.network, case.theta, case.X, input_spread=scale, output_spread=4.0
    ).gradients
    np.testing.assert_allclose(scaled, plain * scale / 4, rtol=1e-12)


def test_rows_in_chunks_give_what_all_rows_give():
    network = Network(3, [Layer(4, "tanh"), Layer(2)])
    params, X = network.initialize(seed=0), np.random.default_rng(0).normal(size=(50, 3))
    whole = input_sensitivity(network, params, X)
    chunks = input_sensitivity(network, params, X, memory=1)
    np.testing.assert_allclose(whole.gradients, chunks.gradients, rtol=1e-10)


def test_summaries_over_the_samples():
    network = Network(2, [Layer(1, "relu")])  # derivative (3, −4) where z > 0, else 0
    X = np.array([[1.0, 0.0], [0.0, 1.0]])
    found = input_sensitivity(network, np.array([3.0, -4.0, 0.0]), X)
    np.testing.assert_allclose(found.mean, [[1.5, -2.0]])
    np.testing.assert_allclose(found.root_mean_square, [[3 / np.sqrt(2), 4 / np.sqrt(2)]])
    np.testing.assert_allclose(found.share, [[3 / 7, 4 / 7]])
    np.testing.assert_allclose(found.quantile(0.5), [[1.5, -2.0]])


def test_an_output_that_never_moves_has_no_shares():
    network = Network(2, [Layer(1)])
    found = input_sensitivity(network, np.zeros(3), np.ones((4, 2)), output_spread=0.0)
    np.testing.assert_array_equal(found.share, [[0.0, 0.0]])


@pytest.mark.parametrize("spread", [-1.0, np.nan, np.inf, [1.0], [[1.0, 1.0]]])
def test_a_spread_that_is_none_is_refused(spread):
    network = Network(2, [Layer(1)])
    with refused("input_spread"):
        input_sensitivity(network, np.zeros(3), np.ones((4, 2)), input_spread=spread)
