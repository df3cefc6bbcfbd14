"""A weight for each target, against the formula and against rows that are weighted or left out."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

import clearprop as cp
import oracle
from clearprop.network.objective import Objective
from clearprop.training import Stopping, TrainingConfig, train
from refusals import refused

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(30, 3))
Y = RANDOM.uniform(0.1, 0.9, size=(30, 2))
W = RANDOM.uniform(0, 2, size=(30, 2))
W[3] = 0
W[4, 1] = W[5, 0] = 0
LOSSES = [name for name, rule in cp.LOSSES.items() if rule.target_kind != "class"]
SOLVERS = [
    "levenberg_marquardt",
    "levenberg_marquardt(batch_size=10)",
    "bayesian_regularization",
    "scaled_conjugate_gradient",
    "lbfgs",
    "rprop",
    "adam",
]


def network_for(loss: str, reduction: str = "mean") -> cp.Network:
    output = cp.LOSSES.make(loss).output_activation(2)
    return cp.Network(3, [cp.Layer(4, "tanh"), cp.Layer(2, output)], loss, reduction)


def by_hand(network: cp.Network, theta, weights=W):
    """Return Σ w ℓ, or K Σ w ℓ / Σ w for a mean over rows."""
    each = oracle.LOSSES[network.loss_rule.name](
        oracle.differentiable,
        oracle.outputs(network, theta, X),
        Y,
        **oracle.settings_of(network.loss_rule),
    )
    total = anp.sum(weights * each)
    return total if network.reduction == "sum" else 2 * total / weights.sum()


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("loss", LOSSES)
def test_value_and_gradient_are_those_of_the_formula(loss, reduction):
    network = network_for(loss, reduction)
    theta = network.initialize("normal", seed=1).vector / 3
    objective = Objective(network, X, Y, sample_weight=W)
    value, gradient = objective.gradient(theta)
    assert value == pytest.approx(by_hand(network, theta), rel=1e-12)
    assert objective.data_loss(theta) == pytest.approx(value, rel=1e-14)
    right = autograd.grad(lambda t: by_hand(network, t))(theta)
    np.testing.assert_allclose(gradient, right, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_gauss_newton_matrix_adds_up_over_the_targets(loss):
    """Σ wₖ Gₖ, Gₖ that of one output alone, which rows are weighted for."""
    network = network_for(loss, "sum")
    theta = network.initialize("normal", seed=1).vector / 3
    value, _, matrix = Objective(network, X, Y, sample_weight=W).gauss_newton(theta)
    assert value == pytest.approx(by_hand(network, theta), rel=1e-12)
    output = cp.Layer(1, network.layers[1].activation)
    own = cp.Network(3, [network.layers[0], output], loss, "sum")
    right = np.zeros_like(matrix)
    for k in range(2):
        alone = own.parameters(np.zeros(own.parameter_count))
        pairs = network.parameters(theta).layers
        alone["W1"], alone["b1"] = pairs[0]
        alone["W2"], alone["b2"] = pairs[1][0][:, [k]], pairs[1][1][[k]]
        names = network.parameters(np.arange(theta.size) * 1.0)
        place = np.concatenate(
            [names["W1"].ravel(), names["b1"], names["W2"][:, k], names["b2"][[k]]]
        ).astype(int)
        part = Objective(own, X, Y[:, [k]], sample_weight=W[:, k]).gauss_newton(alone.vector)[2]
        right[np.ix_(place, place)] += part
    np.testing.assert_allclose(matrix, right, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("solver", SOLVERS)
def test_weights_that_are_the_same_for_both_outputs_are_weights_of_rows(solver):
    network = network_for("half_squared_error")
    batch = 30 if solver == "adam" else None
    config = TrainingConfig(solver, seed=0, batch_size=batch, stopping=Stopping(8))
    rows = W.mean(axis=1)
    one = train(network, X, Y, config, sample_weight=rows)
    other = train(network, X, Y, config, sample_weight=np.column_stack([rows, rows]))
    assert other.network is network
    np.testing.assert_allclose(other.parameters.vector, one.parameters.vector, rtol=1e-6, atol=1e-9)
    assert other.history[-1].loss == pytest.approx(one.history[-1].loss, rel=1e-8)
    if one.log_evidence is not None:
        assert other.log_evidence == pytest.approx(one.log_evidence, rel=1e-8)
        np.testing.assert_allclose(other.posterior.std(X), one.posterior.std(X), rtol=1e-6)


@pytest.mark.parametrize("solver", ["levenberg_marquardt", "lbfgs"])
def test_a_linear_network_is_weighted_least_squares_of_each_output(solver):
    network = cp.Network(3, [cp.Layer(2)])
    config = TrainingConfig(solver, seed=0, stopping=Stopping(500, min_gradient=1e-12))
    result = train(network, X, Y, config, sample_weight=W)
    design = np.column_stack([X, np.ones(30)])
    for k in range(2):
        root = np.sqrt(W[:, k])
        right = np.linalg.lstsq(design * root[:, None], Y[:, k] * root, rcond=None)[0]
        found = [*result.parameters["W1"][:, k], result.parameters["b1"][k]]
        np.testing.assert_allclose(found, right, rtol=1e-5, atol=1e-7)


def test_a_target_of_weight_0_may_be_anything():
    network = network_for("squared_error")
    config = TrainingConfig("levenberg_marquardt", seed=0, stopping=Stopping(8))
    other = np.where(W == 0, 1e6, Y)
    one, two = (train(network, X, T, config, sample_weight=W).parameters for T in (Y, other))
    np.testing.assert_allclose(two.vector, one.vector, rtol=1e-9)


BAD = {
    "another shape": (W[:, :1].repeat(3, axis=1), "(30, 2)"),
    "negative": (-W, "at least 0"),
    "NaN": (W * np.nan, "finite"),
    "nothing counts": (W * 0, "every weight is zero"),
    "an output does not count": (W * [1, 0], "output 1"),
}


@pytest.mark.parametrize("name", BAD)
def test_weights_that_cannot_be_used_are_refused(name):
    weights, words = BAD[name]
    with refused("sample_weight", words):
        train(network_for("squared_error"), X, Y, "lbfgs", sample_weight=weights)


def test_shares_of_a_whole_are_weighted_together():
    network = cp.Network(3, [cp.Layer(2, "softmax")], "cross_entropy")
    shares = Y / Y.sum(axis=1, keepdims=True)
    with refused("sample_weight", "count together", "shape (30,)"):
        train(network, X, shares, "lbfgs", sample_weight=W)


def test_an_output_need_not_count_among_the_rows_that_validate():
    weights = W.copy()
    weights[20:, 1] = 0
    division = cp.divide(30, "block", (2 / 3, 1 / 3, 0))
    config = TrainingConfig("lbfgs", seed=0, division=division, stopping=Stopping(5))
    result = train(network_for("squared_error"), X, Y, config, sample_weight=weights)
    rows, k = division.validation, 0
    last = result.history[result.best_epoch].validation_loss
    errors = (result.network.forward(result.parameters, X[rows])[:, k] - Y[rows, k]) ** 2
    errors = errors * result.targets.rate[k] ** 2
    assert last == pytest.approx(2 * (weights[rows, k] @ errors) / weights[rows].sum(), rel=1e-9)
