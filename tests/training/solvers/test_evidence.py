"""The evidence and its hyperparameters: exact where a network is linear; groups of weights."""

import numpy as np
import pytest
from scipy import stats

from clearprop import Layer, Network
from clearprop.training.solvers.evidence import Noise, Prior
from solver_problems import estimated, linear


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


def test_the_loss_to_expect_is_generalised_cross_validation_and_infinite_where_nothing_is_left():
    noise = Noise(rows=4, outputs=2, factor=4.0, curvature=1.0)
    assert noise.expected_loss(0.5, 2.0) == pytest.approx(0.5 / (1 - 2 / 8) ** 2)
    assert noise.expected_loss(0.5, 8.0) == noise.expected_loss(0.5, 8.5) == np.inf
    assert Noise(4, 2, 1.0, None).expected_loss(2.0, 3.0) == pytest.approx(2 / 4 + 3 / 4)


@pytest.mark.parametrize("grouping", ["weights", "layers", "inputs"])
def test_groups_share_an_alpha(grouping):
    prior = Prior.of((2, 3, 1), grouping)
    expected = {"weights": 2, "layers": 4, "inputs": 5}[grouping]
    assert len(np.unique(prior.groups)) == expected == prior.groups.max() + 1
