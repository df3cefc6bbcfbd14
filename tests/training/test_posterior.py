"""The posterior, against exact answers of Bayesian linear regression and by simulation."""

import numpy as np
import pytest

from clearprop import InputError, Layer, Network, Objective
from clearprop.search import train_restarts
from clearprop.training import Posterior, Stopping, TrainingConfig, train
from clearprop.training.posterior import Start
from clearprop.training.solvers import SOLVERS
from clearprop.training.solvers.evidence import Noise


def linear(m=80, noise=0.3):
    random = np.random.default_rng(2)
    X = random.normal(size=(m, 3))
    return X, X @ [[1.0], [-2.0], [0.5]] + 1.0 + noise * random.normal(size=(m, 1))


def test_standard_deviations_of_a_linear_network_are_exact():
    X, Y = linear()
    network = Network(3, [Layer(1)])
    result = train(network, X, Y, TrainingConfig(solver="bayesian_regularization", seed=0))
    new = np.random.default_rng(1).normal(size=(5, 3)) * 2
    # the free bias leaves ordinary least squares but for a small α
    Phi, at = (np.hstack([rows, np.ones((len(rows), 1))]) for rows in (X, new))
    fitted, rest, *_ = np.linalg.lstsq(Phi, Y, rcond=None)
    variance = rest[0] / (len(X) - 4)
    expected = np.sqrt(variance * (1 + np.einsum("ij,ij->i", at @ np.linalg.inv(Phi.T @ Phi), at)))
    assert result.posterior.std(new)[:, 0] == pytest.approx(expected, rel=0.02)
    assert result.posterior.mean(new) == pytest.approx(at @ fitted, rel=0.05)
    assert (result.posterior.std(new, noise=False) < result.posterior.std(new)).all()


def test_the_posterior_of_several_starts_survives_being_written_down():
    X, Y = linear()
    network = Network(3, [Layer(3, "tanh"), Layer(1)])
    result = train_restarts(
        network,
        X,
        Y,
        TrainingConfig(solver="bayesian_regularization", seed=0, stopping=Stopping(max_epochs=20)),
        restarts=2,
    )
    again = Posterior.from_arrays(result.network, result.posterior.arrays())
    assert np.array_equal(again.std(X), result.posterior.std(X))
    assert again.mean(X) == pytest.approx(result.network.forward(result.parameters, X), rel=1e-9)
    means = [member.posterior.mean(X) for member in result.members]
    spread = result.posterior.std(X, noise=False) ** 2
    inner = np.mean([m.posterior.std(X, noise=False) ** 2 for m in result.members], axis=0)
    assert spread == pytest.approx(inner + np.var(means, axis=0), rel=1e-9)


def mixture():
    """A start with a distribution, and one of another network that is taken for certain."""
    X, Y = linear()
    network = Network(3, [*[Layer(units, "tanh") for units in (3, 2, 2)], Layer(1)])
    stopping = Stopping(max_epochs=20)
    config = TrainingConfig(solver="bayesian_regularization", seed=0, stopping=stopping)
    result = train(network, X, Y, config)
    (known,) = result.posterior.members
    other = network.with_layers([Layer(5, "tanh"), Layer(1)])
    drawn = other.initialize(seed=3)
    certain = Start.of(other, drawn, 0.25, known.inputs, known.targets)
    return network, X, other, drawn, known, certain


def test_a_start_that_is_taken_for_certain_shares_in_the_mixture():
    _, X, other, drawn, known, certain = mixture()
    posterior = Posterior((known, certain), share=0.7)
    means = [Posterior((known,)).mean(X), other.forward(drawn, X)]
    mean = 0.7 * means[0] + 0.3 * means[1]
    assert posterior.mean(X) == pytest.approx(mean, rel=1e-9)
    inner = 0.7 * Posterior((known,)).std(X, noise=False) ** 2  # the other has none
    outer = 0.7 * (means[0] - mean) ** 2 + 0.3 * (means[1] - mean) ** 2
    assert posterior.std(X, noise=False) ** 2 == pytest.approx(inner + outer, rel=1e-9)
    unit = 1 / known.targets.rate**2
    noise = 0.7 * known.noise * unit + 0.3 * 0.25 * unit
    assert posterior.std(X) ** 2 == pytest.approx(inner + outer + noise, rel=1e-9)


@pytest.mark.parametrize("parts", [(True, True), (True, False), (False, True)])
def test_every_mixture_survives_being_written_down(parts):
    network, X, _, _, known, certain = mixture()
    members = tuple(one for one, there in zip((known, certain), parts, strict=True) if there)
    posterior = Posterior(members, share=0.7)
    arrays = posterior.arrays()
    again = Posterior.from_arrays(network, arrays)
    assert np.array_equal(again.std(X), posterior.std(X))
    assert np.array_equal(again.mean(X), posterior.mean(X))
    for name in arrays:
        short = arrays | {name: arrays[name][..., :-1] if arrays[name].ndim else np.ones(2)}
        with pytest.raises((ValueError, KeyError)):
            Posterior.from_arrays(network, short)


def test_every_start_with_more_parameters_than_rows_has_a_posterior():
    random = np.random.default_rng(1)
    X = random.normal(size=(60, 40))
    Y = X[:, :5] @ np.array([[1.0], [-1], [0.5], [2], [1]]) + 0.5 * random.normal(size=(60, 1))
    network = Network(40, [Layer(4, "tanh"), Layer(1)])
    result = train_restarts(
        network,
        X,
        Y,
        TrainingConfig(solver="bayesian_regularization", seed=1, stopping=Stopping(max_epochs=80)),
        restarts=10,
    )
    assert np.isfinite(result.posterior.std(X)).all()


def test_intervals_cover_what_they_promise():
    random = np.random.default_rng(3)
    X = random.uniform(-1, 1, size=(2000, 1))
    Y = np.sin(3 * X) + 0.2 * random.normal(size=X.shape)
    network = Network(1, [Layer(6, "tanh"), Layer(1)])
    result = train(
        network, X[:600], Y[:600], TrainingConfig(solver="bayesian_regularization", seed=0)
    )
    mean, std = result.posterior.mean(X[600:]), result.posterior.std(X[600:])
    assert 0.92 < np.mean(np.abs(Y[600:] - mean) < 1.96 * std) < 0.98


def test_weights_count_rows():
    X, Y = linear(m=30)
    twice = np.repeat(np.arange(30), 2)
    network = Network(3, [Layer(1)])
    weighted = Objective(network, X, Y, sample_weight=np.full(30, 2.0))
    assert Noise.of(weighted).rows == Noise.of(Objective(network, X[twice], Y[twice])).rows == 60


def test_what_it_cannot_use_is_refused():
    X, Y = linear()
    with pytest.raises(InputError, match="finds the penalty itself"):
        train(
            Network(3, [Layer(1)]),
            X,
            Y,
            TrainingConfig(solver="bayesian_regularization", weight_decay=0.1),
        )
    with pytest.raises(InputError, match="no likelihood"):
        train(
            Network(3, [Layer(1)], loss="absolute_error"),
            X,
            Y,
            TrainingConfig(solver="bayesian_regularization"),
        )
    with pytest.raises(InputError, match="inputs, layers, weights"):
        SOLVERS.make("bayesian_regularization(groups='rows')")


@pytest.mark.parametrize("place", [0, -1])
def test_starts_of_another_network_are_refused(place):
    network, *_, certain = mixture()
    arrays = Posterior((certain,)).arrays()
    (name,) = (name for name in arrays if name.endswith("sizes"))
    sizes = arrays[name].copy()
    sizes[place] += 1
    with pytest.raises(ValueError, match="another network"):
        Posterior.from_arrays(network, arrays | {name: sizes})
