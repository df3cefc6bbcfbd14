"""Many units with a weight decay, for classes, against scikit-learn."""

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import make_moons
from sklearn.linear_model import LogisticRegression

from clearprop import Layer, Network
from clearprop._interruption import OutOfTimeError
from clearprop.search import decays, train_automatically
from clearprop.search.cross_validation import CrossValidation
from clearprop.search.decays import (
    DECAYS,
    HIDDEN,
    STRAIGHT,
    best_held,
    decay_between,
    evaluate_decays,
)
from clearprop.search.so_far import SoFar
from clearprop.training import Stopping, TrainingConfig, train
from search_cases import ended

RANDOM = np.random.default_rng(0)


def network_of(hidden, smooth=False):
    activation = "tanh" if smooth else "relu"
    layers = [*(Layer(units, activation) for units in hidden), Layer(1, "sigmoid")]
    return Network(2, layers, "binary_cross_entropy")


def noisy_halves(m=80):
    X = RANDOM.normal(size=(m, 2))
    Y = (X[:, :1] - X[:, 1:] + RANDOM.logistic(size=(m, 1)) > 0).astype(float)
    return X, Y


def moons(m=160):
    X, y = make_moons(m, noise=0.2, random_state=0)
    return X, y[:, None].astype(float)


def tried(X, Y):
    data = CrossValidation.of(X, Y, None, np.random.default_rng(0))
    config = TrainingConfig(solver="lbfgs", seed=0, scale_inputs="none")
    return data, evaluate_decays(network_of, data, config)


def test_without_hidden_units_it_is_logistic_regression():
    X, Y = noisy_halves()
    data, found = tried(X, Y)
    for held in found[: len(STRAIGHT)]:
        losses = []
        for part in data.parts:
            rest = np.setdiff1d(np.arange(len(X)), part)
            other = LogisticRegression(C=1 / held.alpha, tol=1e-8).fit(X[rest], Y[rest, 0])
            p = other.predict_proba(X[part])[np.arange(len(part)), Y[part, 0].astype(int)]
            losses.extend(-np.log(p))
        assert held.loss == pytest.approx(np.mean(losses), rel=1e-3)


def test_every_decay_is_tried_and_the_lowest_loss_wins():
    _, found = tried(*moons())
    assert [each.alpha for each in found] == [*STRAIGHT, *DECAYS]
    best = best_held(found)
    assert best.loss == min(each.loss for each in found)
    assert best.hidden == HIDDEN  # no straight line tells moons apart


@given(st.floats(0.18, 17.0), st.floats(0.01, 5.0), st.floats(-1.0, 1.0))
def test_a_decay_between_those_tried_is_found_where_the_losses_are_a_parabola(lowest, width, base):
    held = [
        SimpleNamespace(hidden=HIDDEN, alpha=a, loss=base + width * np.log(a / lowest) ** 2)
        for a in DECAYS
    ]
    assert decay_between(best_held(held), held) == pytest.approx(lowest, rel=1e-6)


@pytest.mark.parametrize("losses", [(0.1, 0.2, 0.3), (0.3, 0.2, 0.1), (0.2, 0.2, 0.2)])
def test_a_decay_at_the_end_of_those_tried_stays(losses):
    others = [SimpleNamespace(hidden=(), alpha=30.0, loss=0.9)]
    held = [
        SimpleNamespace(hidden=HIDDEN, alpha=a, loss=loss)
        for a, loss in zip((0.1, 1.0, 10.0), losses, strict=True)
    ]
    best = best_held(held)
    assert decay_between(best, others + held) == best.alpha


def test_moons_get_many_units():
    X, Y = moons()
    result = train_automatically(network_of, X, Y, TrainingConfig(seed=0, weight_decay=None))
    assert result.hidden == HIDDEN
    assert result.network.layers[0].activation.name == "relu"
    assert result.solver.name == "lbfgs"
    assert len(result.reasons) == 1
    said = float(result.reasons[0].en.split("weight decay of ")[1].split(",")[0])
    assert result.weight_decay * len(X) == pytest.approx(said, rel=5e-3)
    assert result.left_out is not None
    assert result.stop_reason.name in ("plateau", "converged")  # and not for want of iterations
    outputs = result.network.forward(result.parameters, X)
    assert np.mean((outputs > 0.5) == (Y > 0.5)) > 0.95


def test_a_table_of_fewer_rows_than_parts_of_them_still_trains():
    X, Y = noisy_halves(9)
    result = train_automatically(network_of, X, Y, TrainingConfig(seed=0, weight_decay=None))
    assert np.isfinite(result.parameters.vector).all()


def test_a_row_of_weight_three_is_three_rows():
    X, Y = noisy_halves(60)
    weights = np.random.default_rng(1).integers(1, 4, size=60)
    config = TrainingConfig(solver="lbfgs", seed=0, scale_inputs="none")
    tables = (
        (X, Y, weights.astype(float)),
        (X.repeat(weights, axis=0), Y.repeat(weights, axis=0), None),
    )
    once, again = (
        evaluate_decays(network_of, CrossValidation.of(*table, np.random.default_rng(2)), config)[
            : len(STRAIGHT)
        ]
        for table in tables
    )
    for weighted, repeated in zip(once, again, strict=True):
        assert weighted.loss == pytest.approx(repeated.loss, rel=1e-3)


def test_many_columns_change_nothing():
    X = np.random.default_rng(0).normal(size=(30, 400))
    Y = (X[:, :1] > 0).astype(float)

    def of_many_inputs(hidden, smooth):
        layers = [*(Layer(units, "relu") for units in hidden), Layer(1, "sigmoid")]
        return Network(400, layers, "binary_cross_entropy")

    result = train_automatically(of_many_inputs, X, Y, TrainingConfig(seed=0, weight_decay=None))
    assert result.hidden in ((), HIDDEN)
    assert result.members == ()
    assert "held back by a weight decay" in result.reasons[-1].en


@pytest.mark.parametrize("weights", [None, np.full(20, 2.0)])
def test_every_decay_goes_on_from_the_weaker_one(weights, monkeypatch):
    X, Y = noisy_halves(20)
    data = CrossValidation.of(X, Y, weights, np.random.default_rng(0))
    made = []

    def noting(network, X, Y, config, *, sample_weight, start):
        config = replace(config, stopping=replace(config.stopping, max_epochs=1))
        made.append((config, asked(config), start, sample_weight))
        result = train(network, X, Y, config, sample_weight=sample_weight, start=start)
        made[-1] += (result.parameters.vector.copy(),)
        return result

    def asked(config):
        return config.stopping.plateau, config.stopping.tolerance

    monkeypatch.setattr(decays, "train", noting)
    config = TrainingConfig(solver="lbfgs", seed=0, scale_inputs="none")
    found = evaluate_decays(network_of, data, config, n_jobs=1)
    samples = 16 if weights is None else 32
    alphas = [0.3, 1.0, 3.0, 10.0, 30.0]
    assert [each.alpha for each in found] == [*alphas, 0.1, *alphas]
    walks = [made[5 * fold : 5 * fold + 5] for fold in range(5)]
    for walk in walks:
        assert [each[0].weight_decay * samples for each in walk] == pytest.approx(alphas)
        assert len({each[0].seed for each in walk}) == 1
        assert {each[1] for each in walk} == {(4, 5e-5)}
        assert walk[0][2] is None
        for before, after in pairwise(walk):
            np.testing.assert_array_equal(after[2].vector, before[4])
    assert len({walk[0][0].seed for walk in walks}) == 5
    for held in found:
        assert held.pair.sums.shape == (2, 20 if weights is None else 40, 1)
        assert not held.pair.averages
        assert held.pair.example.weight_decay * samples == pytest.approx(held.alpha)


def test_the_weakest_decay_may_take_a_hundred_iterations_and_the_others_forty(monkeypatch):
    X, Y = noisy_halves(20)
    data = CrossValidation.of(X, Y, None, np.random.default_rng(0))
    given = []

    def noting(network, X, Y, config, **more):
        given.append(config.stopping.max_epochs)
        return train(network, X, Y, replace(config, stopping=Stopping(1)), **more)

    monkeypatch.setattr(decays, "train", noting)
    evaluate_decays(network_of, data, TrainingConfig(solver="lbfgs", seed=0), n_jobs=1)
    assert given == [100, 40, 40, 40, 40] * 5 + [100, 40, 40, 40, 40, 40] * 5


@pytest.mark.parametrize(
    ("reason", "error"), [("time", OutOfTimeError), ("interrupted", KeyboardInterrupt)]
)
def test_a_walk_that_is_cut_short_leaves_its_best_step(reason, error, monkeypatch):
    X, Y = noisy_halves(20)
    data = CrossValidation.of(X, Y, None, np.random.default_rng(0))
    made = []

    def cut_short(network, X, Y, config, **more):
        result = train(network, X, Y, replace(config, stopping=Stopping(2)), **more)
        made.append(ended(result, reason if len(made) == 2 else "epochs"))
        return made[-1]

    monkeypatch.setattr(decays, "train", cut_short)
    so_far = SoFar()
    with pytest.raises(error):
        evaluate_decays(network_of, data, TrainingConfig(solver="lbfgs", seed=0), 1, so_far)
    if reason == "time":
        assert so_far.best is not None
        return
    assert len(made) == 3
    losses = [network_of(()).loss(each.parameters, X[data.parts[0]], Y[data.parts[0]])
              for each in made[:2]]  # fmt: skip
    assert so_far.best is made[int(np.argmin(losses))]


def test_only_both_neighbours_of_the_best_decay_say_where_between_them_it_is():
    """Of three points a factor of 10 apart: half a step times the difference of both rises."""
    losses = (9.0, 0.5, 0.1, 0.3, 9.0)
    held = [
        SimpleNamespace(hidden=HIDDEN, alpha=10.0**place, loss=loss)
        for place, loss in enumerate(losses)
    ]
    place = 2 + (0.5 - 0.3) / (2 * (0.5 - 2 * 0.1 + 0.3))
    assert decay_between(best_held(held), held) == pytest.approx(10**place)
