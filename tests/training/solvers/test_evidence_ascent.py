"""Where the evidence is highest: α and β stand still there; what says nothing is switched off."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from clearprop import Layer, Network, Objective
from clearprop.training import TrainingConfig, train
from clearprop.training.solvers.damping import Damping
from clearprop.training.solvers.evidence import Prior
from clearprop.training.solvers.evidence_ascent import Ascent, LogPosterior
from clearprop.training.solvers.levenberg_marquardt import LevenbergMarquardt
from clearprop.training.stopping import StopReason
from solver_problems import estimated, linear


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


def ascent(first_steps=2, tolerance=1e-3, **settings):
    return Ascent(3e-3, first_steps, "weights", tolerance, LevenbergMarquardt(**settings))


def begun(**more):
    X, Y = linear()
    network = Network(3, [Layer(2, "tanh"), Layer(1)])
    objective = Objective(network, X, Y)
    return objective, ascent(**more).init(objective, network.initialize(seed=0).vector)


def test_the_precisions_stand_during_the_first_steps():
    objective, state = begun()
    first, alphas = state.hyperparameters.alpha, []
    for _ in range(4):
        state = ascent().step(objective, state)
        alphas.append(state.hyperparameters.alpha)
    np.testing.assert_array_equal(alphas[0], first)
    np.testing.assert_array_equal(alphas[1], first)
    assert (alphas[2] != first).all()
    assert len(state.log_evidence) == 4
    assert state.failed == 0


@pytest.mark.parametrize(
    ("last", "ends"),
    [
        ([0, 0, 0, 0, 0, 0.079], True), ([0, 0, 0, 0, 0, 0.081], False),
        ([0.081, 0, 0, 0, 0, 0], False), ([9, 0, 0, 0, 0, 0, 0.079], True), ([0] * 5, False),
    ],
)  # fmt: skip
def test_it_ends_once_the_evidence_has_not_changed_for_five_iterations(last, ends):
    """By a thousandth for each of 80 targets; the first steps do not count."""
    objective, state = begun()
    state = replace(state, log_evidence=np.array([0.0, 0.0, *last]))
    following = ascent().step(objective, state)
    assert isinstance(following, StopReason) == ends
    if ends:
        assert following.name == "evidence"


def test_it_ends_where_no_noise_is_left():
    objective, state = begun()
    least = 1e-8 * objective.target_variance
    for expected, ends in ((0.99 * least, True), (1.01 * least, False)):
        at = replace(state, log_evidence=np.zeros(3), expected_loss=expected)
        following = ascent().step(objective, at)
        assert isinstance(following, StopReason) == ends
    at = replace(state, log_evidence=np.zeros(2), expected_loss=0.0)  # still first steps
    assert not isinstance(ascent().step(objective, at), StopReason)


def test_steps_that_lead_nowhere_end_it_after_fifteen_in_a_row():
    objective, state = begun()
    stuck = replace(state, damping=Damping(1e20))
    following = ascent().step(objective, stuck)
    assert following.failed == 1
    assert following.damping.mu == 1e-3  # it begins anew
    np.testing.assert_array_equal(following.theta, state.theta)
    assert ascent().step(objective, replace(stuck, failed=14)).failed == 15
    assert isinstance(ascent().step(objective, replace(stuck, failed=15)), StopReason)
    assert ascent().step(objective, replace(state, failed=9)).failed == 0


@pytest.mark.parametrize(("hidden", "share"), [((), 1), ((2,), 1), ((2, 2), 2), ((2, 2, 2), 3)])
def test_deep_networks_begin_with_less_decay(hidden, share):
    X, Y = linear()
    network = Network(3, [*(Layer(units, "tanh") for units in hidden), Layer(1)])
    objective, theta = Objective(network, X, Y), network.initialize(seed=0).vector
    posterior = LogPosterior.of(objective, "weights")
    first = posterior.first_hyperparameters(theta, 0.06)
    beta = 80 / (2 * 80 * objective.value(theta))
    assert first.beta == pytest.approx(beta)
    np.testing.assert_allclose(first.alpha, [0.06 / share * beta * 80] * 2)
    np.testing.assert_allclose(posterior.penalty(first), first.precision / (beta * 80))
