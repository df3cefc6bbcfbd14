"""Garson's shares and Olden's products, against their definitions written out path by path."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clearprop import Layer, Network
from clearprop.backprop.structure import Parameters, parameter_count
from clearprop.sensitivity import center_categories, garson, input_sensitivity, olden

SIZES = st.lists(st.integers(1, 4), min_size=2, max_size=4)


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
