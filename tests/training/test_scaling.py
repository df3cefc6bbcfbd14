"""Scaling against scikit-learn's scalers, and folded networks against scaling by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from clearprop import InputError, Layer, Network
from clearprop.training.scaling import Scaling, fit_scaling, fold, unfold

SEEDS = st.integers(0, 10**6)
SCALERS = {
    "standardize": StandardScaler,
    "minmax": lambda: MinMaxScaler(feature_range=(-1, 1)),
}


def table(seed: int, m: int = 12, columns: int = 3) -> np.ndarray:
    random = np.random.default_rng(seed)
    sizes = 10.0 ** random.integers(-6, 7, size=columns)
    return random.normal(size=(m, columns)) * sizes + random.normal(size=columns) * sizes * 5


@pytest.mark.parametrize("method", SCALERS)
@given(SEEDS)
def test_columns_are_scaled_as_by_scikit_learn(method, seed):
    data = table(seed)
    scaling = fit_scaling(data, method)
    expected = SCALERS[method]().fit_transform(data)
    np.testing.assert_allclose(scaling.apply(data), expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(scaling.undo(expected), data, rtol=1e-9)


def test_usual_sparse_columns_are_not_scaled_and_others_to_one() -> None:
    columns = np.array([[0.5, 0, 300, 0], [-1.0, 0, 0, 1e-5], [0.0, 0, -600, 0]])
    scaling = fit_scaling(sparse.csr_array(columns), "standardize")
    np.testing.assert_array_equal(scaling.shift, 0)
    np.testing.assert_allclose(scaling.apply(sparse.csr_array(columns)).toarray(), [
        [0.5, 0, 0.5, 0], [-1, 0, 0, 1], [0, 0, -1, 0],
    ])  # fmt: skip


@given(SEEDS)
def test_weights_count_rows(seed):
    data, counts = table(seed), np.random.default_rng(seed).integers(0, 4, size=12)
    counts[:2] = 1, 2
    weighted = fit_scaling(data, "standardize", counts.astype(float))
    repeated = fit_scaling(np.repeat(data, counts, axis=0), "standardize")
    np.testing.assert_allclose(weighted.shift, repeated.shift, rtol=1e-9)
    np.testing.assert_allclose(weighted.rate, repeated.rate, rtol=1e-9)


@pytest.mark.parametrize("method", SCALERS)
@pytest.mark.parametrize("value", [0.0, 0.1, -1e300, 5e-324])
def test_a_constant_column_is_0_and_its_constant_again(method, value):
    data = np.full((7, 1), value)
    scaling = fit_scaling(data, method)
    np.testing.assert_array_equal(scaling.apply(data), 0)
    np.testing.assert_array_equal(scaling.undo(np.ones((2, 1))), value)


@pytest.mark.parametrize("method", SCALERS)
@pytest.mark.parametrize("size", [1e-200, 1e200, 1e308])
def test_tiny_and_huge_columns_neither_vanish_nor_overflow(method, size):
    data = np.array([[-0.5], [0.0], [0.25]])
    expected = fit_scaling(data, method).apply(data)
    np.testing.assert_allclose(fit_scaling(size * data, method).apply(size * data), expected)


def test_none_changes_nothing_and_another_method_is_refused():
    data = table(0)
    assert fit_scaling(data, "none").apply(data) is data
    with pytest.raises(InputError, match="minmax"):
        fit_scaling(data, "whiten")


def scalings(seed: int, network: Network) -> tuple[Scaling, Scaling]:
    random = np.random.default_rng(seed)
    return tuple(
        Scaling(random.normal(size=n) * 3, random.uniform(0.2, 5, size=n))
        for n in (network.inputs, network.outputs)
    )


@pytest.mark.parametrize("hidden", [(), (4,), (3, 2)])
@given(SEEDS)
def test_a_folded_network_is_the_network_between_the_scalings(hidden, seed):
    """Scaled by hand: x̃ = (x − shift) rate before, y = ỹ / rate + shift after."""
    network = Network(3, [*(Layer(n, "tanh") for n in hidden), Layer(2)])
    parameters = network.initialize(seed=seed)
    parameters.vector[:] += 0.1  # biases are not 0
    inputs, targets = scalings(seed, network)
    X = table(seed, columns=3) * 0 + np.random.default_rng(seed).normal(size=(12, 3))
    by_hand = network.forward(parameters, (X - inputs.shift) * inputs.rate)
    by_hand = by_hand / targets.rate + targets.shift
    before = parameters.copy()
    folded = fold(parameters, inputs, targets)
    np.testing.assert_allclose(network.forward(folded, X), by_hand, rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(parameters.vector, before.vector)
    again = unfold(folded, inputs, targets)
    np.testing.assert_allclose(again.vector, parameters.vector, rtol=1e-9, atol=1e-9)


def test_targets_of_one_value_are_predicted_as_that_value():
    network = Network(1, [Layer(2, "tanh"), Layer(1)])
    targets = fit_scaling(np.full((4, 1), 7.0), "standardize")
    nothing = fit_scaling(np.zeros((4, 1)), "none")
    folded = fold(network.initialize(seed=0), nothing, targets)
    np.testing.assert_array_equal(network.forward(folded, [[-1.0], [2.0]]), 7.0)


@pytest.mark.parametrize(("name", "ours"), [("mapminmax", "minmax"), ("mapstd", "standardize")])
def test_matlabs_names_of_the_methods_are_known(name, ours):
    one, other = (fit_scaling(table(3), each) for each in (name, ours))
    np.testing.assert_array_equal(one.shift, other.shift)
    np.testing.assert_array_equal(one.rate, other.rate)
