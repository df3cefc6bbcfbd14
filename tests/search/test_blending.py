"""Wide networks that join small ones: what is expected of both, and one network for both."""

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop.search import blending, candidates, searching, train_automatically
from clearprop.search.averaging import Part, deepened, passes_on, weighted_average
from clearprop.search.cross_validation import STARTS, Judge, Pair, losses_together
from clearprop.search.wide import best_blend, marks, noise_that_covers
from clearprop.training import Posterior, Stopping, TrainingConfig
from clearprop.training.scaling import Scaling

K = 2
TARGETS = Scaling(np.array([100.0, -3.0]), 1 / np.array([20.0, 0.5]))


def network(hidden, activation="tanh"):
    return Network(3, [*(Layer(units, activation) for units in hidden), Layer(K)])


def ripples(m=300, seed=0):
    """Return a smooth trend with ripples that few units do not follow."""
    random = np.random.default_rng(seed)
    X = random.uniform(-1, 1, size=(m, 2))
    Y = X[:, :1] + np.sin(6 * X[:, :1]) * np.cos(5 * X[:, 1:])
    return X, Y + 0.05 * random.normal(size=Y.shape)


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "elu", "leaky_relu", "gelu"])
@pytest.mark.parametrize("hidden", [(), (4,), (4, 3)])
def test_a_deeper_network_computes_the_same(hidden, activation):
    shallow = network(hidden, activation)
    parameters = shallow.initialize(seed=0)
    W, b = parameters.layers[-1]
    W *= TARGETS.spread
    b += TARGETS.shift
    activations = [Layer(1, activation).activation] * 2
    part = Part(shallow, parameters, 1.0)
    deep, deeper = deepened(part, activations, TARGETS, np.finfo(float).eps ** (1 / 3))
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


def drawn(random, Y, bias, spread, starts):
    """Return outputs of so many starts, shape (starts, m, K)."""
    return Y + bias + spread * random.normal(size=(starts, *Y.shape))


def test_the_loss_of_two_averages_follows_from_pairs():
    random = np.random.default_rng(0)
    m, share = 200_000, 0.3
    truth = random.normal(size=(m, 1))
    Y = truth + 0.5 * random.normal(size=truth.shape)
    judge = Judge(Network(1, [Layer(1)]), Y, None)
    kinds = [drawn(random, truth, bias, spread, STARTS) for bias, spread in ((0.4, 1), (-0.2, 2))]
    first, second = (Pair(judge, kind[:2], np.zeros((m, 1)), True) for kind in kinds)
    together = share * kinds[0].mean(axis=0) + (1 - share) * kinds[1].mean(axis=0)
    expected = 0.5 * np.mean((Y - together) ** 2)
    assert losses_together(first, second, share).mean() == pytest.approx(expected, rel=0.02)
    assert losses_together(first, second, 1.0) == pytest.approx(first.losses, rel=1e-9)
    alone = 0.5 * np.mean((Y - kinds[0].mean(axis=0)) ** 2)
    assert first.loss == pytest.approx(alone, rel=0.02)


def test_the_noise_covers_what_the_spread_does_not():
    random = np.random.default_rng(0)
    truth = random.normal(size=(200_000, 1))
    Y = truth + 0.5 * random.normal(size=truth.shape)
    judge = Judge(Network(1, [Layer(1)]), Y, None)
    wide, small = (
        Pair(judge, drawn(random, truth, 0, 0.01, 2), np.full(truth.shape, known), True)
        for known in (0.0, 0.09)
    )
    assert noise_that_covers(wide, small, 1.0) == pytest.approx([0.25], rel=0.02)
    assert noise_that_covers(wide, small, 0.5) == pytest.approx([0.25 - 0.5 * 0.09], rel=0.02)


def test_wide_networks_join_where_they_help_only():
    random = np.random.default_rng(0)
    truth = random.normal(size=(400, 1))
    judge = Judge(Network(1, [Layer(1)]), truth, None)

    def pair(bias, spread):
        return Pair(judge, drawn(random, truth, bias, spread, 2), np.zeros(truth.shape), True)

    small = pair(random.normal(size=truth.shape), 0.1)
    worse, similar, exact = pair(5.0, 0.1), pair(random.normal(size=truth.shape), 0.1), pair(0, 0.1)
    assert best_blend(small, [worse], [10]) is None
    half = best_blend(small, [worse, similar], [10, 20])
    assert (half.epochs, half.share) == (20, 0.5)
    slight = best_blend(small, [pair(1.5 * random.normal(size=truth.shape), 0.1)], [10])
    assert slight.share == 0.25
    place = best_blend(small, [similar, exact], [10, 20])
    assert (place.epochs, place.share) == (20, 1.0)


def test_epochs_to_compare_are_bounded():
    assert marks(10**6, 32, 200)[-1] == 1
    assert marks(100, 32, 10**6)[-1] == 600
    assert marks(100, 32, 20)[-1] == 60
    assert marks(1000, 32, 200) == sorted(set(marks(1000, 32, 200)))


@pytest.fixture(scope="module")
def joined():
    X, Y = ripples()

    def network_of(hidden, smooth):
        return Network(2, [*(Layer(units, "tanh") for units in hidden), Layer(1)])

    stopping = Stopping(max_epochs=100)
    with pytest.MonkeyPatch.context() as patch:  # so few rows would not get wide networks
        patch.setattr(searching, "ROWS_IF_WIDE", 1)
        patch.setattr(candidates, "SIZES_OF_FEW_INPUTS", ((), (2,)))
        patch.setattr(blending, "STARTS", 4)
        result = train_automatically(
            network_of, X, Y, TrainingConfig(seed=0, stopping=stopping, weight_decay=None)
        )
    return result, X, Y


def test_one_network_holds_all_that_joined(joined):
    result, X, _ = joined
    assert any("Wide networks: 50 + 50 units" in reason.en for reason in result.reasons)
    assert [layer.activation.name for layer in result.network.layers] == [
        "tanh",
        "tanh",
        "identity",
    ]
    outputs = result.network.forward(result.parameters, X)
    assert result.posterior.mean(X) == pytest.approx(outputs, abs=1e-7)
    new, truth = ripples(1000, seed=1)
    error = truth - result.network.forward(result.parameters, new)
    assert np.mean(error**2) < 0.1 * np.var(truth)
    assert 0.9 < np.mean(np.abs(error) < 1.96 * result.posterior.std(new)) < 1


def test_what_joined_survives_being_written_down(joined):
    result, X, _ = joined
    arrays = result.posterior.arrays()
    again = Posterior.from_arrays(result.network, arrays)
    assert np.array_equal(again.std(X), result.posterior.std(X))
    for name in arrays:
        short = arrays | {name: arrays[name][..., :-1] if arrays[name].ndim else np.ones(2)}
        with pytest.raises((ValueError, KeyError)):
            Posterior.from_arrays(result.network, short)
