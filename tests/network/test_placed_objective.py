"""An objective whose rows lie on a device is the objective at home.

The device is array-api-strict's, where arrays that lie elsewhere may not enter a sum.
"""

from dataclasses import replace

import array_api_strict as strict
import numpy as np
import pytest
from scipy.sparse import csr_array

import clearprop as cp
from clearprop.network.placed_objective import PlacedObjective

AWAY = strict.Device("device1")
OUTPUTS = [
    ("identity", "half_squared_error"),
    ("tanh", "huber"),
    ("sigmoid", "binary_cross_entropy"),
    ("softmax", "categorical_cross_entropy"),
]
DIFFERENCE = {"float64": 1e-12, "float32": 1e-4}


def both(output="identity", loss="half_squared_error", dtype="float64", weights=None, **more):
    """Return an objective, the same with its rows away and in chunks, and a θ."""
    random = np.random.default_rng(0)
    X, Y = random.normal(size=(23, 4)), np.eye(3)[random.integers(0, 3, 23)]
    layers = [cp.Layer(5, "gelu"), cp.Layer(3, output)]
    network = cp.Network(4, layers, loss, dtype=dtype, engine="reference", **more)
    here = cp.Objective(network, X, Y, np.asarray(0.01), weights)
    away = replace(PlacedObjective.of(here, AWAY), memory=4000)
    return here, away, network.initialize(seed=1).vector


def assert_same_answers(here, away, theta, rtol):
    for question in ("data_loss", "value", "gradient", "gauss_newton"):
        right, found = (getattr(each, question)(theta) for each in (here, away))
        right, found = (each if isinstance(each, tuple) else (each,) for each in (right, found))
        for expected, answer in zip(right, found, strict=True):
            assert isinstance(answer, float | np.ndarray)
            np.testing.assert_allclose(answer, expected, rtol, rtol, err_msg=question)


@pytest.mark.parametrize("dtype", DIFFERENCE)
@pytest.mark.parametrize(("output", "loss"), OUTPUTS)
def test_every_answer_is_that_at_home(output, loss, dtype):
    assert_same_answers(*both(output, loss, dtype), DIFFERENCE[dtype])


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("shape", [(23,), (23, 3)])
def test_weights_of_rows_and_of_targets_count_there_too(shape, reduction):
    weights = np.random.default_rng(1).uniform(0.5, 2, size=shape)
    here, away, theta = both(weights=weights, reduction=reduction)
    assert_same_answers(here, away, theta, 1e-12)
    some = np.array([1, 3, 20])
    assert_same_answers(here.of_rows(some), away.of_rows(some), theta, 1e-12)


def test_the_bend_of_the_outputs_along_a_line():
    here, away, theta = both()
    right, found = (each.second_directional_derivative(theta, 0.1 * theta) for each in (here, away))
    np.testing.assert_allclose(found, right, rtol=1e-9, atol=1e-12)
    here, away, theta = both("softmax", "categorical_cross_entropy")
    assert away.second_directional_derivative(theta, theta) is None


def test_another_penalty_leaves_the_first_as_it_was():
    _, away, theta = both()
    assert away.with_penalty(2.0).value(theta) > away.value(theta)
    assert (away.samples, away.rows) == (23, 23)


def test_sparse_inputs_stay_at_home():
    network = cp.Network(2, [cp.Layer(1)])
    here = cp.Objective(network, csr_array(np.eye(2)), np.zeros((2, 1)))
    with pytest.raises(cp.InputError, match=r"`device`.*the inputs are sparse"):
        PlacedObjective.of(here, AWAY)
