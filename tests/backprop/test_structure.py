import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop import ACTIVATIONS, Layer, Parameters
from clearprop.backprop.structure import parameter_count, weight_mask
from refusals import refused

sizes = st.lists(st.integers(1, 6), min_size=2, max_size=5)


@given(sizes)
def test_views_cover_the_vector_once_in_order(sizes: list[int]) -> None:
    parameters = Parameters(sizes, np.arange(float(parameter_count(sizes))))
    in_order = np.concatenate([parameters[name].ravel() for name in parameters])
    np.testing.assert_array_equal(in_order, parameters.vector)
    assert list(parameters)[:2] == ["W1", "b1"]
    assert len(parameters) == len(list(parameters)) == 2 * (len(sizes) - 1)
    for number, (W, b) in enumerate(parameters.layers, start=1):
        assert W.shape == (sizes[number - 1], sizes[number])
        assert b.shape == (sizes[number],)
        assert np.shares_memory(W, parameters.vector)
        assert np.shares_memory(b, parameters.vector)


def test_a_view_and_the_vector_are_the_same_memory() -> None:
    parameters = Parameters([2, 3, 1])
    parameters["W1"][1, 2] = 5.0
    assert parameters.vector[5] == 5.0
    parameters.vector[8] = 7.0
    assert parameters["b1"][2] == 7.0
    parameters["b2"] = [4.0]
    assert parameters.vector[-1] == 4.0


def test_views_of_a_vector_that_is_not_contiguous_share_its_memory() -> None:
    every_other = np.zeros(26)[::2]
    Parameters([2, 3, 1], every_other)["W1"][1, 0] = 1.0
    assert every_other[3] == 1.0


def test_a_copy_has_memory_of_its_own() -> None:
    parameters = Parameters([2, 1], np.array([1.0, 2.0, 3.0]))
    for twin in (
        parameters.copy(),
        copy.deepcopy(parameters),
        pickle.loads(pickle.dumps(parameters)),
    ):
        assert twin == parameters
        twin["b1"] = [0.0]
        assert twin != parameters
        assert parameters["b1"] == [3.0]


def test_equality_is_of_sizes_and_values() -> None:
    assert Parameters([2, 1]) == Parameters([2, 1])
    assert Parameters([2, 1]) != Parameters([2, 1], np.ones(3))
    assert Parameters([2, 3, 1]) != Parameters([12, 1])  # 13 parameters each
    assert Parameters([2, 1]) != "W1"


def test_a_mapping_reads_as_one() -> None:
    parameters = Parameters([2, 1], np.array([1.0, 2.0, 3.0]))
    assert "W1" in parameters
    assert "W2" not in parameters
    assert 1 not in parameters
    assert parameters.get("W2") is None
    assert parameters.get("b1") == [3.0]
    assert {name: view.shape for name, view in parameters.items()} == {"W1": (2, 1), "b1": (1,)}
    assert repr(parameters) == "Parameters(W1 (2, 1), b1 (1,); P = 3, float64)"


@pytest.mark.parametrize("name", ["W0", "W3", "b9", "W", "w1", "W01", "W¹", "W1 ", "", "Q1", 1])
def test_names_that_do_not_exist_are_refused(name: object) -> None:
    with refused("name", "W1"):
        Parameters([2, 3, 1])[name]


def test_values_of_another_shape_are_refused() -> None:
    parameters = Parameters([2, 3, 1])
    with refused("W1", "(2, 3)"):
        parameters["W1"] = np.zeros((3, 2))
    with refused("b1", "(3,)"):
        parameters["b1"] = 0.0
    with refused("vector", "(13,)"):
        Parameters([2, 3, 1], np.zeros(12))


@given(sizes)
def test_the_weight_mask_is_true_for_weights_only(sizes: list[int]) -> None:
    parameters = Parameters(sizes, weight_mask(sizes).astype(float))
    assert all((view == name.startswith("W")).all() for name, view in parameters.items())


def test_layers_take_names_and_rules() -> None:
    assert Layer(3, "relu") == Layer(3, ACTIVATIONS["relu"]())
    assert Layer(np.int64(3)).units == 3
    assert repr(Layer(3, "leaky_relu(0.2)")) == "Layer(3, 'leaky_relu(slope=0.2)')"
    assert hash(Layer(3, "relu")) == hash(Layer(3, "relu"))


@pytest.mark.parametrize("units", [0, -1, 2.5, True, "3", "three", None, [3], np.nan, np.inf])
def test_layers_without_whole_positive_units_are_refused(units: object) -> None:
    with refused("units"):
        Layer(units)


def test_layers_of_unknown_activations_are_refused() -> None:
    with refused("activation", "'tanh'"):
        Layer(3, "tahn")
