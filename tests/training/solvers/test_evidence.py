"""The evidence and its hyperparameters: exact where a network is linear; groups of weights."""

import numpy as np
import pytest
from scipy import stats

from clearprop import Layer, Network
from clearprop.training.solvers.evidence import Prior
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


@pytest.mark.parametrize("grouping", ["weights", "layers", "inputs"])
def test_groups_share_an_alpha(grouping):
    prior = Prior.of((2, 3, 1), grouping)
    expected = {"weights": 2, "layers": 4, "inputs": 5}[grouping]
    assert len(np.unique(prior.groups)) == expected == prior.groups.max() + 1
