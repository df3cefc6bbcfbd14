"""Networks side by side in one that averages them; fewer layers made more; nothing is lost."""

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop.search.averaging import (
    Part,
    average,
    can_average,
    deepened,
    passes_on,
    slope_of_odd_part,
    weighted_average,
)
from clearprop.training.scaling import Scaling

K = 2


TARGETS = Scaling(np.array([100.0, -3.0]), 1 / np.array([20.0, 0.5]))


def network(hidden, activation="tanh"):
    return Network(3, [*(Layer(units, activation) for units in hidden), Layer(K)])


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "elu", "leaky_relu", "gelu"])
@pytest.mark.parametrize("hidden", [(), (4,), (4, 3)])
def test_a_deeper_network_computes_the_same(hidden, activation):
    shallow = network(hidden, activation)
    parameters = shallow.initialize(seed=0)
    W, b = parameters.layers[-1]
    W *= TARGETS.spread
    b += TARGETS.shift
    activations = [Layer(1, activation).activation] * 2
    deep, deeper = deepened(
        shallow, parameters, activations, TARGETS, np.finfo(float).eps ** (1 / 3)
    )
    assert len(deep.layers) == 3
    X = np.random.default_rng(1).normal(size=(50, 3))
    error = (deep.forward(deeper, X) - shallow.forward(parameters, X)) * TARGETS.rate
    kinked = activation == "elu"  # its curvature jumps at 0, so that the error is of first order
    assert np.abs(error).max() < (1e-4 if kinked else 1e-8)


def test_parts_count_as_much_as_they_should():
    parts = [
        Part(network((units, 3)), network((units, 3)).initialize(seed=units), weight)
        for units, weight in ((2, 0.2), (4, 0.8))
    ]
    wide, parameters = weighted_average(parts)
    assert wide.sizes == (3, 6, 6, K)
    X = np.random.default_rng(1).normal(size=(50, 3))
    expected = sum(weight * each.forward(theta, X) for each, theta, weight in parts)
    assert wide.forward(parameters, X) == pytest.approx(expected, rel=1e-12)


def test_sums_do_not_pass_through_a_softmax():
    assert passes_on(network((4, 3)))
    assert not passes_on(network((4, 3), "softmax"))


def data(m=60, n=3, K=2):
    random = np.random.default_rng(0)
    X = random.normal(size=(m, n))
    return X, np.tanh(X @ random.normal(size=(n, K))) + 0.05 * random.normal(size=(m, K))


@pytest.mark.parametrize("hidden", [(), (4,), (5, 3), (4, 3, 2)])
def test_the_wide_network_averages_exactly(hidden):
    network = Network(3, [*(Layer(units, "tanh") for units in hidden), Layer(2)])
    members = [network.initialize(seed=seed) for seed in range(3)]
    wide, averaged = average(network, members)
    X, _ = data()
    mean = np.mean([network.forward(member, X) for member in members], axis=0)
    assert wide.forward(averaged, X) == pytest.approx(mean, rel=1e-12)


def test_classifiers_average_their_logits():
    network = Network(3, [Layer(4, "tanh"), Layer(3, "softmax")], loss="categorical_cross_entropy")
    members = [network.initialize(seed=seed) for seed in range(3)]
    wide, averaged = average(network, members)
    X, _ = data()
    logs = np.mean([np.log(network.forward(member, X)) for member in members], axis=0)
    expected = np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True)
    assert wide.forward(averaged, X) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("activation", "slope"),
    [("identity", 1), ("tanh", 1), ("sigmoid", 0.25), ("relu", 0.5), ("leaky_relu", 0.505)],
)
def test_the_slope_of_the_odd_part_is_that_of_a_line_through_both_sides(activation, slope):
    found = slope_of_odd_part(Layer(1, activation).activation, 1e-3)
    assert found == pytest.approx(slope, rel=1e-5)


def test_sums_do_not_pass_where_the_odd_part_is_flat(monkeypatch):
    class Even(type(Layer(1, "tanh").activation)):
        name, slope = "even", 0.0

        def value(self, z):
            return z**2 + self.slope * z

    flat = network((4,))
    flat = flat.with_layers([Layer(4, Even()), flat.layers[-1]])
    for slope, passes in ((0.0, False), (0.0099, False), (0.0101, True), (-0.02, True)):
        monkeypatch.setattr(Even, "slope", slope)
        assert can_average(flat)
        assert passes_on(flat) is passes


def test_one_member_is_its_own_average():
    alone = network((4,))
    member = alone.initialize(seed=0)
    assert average(alone, [member]) == (alone, member)
