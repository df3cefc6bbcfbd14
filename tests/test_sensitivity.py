"""Sensitivities against the autograd package, scikit-learn, and definitions path by path."""

import itertools

import numpy as np
import pytest
from autograd import jacobian
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import partial_dependence

import oracle
from cases import network_cases
from clearprop import Layer, Network
from clearprop.backprop.structure import Parameters, parameter_count
from clearprop.sensitivity import (
    center_categories,
    garson,
    input_sensitivity,
    olden,
    partial_effect,
)
from refusals import refused

SMOOTH = st.sampled_from(["tanh", "sigmoid", "softplus", "silu"])
SIZES = st.lists(st.integers(1, 4), min_size=2, max_size=4)
NETWORK = Network(3, [Layer(5, "tanh"), Layer(1)])
PARAMS = NETWORK.initialize("normal", seed=3)
X = np.random.default_rng(0).normal(size=(40, 3))


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


class Fitted(RegressorMixin, BaseEstimator):
    """The network as scikit-learn wants to see it."""

    def fit(self, X, y):
        self.fitted_ = True
        return self

    def predict(self, X):
        return NETWORK.forward(PARAMS, X)[:, 0]


@pytest.mark.parametrize("column", [0, 1, 2])
def test_the_mean_is_scikit_learns_partial_dependence(column):
    theirs = partial_dependence(Fitted().fit(X, None), X, [column], kind="both", method="brute")
    ours = partial_effect(
        lambda X: NETWORK.forward(PARAMS, X), X, [column], theirs["grid_values"][0]
    )
    np.testing.assert_allclose(ours.mean[:, 0], theirs["average"][0], rtol=1e-12)
    np.testing.assert_allclose(ours.curves[:, :, 0], theirs["individual"][0], rtol=1e-12)


def test_columns_of_a_category_vary_together():
    effect = partial_effect(lambda X: X @ [1.0, 10.0, 100.0], X, [1, 2], np.eye(2))
    np.testing.assert_allclose(effect.mean[:, 0], X[:, 0].mean() + np.array([10.0, 100.0]))


def test_the_samples_are_left_as_they_are():
    before = X.copy()
    partial_effect(lambda X: X, X, [0], [5.0, 6.0])
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize("columns", [[], [-1], [3]])
def test_columns_that_are_not_there_are_refused(columns):
    with refused("columns", "0 to 2"):
        partial_effect(lambda X: X, X, columns, [1.0])


def test_values_that_do_not_name_every_column_are_refused():
    with refused("values", "2 columns"):
        partial_effect(lambda X: X, X, [0, 1], [1.0, 2.0])


def random_parameters(sizes, seed):
    return Parameters(sizes, np.random.default_rng(seed).normal(size=parameter_count(sizes)))


@given(n=st.integers(1, 5), hidden=st.integers(1, 5), K=st.integers(1, 3), seed=st.integers(0, 99))
def test_garson_is_gohs_formula(n, hidden, K, seed):
    parameters = random_parameters([n, hidden, K], seed)
    w, v = np.abs(parameters["W1"]), np.abs(parameters["W2"])
    expected = np.zeros((K, n))
    for k, i, j in itertools.product(range(K), range(n), range(hidden)):
        expected[k, i] += w[i, j] * v[j, k] / sum(w[r, j] for r in range(n))
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(garson(parameters), expected, rtol=1e-12)


@given(sizes=SIZES, seed=st.integers(0, 99))
def test_garsons_shares_add_to_one_and_know_no_signs(sizes, seed):
    parameters = random_parameters(sizes, seed)
    shares = garson(parameters)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert (shares >= 0).all()
    np.testing.assert_array_equal(shares, garson(Parameters(sizes, -parameters.vector)))


def test_garson_of_a_unit_without_weights():
    parameters = Parameters([2, 2, 1])
    parameters["W1"] = [[1.0, 0.0], [3.0, 0.0]]  # the second hidden unit hears nothing
    parameters["W2"] = [[1.0], [5.0]]
    np.testing.assert_allclose(garson(parameters), [[0.25, 0.75]])
    np.testing.assert_array_equal(garson(Parameters([2, 2, 1])), [[0.0, 0.0]])


@given(sizes=SIZES, seed=st.integers(0, 99))
def test_olden_adds_the_products_along_all_paths(sizes, seed):
    parameters = random_parameters(sizes, seed)
    expected = np.zeros((sizes[-1], sizes[0]))
    for path in itertools.product(*map(range, sizes)):
        steps = zip(path, path[1:], parameters.layers, strict=False)
        expected[path[-1], path[0]] += np.prod([W[i, j] for i, j, (W, _) in steps])
    np.testing.assert_allclose(olden(parameters), expected, rtol=1e-12, atol=1e-12)


@given(sizes=SIZES, seed=st.integers(0, 99))
def test_olden_is_the_gradient_where_no_activation_bends(sizes, seed):
    parameters = random_parameters(sizes, seed)
    network = Network(sizes[0], [Layer(units) for units in sizes[1:]])
    X = np.random.default_rng(seed).normal(size=(3, sizes[0]))
    exact = input_sensitivity(network, parameters, X).mean
    np.testing.assert_allclose(olden(parameters), exact, rtol=1e-9, atol=1e-12)


@given(sizes=SIZES, seed=st.integers(0, 99))
def test_a_spread_is_the_same_as_inputs_in_that_unit(sizes, seed):
    parameters = random_parameters(sizes, seed)
    spread = np.random.default_rng(seed).uniform(0.1, 10, sizes[0])
    in_that_unit = parameters.copy()
    in_that_unit["W1"] *= spread[:, None]
    np.testing.assert_allclose(garson(parameters, spread), garson(in_that_unit))
    np.testing.assert_allclose(olden(parameters, spread), olden(in_that_unit))


@given(seed=st.integers(0, 99))
def test_centred_categories_change_no_output(seed):
    network = Network(6, [Layer(4, "tanh"), Layer(2)])
    parameters = network.initialize("normal", seed=seed)
    centred = center_categories(parameters, [[1, 2, 3], [4, 5]])
    random = np.random.default_rng(seed)
    X = np.hstack(
        [
            random.normal(size=(20, 1)),
            np.eye(3)[random.integers(0, 3, 20)],
            np.eye(2)[random.integers(0, 2, 20)],
        ]
    )
    np.testing.assert_allclose(
        network.forward(centred, X), network.forward(parameters, X), rtol=1e-12, atol=1e-14
    )
    np.testing.assert_allclose(centred["W1"][1:4].sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(centred["W1"][4:6].sum(axis=0), 0, atol=1e-12)
    np.testing.assert_array_equal(centred["W1"][0], parameters["W1"][0])
