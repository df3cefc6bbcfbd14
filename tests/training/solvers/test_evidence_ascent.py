"""Where the evidence is highest: α and β stand still there; what says nothing is switched off."""

import numpy as np
from scipy import stats

from clearprop import Layer, Network
from clearprop.training import TrainingConfig, train
from clearprop.training.solvers.evidence import Prior
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
