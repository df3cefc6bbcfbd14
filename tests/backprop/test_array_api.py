"""The reference runs on any array that follows the array API, and gives NumPy's numbers.

On a device as well: array-api-strict refuses sums of arrays that lie on different ones.
"""

from typing import Any

import array_api_strict as strict
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases import ALL_LOSSES, HIDDEN, PAIRS, Case, network_cases
from clearprop._arrays import host, placed
from clearprop.backprop import jacobian, propagate
from clearprop.backprop.structure import Parameters

AWAY = strict.Device("device1")
FEW = settings(max_examples=settings().max_examples // 4)


def everything(case: Case, xp: Any) -> dict[str, np.ndarray]:
    """Return every number of one pass, computed on arrays of the library `xp`."""
    network, loss = case.network, case.network.loss_rule
    pairs = Parameters(network.sizes, case.theta).layers

    def there(array: np.ndarray) -> Any:
        return array if xp is np else placed(array, AWAY)

    weights = [(there(W), there(b)) for W, b in pairs]
    X, Y, share = map(there, (case.X, case.Y, case.weights[:, None]))

    passed = propagate.forward(network.layers, weights, X)
    deltas = propagate.error_terms(network.layers, weights, passed, loss, Y)
    gradients = propagate.backward(passed.activations, deltas, share)
    output, z = network.layers[-1].activation, passed.weighted_sums[-1]
    sensitivities = jacobian.output_sensitivities(network.layers, weights, passed)
    curvature = (network.layers, weights, passed, loss, Y)
    found = {
        "outputs": passed.output,
        "losses": propagate.sample_losses(loss, output, z, passed.output, Y),
        "jacobian": jacobian.parameter_jacobian(passed, sensitivities),
        "input gradient": jacobian.input_gradient(weights, sensitivities),
        "gauss-newton": jacobian.gauss_newton_matrix(*curvature, share),
        "gauss-newton of a mean": jacobian.gauss_newton_matrix(*curvature, 0.25),
    }
    for number, (delta, (dW, db)) in enumerate(zip(deltas, gradients, strict=True), start=1):
        found |= {f"delta{number}": delta, f"dW{number}": dW, f"db{number}": db}
    assert all(type(array) is type(X) for array in found.values())
    return {name: host(array) for name, array in found.items()}


def assert_same_numbers(case: Case) -> None:
    by_numpy, by_strict = everything(case, np), everything(case, strict)
    for name, numbers in by_numpy.items():
        np.testing.assert_allclose(by_strict[name], numbers, rtol=1e-13, atol=1e-15, err_msg=name)


@pytest.mark.parametrize("hidden", HIDDEN)
@FEW
@given(data=st.data(), loss=st.sampled_from(ALL_LOSSES))
def test_hidden_activation(hidden: str, data: st.DataObject, loss: str) -> None:
    assert_same_numbers(data.draw(network_cases(loss, depth=2, hidden=hidden)))


@pytest.mark.parametrize(("output", "loss"), PAIRS)
@FEW
@given(data=st.data())
def test_output_activation(output: str, loss: str, data: st.DataObject) -> None:
    assert_same_numbers(data.draw(network_cases(loss, depth=2, output=output)))
