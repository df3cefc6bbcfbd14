"""What training goes on from computes the same in the scaled variables of other rows."""

import numpy as np

from clearprop import Layer, Network
from clearprop.fitting.before import Before
from clearprop.training import Division, TrainingConfig
from clearprop.training.rows import TrainingData
from clearprop.training.scaling import Scaling
from clearprop.training.units import behind

RANDOM = np.random.default_rng(6)
X = RANDOM.normal(size=(30, 2)) * [1, 40] + [5, 900]
Y = RANDOM.normal(size=(30, 1)) * 7 + 3
DIVISION = Division(np.arange(20), np.arange(20, 30), np.arange(0))
CONFIG = TrainingConfig(scale_inputs="standardize", scale_targets="standardize")


def test_scaled_parameters_compute_what_the_raw_ones_do():
    network = Network(2, [Layer(3, "tanh"), Layer(1)])
    raw = network.initialize("xavier", 2)
    theta, config = Before(network, raw).scaled(network, TrainingData(X, Y), DIVISION, CONFIG)
    inputs, targets = config.scale_inputs, config.scale_targets
    np.testing.assert_allclose(inputs.apply(X[:20]).std(axis=0), 1)
    outputs = targets.undo(network.forward(theta, inputs.apply(X)))
    np.testing.assert_allclose(outputs, network.forward(raw, X), rtol=1e-9)


def test_outputs_with_bounds_keep_the_unit_of_their_targets():
    network = Network(2, [Layer(1, "sigmoid")], "half_squared_error")
    before = Before(network, network.initialize("xavier", 2))
    _, config = before.scaled(network, TrainingData(X, Y), DIVISION, CONFIG)
    assert config.scale_targets.is_identity
    assert not config.scale_inputs.is_identity


def test_a_layer_behind_an_output_becomes_the_mapping_of_the_targets():
    network = Network(2, [Layer(3, "tanh"), Layer(1, "tanh")])
    own, mapping = network.initialize("xavier", 2), Scaling(np.array([20.0]), np.array([0.1]))
    found = Before(*behind(network, own, mapping)).without_mapping(network.layers[-1].activation)
    assert found.network == network
    np.testing.assert_allclose(found.parameters.vector, own.vector)
    np.testing.assert_allclose(found.mapping.apply(np.array([[20.0], [30.0]])), [[0.0], [1.0]])
    plain = Before(network, own)
    assert plain.without_mapping(network.layers[-1].activation) is plain


def test_a_network_is_smooth_whose_hidden_units_have_no_kink():
    for hidden, smooth in (("tanh", True), ("relu", False)):
        network = Network(2, [Layer(3, hidden), Layer(1)])
        assert Before(network, network.initialize("zeros")).is_smooth is smooth
