"""Targets beyond the bounds of an output are mapped into them, and the network back."""

from dataclasses import replace

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop.fitting import FitOptions
from clearprop.fitting.before import Before
from clearprop.fitting.bounded import mapped_back, mapping_of
from clearprop.fitting.rows import FitData
from clearprop.training import Division, Stopping, TrainingConfig, train

X = np.linspace(-1, 1, 20)[:, None]
Y = 10 * X
DATA = FitData(X, Y, Y)
ALL = Division.all_for_training(20)
TANH = Network(1, [Layer(1, "tanh")])
OPTIONS = FitOptions(hidden=())


def test_the_targets_that_train_are_mapped_onto_the_bounds():
    mapping = mapping_of(OPTIONS, TANH, DATA, ALL, None)
    np.testing.assert_allclose(mapping.apply(Y)[[0, -1]], [[-1.0], [1.0]])
    half = replace(ALL, train=np.arange(10, 20))
    mapped = mapping_of(OPTIONS, TANH, DATA, half, None).apply(Y)
    np.testing.assert_allclose(mapped[[10, -1]], [[-1.0], [1.0]])


@pytest.mark.parametrize(
    ("network", "options"),
    [
        (Network(1, [Layer(1)]), OPTIONS),
        (TANH, replace(OPTIONS, standardize=False)),
    ],
)
def test_nothing_is_mapped_where_no_bound_is_in_the_way(network, options):
    assert mapping_of(options, network, DATA, ALL, None) is None


def test_training_that_goes_on_keeps_its_mapping():
    mapping = mapping_of(OPTIONS, TANH, DATA, ALL, None)
    before = Before(TANH, TANH.initialize("zeros"), mapping)
    other = FitData(X, 100 * Y, 100 * Y)
    assert mapping_of(OPTIONS, TANH, other, ALL, before) is mapping


def test_a_result_is_mapped_back_by_a_layer_behind():
    mapping = mapping_of(OPTIONS, TANH, DATA, ALL, None)
    config = TrainingConfig(solver="lbfgs", seed=0, stopping=Stopping(5))
    result = train(TANH, X, mapping.apply(Y), config)
    back = mapped_back(result, mapping)
    outputs = back.network.forward(back.parameters, X)
    mapped = result.network.forward(result.parameters, X)
    np.testing.assert_allclose(outputs, mapping.undo(mapped), rtol=1e-9)
