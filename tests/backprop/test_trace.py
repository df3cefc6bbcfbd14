"""The trace is the pass itself, recorded under the names of the notes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import ALL_LOSSES, Case, network_cases
from clearprop import Layer, Network


def traced(case: Case, reduction: str):
    network = case.reduced_by(reduction)
    return network, network.trace(case.theta, case.X, case.Y, case.weights)


@pytest.mark.parametrize("reduction", ["sum", "mean"])
@given(data=st.data(), loss=st.sampled_from(ALL_LOSSES), depth=st.integers(1, 4))
def test_every_number_is_that_of_the_pass(
    reduction: str, data: st.DataObject, loss: str, depth: int
) -> None:
    case = data.draw(network_cases(loss, depth))
    network, trace = traced(case, reduction)
    value, gradient = network.gradient(case.theta, case.X, case.Y, case.weights)

    assert trace.total_loss == pytest.approx(value, rel=1e-14)
    assert trace.share[:, 0] @ trace.sample_losses == pytest.approx(value, rel=1e-14)
    np.testing.assert_array_equal(trace[f"a{depth}"], network.forward(case.theta, case.X))
    assert len(trace.layers) == depth
    for layer in trace.layers:
        number = layer.number
        np.testing.assert_array_equal(layer.dW, gradient[f"W{number}"])
        np.testing.assert_array_equal(layer.db, gradient[f"b{number}"])
        np.testing.assert_array_equal(layer.z, layer.a_previous @ layer.W + layer.b)
        np.testing.assert_array_equal(layer.a, layer.activation.value(layer.z))
        assert layer.delta.shape == layer.local_derivative.shape == layer.z.shape


@given(data=st.data(), loss=st.sampled_from(ALL_LOSSES), depth=st.integers(2, 4))
def test_the_four_equations_of_backpropagation_hold(
    data: st.DataObject, loss: str, depth: int
) -> None:
    case = data.draw(network_cases(loss, depth, hidden="tanh", output="sigmoid"))
    _, trace = traced(case, "mean")
    *_, last = trace.layers
    # 1: δᴸ = ∂ℓ/∂Aᴸ ⊙ f′(Zᴸ)
    delta = trace.loss_derivative * last.local_derivative
    np.testing.assert_allclose(last.delta, delta, rtol=1e-9, atol=1e-12)
    for below, above in zip(trace.layers, trace.layers[1:], strict=False):
        # 2: δˡ = (δˡ⁺¹ Wˡ⁺¹ᵀ) ⊙ f′(Zˡ)
        delta = (above.delta @ above.W.T) * below.local_derivative
        np.testing.assert_allclose(below.delta, delta, rtol=1e-12, atol=1e-15)
    for layer in trace.layers:
        # 3 and 4: ∂L/∂W = Aᵀ (c ⊙ δ), ∂L/∂b = Σ c δ
        weighted = trace.share * layer.delta
        np.testing.assert_allclose(layer.dW, layer.a_previous.T @ weighted, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(layer.db, weighted.sum(axis=0), rtol=1e-12, atol=1e-15)


def test_numbers_are_found_by_their_names_in_the_notes() -> None:
    network = Network(2, [Layer(3, "relu"), Layer(1, "sigmoid")], reduction="sum")
    trace = network.trace(network.initialize("he", seed=0), [[0.5, -1.0]], [[1.0]])
    first, second = trace.layers
    assert trace["x"] is trace["a0"] is trace.x
    assert trace["y"] is trace.y
    assert trace["z1"] is first.z
    assert trace["a1"] is first.a is second.a_previous
    assert trace["delta2"] is second.delta
    assert trace["dW2"] is second.dW
    assert trace["db1"] is first.db
    assert trace["W1"] is first.W
    assert trace["b2"] is second.b
    assert trace["local_derivative1"] is first.local_derivative


@pytest.mark.parametrize("name", ["", "z", "z0", "z3", "q1", "1", "delta", "dW9", "number1"])
def test_unknown_names_are_key_errors(name: str) -> None:
    network = Network(2, [Layer(3, "relu"), Layer(1, "sigmoid")])
    trace = network.trace(network.initialize("he", seed=0), [[0.5, -1.0]], [[1.0]])
    with pytest.raises(KeyError):
        trace[name]
