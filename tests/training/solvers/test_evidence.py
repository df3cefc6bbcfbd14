"""The evidence and its hyperparameters: exact where a network is linear; groups of weights."""

import numpy as np
import pytest
from scipy import stats

from clearprop import Layer, Network
from clearprop.training.solvers.evidence import Hyperparameters, Noise, Prior, update
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


def test_weights_are_scaled_by_their_fan_in_and_output_biases_go_almost_free():
    prior = Prior.of((2, 3, 1))
    np.testing.assert_array_equal(prior.scale, [2] * 6 + [1] * 3 + [3] * 3 + [1e-3])
    np.testing.assert_array_equal(prior.groups, [0] * 6 + [1] * 3 + [0] * 3 + [1])
    np.testing.assert_array_equal(
        Prior.of((2, 3, 1), "layers").groups, [0] * 6 + [1] * 3 + [2] * 3 + [3]
    )
    inputs = Prior.of((2, 3, 1), "inputs").groups
    assert len({inputs[0], inputs[3], inputs[6], inputs[9], inputs[12]}) == 5
    np.testing.assert_array_equal(inputs[:6].reshape(2, 3), inputs[[0, 3], None] * [1, 1, 1])
    np.testing.assert_array_equal(prior.precision(np.array([5.0, 7.0]))[[0, 6, 9, 12]],
                                  [10, 7, 15, 7e-3])  # fmt: skip
    np.testing.assert_array_equal(prior.sums(np.arange(13.0)), [15 + 30, 21 + 12])


def test_the_noise_is_what_is_left_of_each_target():
    noise = Noise(rows=5.0, outputs=2, factor=5.0, curvature=2.0)
    assert noise.beta(0.5, 4.0) == (10 - 4) / (2 * 5 * 0.5)
    assert noise.beta(0.5, 9.999) == noise.beta(0.5, 12.0) == pytest.approx(0.01 / 5)
    assert np.isfinite(noise.beta(0.0, 4.0))
    assert noise.beta(0.0, 4.0) == pytest.approx(6 / (10 * 2.0**-104))
    assert noise.log_constant(3.0) == pytest.approx(5 * np.log(3 * 2 / (2 * np.pi)))
    likelihood = Noise(5.0, 2, 5.0, None)
    assert (likelihood.beta(0.5, 4.0), likelihood.log_constant(3.0)) == (1.0, 0.0)


def test_a_group_takes_the_precision_of_the_parameters_that_the_data_determine():
    """Two parameters in groups of their own: γ = 1 − α A⁻¹ each, and α is then γ / θ²."""
    prior, noise = Prior(np.array([0, 1]), np.array([1.0, 2.0])), Noise(4.0, 1, 4.0, 1.0)
    precision, theta = np.array([0.5, 4.0]), np.array([3.0, 0.25])
    old = Hyperparameters(np.array([0.5, 2.0]), 1.5, precision, 2.0, 0.0)
    inverse = np.array([0.2, 0.1])
    new = update(prior, noise, old, theta, 0.7, inverse, 1.2)
    gamma = np.array([1 - 0.5 * 0.2, 1 - 4 * 0.1])
    np.testing.assert_allclose(new.alpha, gamma / [9, 2 * 0.0625])
    np.testing.assert_allclose(new.precision, new.alpha * [1, 2])
    assert new.effective_parameters == pytest.approx(1.5)
    assert new.beta == pytest.approx((4 - 1.5) / (2 * 4 * 0.7))
    misfit = 1.5 * 4 * 0.7 + (0.5 * 9 + 4 * 0.0625) / 2
    constant = 4 / 2 * np.log(1.5 / (2 * np.pi))
    assert new.log_evidence == pytest.approx(-misfit + np.log(0.5 * 4) / 2 - 0.6 + constant)
    still = update(prior, noise, old, 0 * theta, 0.7, inverse, 1.2)
    np.testing.assert_array_equal(still.alpha, [1e8, 1e8])
    wide = update(prior, noise, old, theta, 0.7, np.array([3.0, 0.1]), 1.2)
    assert wide.alpha[0] == 1e-6
