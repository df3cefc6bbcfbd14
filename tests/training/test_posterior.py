"""Bayesian regularisation against what is known in closed form for a linear network."""

import numpy as np
import pytest
from scipy import stats

from clearprop import InputError, Layer, Network, Objective
from clearprop.search import train_restarts
from clearprop.training import Posterior, Stopping, TrainingConfig, train
from clearprop.training.minimizing import minimize_full_batch
from clearprop.training.monitor import Monitor
from clearprop.training.posterior import Start
from clearprop.training.solvers import SOLVERS
from clearprop.training.solvers.evidence import Noise, Prior


def linear(m=80, noise=0.3):
    random = np.random.default_rng(2)
    X = random.normal(size=(m, 3))
    return X, X @ [[1.0], [-2.0], [0.5]] + 1.0 + noise * random.normal(size=(m, 1))


def estimated(network, X, Y):
    """Return the hyperparameters that Bayesian regularisation finds, and the monitor of its run."""
    solver, theta = SOLVERS.make("bayesian_regularization"), network.initialize(seed=0).vector
    monitor = Monitor(Stopping(max_epochs=300, min_gradient=0), patience=0)
    minimize_full_batch(Objective(network, X, Y), theta, solver, monitor)
    return monitor.best_hyperparameters, monitor


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("loss", ["half_squared_error", "squared_error"])
def test_the_evidence_of_a_linear_network_is_exact(reduction, loss):
    """Y ~ N(0, σ² I + Φ diag(1/α) Φᵀ) has this density in closed form."""
    X, Y = linear()
    network = Network(3, [Layer(1)], loss=loss, reduction=reduction)
    hyperparameters, monitor = estimated(network, X, Y)
    Phi = np.hstack([X, np.ones((len(X), 1))])
    variance = 1 / (hyperparameters.beta * network.loss_rule.constant_curvature)
    covariance = variance * np.eye(len(X)) + Phi @ np.diag(1 / hyperparameters.precision) @ Phi.T
    exact = stats.multivariate_normal(np.zeros(len(X)), covariance).logpdf(Y[:, 0])
    assert monitor.reason.name == "evidence"
    assert hyperparameters.log_evidence == pytest.approx(exact, abs=1e-2)
    assert np.sqrt(variance) == pytest.approx(0.3, rel=0.15)
    assert 3 < hyperparameters.effective_parameters < 4
    assert monitor.history[-1].details["log_evidence"] == hyperparameters.log_evidence


def test_alpha_and_beta_are_where_the_evidence_is_highest():
    X, Y = linear()
    hyperparameters, _ = estimated(Network(3, [Layer(1)]), X, Y)
    Phi = np.hstack([X, np.ones((len(X), 1))])

    def evidence(alpha, beta):
        precision = (
            hyperparameters.precision
            / hyperparameters.alpha[Prior.of((3, 1)).groups]
            * alpha[[0, 0, 0, 1]]
        )
        covariance = np.eye(len(X)) / beta + Phi @ np.diag(1 / precision) @ Phi.T
        return stats.multivariate_normal(np.zeros(len(X)), covariance).logpdf(Y[:, 0])

    top = evidence(hyperparameters.alpha, hyperparameters.beta)
    for factor in (0.8, 1.25):
        assert evidence(hyperparameters.alpha * [factor, 1], hyperparameters.beta) < top
        assert evidence(hyperparameters.alpha * [1, factor], hyperparameters.beta) < top
        assert evidence(hyperparameters.alpha, hyperparameters.beta * factor) < top


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


def test_a_classifier_is_held_back_by_the_evidence():
    random = np.random.default_rng(0)
    X = random.normal(size=(150, 2))
    Y = (X[:, :1] + 0.7 * random.normal(size=(150, 1)) > 0).astype(float)
    layers = [Layer(12, "tanh"), Layer(1, "sigmoid")]
    network = Network(2, layers, loss="binary_cross_entropy")
    new = random.normal(size=(2000, 2))
    truth = (new[:, :1] + 0.7 * random.normal(size=(2000, 1)) > 0).astype(float)
    held, free = (
        network.loss(
            train(network, X, Y, TrainingConfig(solver=solver, seed=0)).parameters, new, truth
        )
        for solver in ("bayesian_regularization", "lbfgs")
    )
    assert held < 0.5 < free


@pytest.mark.parametrize("grouping", ["weights", "layers", "inputs"])
def test_groups_share_an_alpha(grouping):
    prior = Prior.of((2, 3, 1), grouping)
    expected = {"weights": 2, "layers": 4, "inputs": 5}[grouping]
    assert len(np.unique(prior.groups)) == expected == prior.groups.max() + 1


def test_an_input_that_says_nothing_is_switched_off():
    random = np.random.default_rng(0)
    X = random.normal(size=(200, 2))
    Y = np.sin(2 * X[:, :1]) + 0.05 * random.normal(size=(200, 1))
    network = Network(2, [Layer(5, "tanh"), Layer(1)])
    result = train(
        network, X, Y, TrainingConfig(solver="bayesian_regularization(groups='inputs')", seed=0)
    )
    used, unused = np.abs(result.parameters["W1"]).max(axis=1)
    assert unused < 0.02 * used


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
