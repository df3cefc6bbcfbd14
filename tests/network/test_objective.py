import autograd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracle
from cases import ALL_LOSSES, network_cases, numbers
from clearprop import Layer, Network, Objective
from clearprop.backprop.structure import weight_mask
from refusals import refused


@pytest.mark.parametrize("loss", ALL_LOSSES)
@pytest.mark.parametrize("everywhere", [False, True])
@given(data=st.data(), depth=st.integers(1, 3), penalty=numbers(0, 2))
def test_objective_is_the_loss_and_half_the_penalised_squares(
    loss: str, everywhere: bool, data: st.DataObject, depth: int, penalty: float
) -> None:
    case = data.draw(network_cases(loss, depth))
    mask = weight_mask(case.network.sizes).astype(float)
    # one number spares the biases; a vector names every parameter
    right_penalty = penalty * np.linspace(0.5, 2, mask.size) if everywhere else penalty * mask
    given_penalty = right_penalty if everywhere else penalty
    for reduction in ("sum", "mean"):
        network = case.reduced_by(reduction)
        objective = Objective(network, case.X, case.Y, given_penalty, case.weights)

        def right(theta: np.ndarray, network: Network = network) -> float:
            half_squares = 0.5 * oracle.anp.sum(right_penalty * theta**2)
            loss = oracle.total_loss(network, theta, case.X, case.Y, case.weights)
            return loss + half_squares

        value, gradient = objective.gradient(case.theta)
        right_value, right_gradient = autograd.value_and_grad(right)(case.theta)
        assert value == pytest.approx(right_value, rel=1e-9, abs=1e-12)
        assert objective.value(case.theta) == pytest.approx(value, rel=1e-14)
        error = np.linalg.norm(gradient - right_gradient)
        assert error <= 1e-9 * np.linalg.norm(right_gradient) + 1e-14
        data_loss = network.loss(case.theta, case.X, case.Y, case.weights)
        assert objective.data_loss(case.theta) == pytest.approx(data_loss, rel=1e-14)

        of_network = network.gauss_newton(case.theta, case.X, case.Y, case.weights)
        of_objective = objective.gauss_newton(case.theta)
        assert of_objective[0] == pytest.approx(value, rel=1e-14)
        np.testing.assert_allclose(of_objective[1], gradient, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(of_objective[2], of_network[2] + np.diag(right_penalty))


@pytest.mark.parametrize("memory", [1, 700, 10**4, 10**9])
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_chunks_of_rows_change_nothing_but_rounding(memory: int, reduction: str) -> None:
    random = np.random.default_rng(0)
    network = Network(3, [Layer(4, "tanh"), Layer(2)], reduction=reduction)
    X, Y, weights = (
        random.normal(size=(53, 3)),
        random.normal(size=(53, 2)),
        random.uniform(size=53),
    )
    theta = network.initialize("xavier", seed=1).vector
    whole = Objective(network, X, Y, 0.1, weights)
    chunked = Objective(network, X, Y, 0.1, weights, memory=memory)
    assert chunked.value(theta) == pytest.approx(whole.value(theta), rel=1e-13)
    for part, right in zip(chunked.gradient(theta), whole.gradient(theta), strict=True):
        np.testing.assert_allclose(part, right, rtol=1e-12, atol=1e-14)
    for part, right in zip(chunked.gauss_newton(theta), whole.gauss_newton(theta), strict=True):
        np.testing.assert_allclose(part, right, rtol=1e-12, atol=1e-14)


def test_an_objective_without_penalty_is_the_loss_of_the_network() -> None:
    network = Network(1, [Layer(2, "tanh"), Layer(1)], engine="reference")
    theta = network.initialize("xavier", seed=1).vector
    objective = Objective(network, [[1.0], [2.0]], [[0.5], [0.1]])
    assert objective.value(theta) == network.loss(theta, [[1.0], [2.0]], [[0.5], [0.1]])
    assert objective.penalty_value(theta) == 0


@pytest.mark.parametrize(
    ("argument", "arguments"),
    [
        ("penalty", {"penalty": -1.0}),
        ("penalty", {"penalty": np.nan}),
        ("penalty", {"penalty": np.inf}),
        ("penalty", {"penalty": [1.0, 2.0, 3.0]}),
        ("penalty", {"penalty": "strong"}),
        ("penalty", {"penalty": None}),
        ("sample_weight", {"sample_weight": [1.0]}),
        ("X", {"X": [[1.0, 2.0]]}),
        ("Y", {"Y": [[1.0]]}),
        ("Y", {"Y": [[2.0], [0.0]]}),
    ],
    ids=repr,
)
def test_what_cannot_be_minimised_is_refused(argument: str, arguments: dict) -> None:
    network = Network(1, [Layer(1, "sigmoid")], loss="binary_cross_entropy")
    good = {"network": network, "X": [[1.0], [2.0]], "Y": [[1.0], [0.0]]}
    with refused(argument):
        Objective(**(good | arguments))


def test_objectives_and_traces_are_compared_by_identity() -> None:
    network = Network(1, [Layer(1)])
    ones = {"network": network, "X": [[1.0], [2.0]], "Y": [[1.0], [1.0]]}
    first, second = Objective(**ones), Objective(**ones)
    assert first == first
    assert first != second
    assert len({first, second}) == 2
    traces = [network.trace([1.0, 0.0], [[1.0], [2.0]], [[1.0], [1.0]]) for _ in range(2)]
    assert len(set(traces)) == 2
    assert traces[0].layers[0] != traces[1].layers[0]
