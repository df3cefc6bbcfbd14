"""Wide networks that join small ones, in one network for both."""

from dataclasses import replace

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop.search import blending, candidates, searching, train_automatically, train_restarts
from clearprop.search.blending import blended, joined, train_wide
from clearprop.search.cross_validation import sums_of
from clearprop.search.wide import Blend
from clearprop.training import Posterior, Stopping, TrainingConfig
from clearprop.training.rows import TrainingData
from search_cases import build, ended, wave


def ripples(m=300, seed=0):
    """Return a smooth trend with ripples that few units do not follow."""
    random = np.random.default_rng(seed)
    X = random.uniform(-1, 1, size=(m, 2))
    Y = X[:, :1] + np.sin(6 * X[:, :1]) * np.cos(5 * X[:, 1:])
    return X, Y + 0.05 * random.normal(size=Y.shape)


@pytest.mark.parametrize("output", ["identity", "sigmoid"])
def test_both_count_as_much_as_was_found(output, monkeypatch):
    monkeypatch.setattr(blending, "STARTS", 2)
    X, Y = ripples(60)
    Y, loss = (1e4 + 50 * Y, "squared_error") if output == "identity" else (
        (Y > 0).astype(float), "binary_cross_entropy")  # fmt: skip

    def network_of(*hidden):
        return Network(2, [*(Layer(units, "tanh") for units in hidden), Layer(1, output)], loss)

    config = TrainingConfig(solver="bayesian_regularization", seed=0, stopping=Stopping(4))
    small = train_restarts(network_of(3), X, Y, config, restarts=2)
    blend = Blend(epochs=3, share=0.25, loss=0.0, noise=np.array([9.0]))
    wide = train_wide(network_of(6, 5), TrainingData(X, Y), config, blend)
    both = joined(small, wide, blend, np.finfo(float).eps)

    assert both.network.sizes == (2, 3 * len(small.members) + 2 * 6, 2 + 2 * 5, 1)
    assert both.members == (*small.members, *wide.members)
    z, z_small, z_wide = (sums_of(each.network, each.parameters, X) for each in (both, small, wide))
    unit = small.targets.spread if output == "identity" else 1
    assert np.abs(z - 0.75 * z_small - 0.25 * z_wide).max() < 1e-7 * unit
    if output == "sigmoid":
        assert both.posterior is None
        return
    assert both.posterior.mean(X) == pytest.approx(z, rel=1e-9)
    variances = [each.posterior.std(X, noise=False) ** 2 for each in (small, wide)]
    within = 0.75 * variances[0] + 0.25 * variances[1]
    apart = 0.75 * 0.25 * (z_small - z_wide) ** 2
    assert both.posterior.std(X) ** 2 == pytest.approx(within + apart + 9, rel=1e-6)


@pytest.fixture(scope="module")
def found():
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


def test_one_network_holds_all_that_joined(found):
    result, X, _ = found
    (reason,) = (each.en for each in result.reasons if "Wide networks: 50 + 50" in each.en)
    alone = result.network.sizes == (2, 4 * 50, 4 * 50, 1)
    assert ("in place of the others" in reason) == alone
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


def test_what_joined_survives_being_written_down(found):
    result, X, _ = found
    arrays = result.posterior.arrays()
    again = Posterior.from_arrays(result.network, arrays)
    assert np.array_equal(again.std(X), result.posterior.std(X))
    for name in arrays:
        short = arrays | {name: arrays[name][..., :-1] if arrays[name].ndim else np.ones(2)}
        with pytest.raises((ValueError, KeyError)):
            Posterior.from_arrays(result.network, short)


@pytest.mark.parametrize(("small", "wide"), [("time", None), ("epochs", "interrupted")])
def test_without_time_small_networks_stay_alone(small, wide, monkeypatch):
    X, Y = wave(20)
    config = TrainingConfig(solver="lbfgs", seed=0, stopping=Stopping(2))
    alone = ended(train_restarts(build((2,)), X, Y, config, restarts=2), small)
    monkeypatch.setattr(blending, "train_wide", lambda *_: ended(alone, wide))
    blend = Blend(3, 0.5, 0.0, np.array([1.0]))
    result = blended(alone, build((50, 50)), TrainingData(X, Y), config, blend)
    assert result.network is alone.network
    assert result.stop_reason.name == (wide or small)


def test_wide_networks_that_take_the_place_of_the_others_are_watched_alone(monkeypatch):
    monkeypatch.setattr(blending, "STARTS", 2)
    X, Y = wave(20)
    seen, blend = [], Blend(3, 1.0, 0.0, np.array([9.0]))
    config = TrainingConfig(solver="lbfgs", seed=0, stopping=Stopping(2), observe=seen.append)
    small = train_restarts(build((2,)), X, Y, config, restarts=2)
    seen.clear()
    alone = blended(None, build((4, 3)), TrainingData(X, Y), config, blend)
    assert [record.epoch for record in seen] == [1, 2, 3]
    assert "The 3 epochs were taken that did best" in alone.stop_reason.sentence.en
    assert alone.posterior.std(X) ** 2 == pytest.approx(
        np.var([m.network.forward(m.parameters, X) for m in alone.members], axis=0) + 9
    )
    seen.clear()
    half = replace(blend, share=0.5)
    both = blended(small, build((4, 3)), TrainingData(X, Y), config, half)
    assert seen == []  # the small ones were watched
    assert both.network.sizes == (1, 2 * 2 + 2 * 4, 2 + 2 * 3, 1)
