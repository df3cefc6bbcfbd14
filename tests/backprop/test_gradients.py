"""Backpropagation gives the gradient: every activation × loss × reduction × depth 1-4.

The oracle is the autograd package on formulas written a second time (see oracle.py).
"""

import autograd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracle
from cases import ALL_LOSSES, HIDDEN, PAIRS, Case, network_cases
from clearprop import ACTIVATIONS, LOSSES, Network

REDUCTIONS = ("sum", "mean")
FEW = settings(max_examples=settings().max_examples // 4)
"""For a pair of rules; there are some hundred pairs."""


def assert_gradient_is_right(network: Network, case: Case, weights: np.ndarray | None) -> None:
    loss, gradient = network.gradient(case.theta, case.X, case.Y, weights)
    right_loss, right = autograd.value_and_grad(
        lambda theta: oracle.total_loss(network, theta, case.X, case.Y, weights)
    )(case.theta)
    assert loss == pytest.approx(right_loss, rel=1e-9, abs=1e-12)
    assert loss == network.loss(case.theta, case.X, case.Y, weights)
    error = np.linalg.norm(gradient.vector - right)
    assert error <= 1e-9 * np.linalg.norm(right) + 1e-14


def test_every_rule_has_a_second_formula() -> None:
    assert set(oracle.ACTIVATIONS) == set(ACTIVATIONS)
    assert set(oracle.LOSSES) == set(LOSSES)


@pytest.mark.parametrize("loss", ALL_LOSSES)
@pytest.mark.parametrize("hidden", HIDDEN)
@FEW
@given(data=st.data(), depth=st.integers(1, 4))
def test_hidden_activation(hidden: str, loss: str, data: st.DataObject, depth: int) -> None:
    case = data.draw(network_cases(loss, depth, hidden=hidden))
    for reduction in REDUCTIONS:
        assert_gradient_is_right(case.reduced_by(reduction), case, None)


@pytest.mark.parametrize(("output", "loss"), PAIRS)
@FEW
@given(data=st.data(), depth=st.integers(1, 4))
def test_output_activation(output: str, loss: str, depth: int, data: st.DataObject) -> None:
    case = data.draw(network_cases(loss, depth, output=output))
    for reduction in REDUCTIONS:
        assert_gradient_is_right(case.reduced_by(reduction), case, None)
        assert_gradient_is_right(case.reduced_by(reduction), case, case.weights)
