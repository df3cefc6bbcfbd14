"""A network answers arrays of other libraries where they lie, with the numbers of NumPy's."""

import array_api_strict as strict
import numpy as np
import pytest

import clearprop as cp
from clearprop._arrays import host, placed

AWAY, ELSEWHERE = strict.Device("device1"), strict.Device("device2")
NETWORK = cp.Network(3, [cp.Layer(4, "tanh"), cp.Layer(2, "sigmoid")], "binary_cross_entropy")
PARAMETERS = NETWORK.initialize(seed=0)
RANDOM = np.random.default_rng(0)
X, Y, WEIGHTS = RANDOM.normal(size=(6, 3)), RANDOM.uniform(size=(6, 2)), RANDOM.uniform(size=6)
X_AWAY, Y_AWAY, WEIGHTS_AWAY = (placed(each, AWAY) for each in (X, Y, WEIGHTS))


@pytest.mark.parametrize("question", ["forward", "jacobian", "input_gradient"])
def test_what_belongs_to_rows_stays_beside_them(question):
    found = getattr(NETWORK, question)(PARAMETERS, X_AWAY)
    assert found.device == AWAY
    np.testing.assert_allclose(host(found), getattr(NETWORK, question)(PARAMETERS, X), 1e-13)


@pytest.mark.parametrize("weights", [(None, None), (WEIGHTS, WEIGHTS_AWAY)])
def test_sums_over_rows_come_home(weights):
    at_home, away = weights
    assert NETWORK.loss(PARAMETERS, X_AWAY, Y_AWAY, away) == pytest.approx(
        NETWORK.loss(PARAMETERS, X, Y, at_home), rel=1e-13
    )
    _, gradient = NETWORK.gradient(PARAMETERS, X_AWAY, Y_AWAY, away)
    _, expected = NETWORK.gradient(PARAMETERS, X, Y, at_home)
    np.testing.assert_allclose(gradient.vector, expected.vector, rtol=1e-12, atol=1e-15)
    found = NETWORK.gauss_newton(PARAMETERS, X_AWAY, Y_AWAY, away)
    for part, right in zip(found, NETWORK.gauss_newton(PARAMETERS, X, Y, at_home), strict=True):
        np.testing.assert_allclose(part, right, rtol=1e-12, atol=1e-15)


def test_a_vector_is_one_sample():
    found = NETWORK.forward(PARAMETERS, placed(X[0], AWAY))
    np.testing.assert_allclose(host(found), NETWORK.forward(PARAMETERS, X[:1]), rtol=1e-13)


REFUSED = {
    "another number of columns": ((X_AWAY[:, :2], Y_AWAY), "`X`.*one sample a row has 3 columns"),
    "no rows": ((X_AWAY[:0, :], Y_AWAY), "`X`.*one sample a row"),
    "not finite": ((placed(X * np.inf, AWAY), Y_AWAY), "`X`.*not finite"),
    "targets at home": ((X_AWAY, Y), "`Y` .*array_api_strict on"),
    "targets elsewhere": ((X_AWAY, placed(Y, ELSEWHERE)), "`Y` .*array_api_strict on"),
    "fewer targets": ((X_AWAY, Y_AWAY[:2, :]), "`X` has 6 rows and `Y` has 2"),
    "targets out of range": ((X_AWAY, Y_AWAY + 1), "`Y`.*needs targets between 0 and 1"),
    "weights below 0": ((X_AWAY, Y_AWAY, -WEIGHTS_AWAY), "`sample_weight`.*at least 0"),
    "fewer weights": ((X_AWAY, Y_AWAY, WEIGHTS_AWAY[:2]), "`sample_weight`.*there are 6 rows"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_named(name):
    arguments, message = REFUSED[name]
    with pytest.raises(cp.InputError, match=message):
        NETWORK.loss(PARAMETERS, *arguments)


def test_a_trace_is_of_rows_at_home():
    with pytest.raises(cp.InputError, match="a trace is written down on the host"):
        NETWORK.trace(PARAMETERS, X_AWAY, Y_AWAY)


def test_tensors_of_pytorch():
    torch = pytest.importorskip("torch")
    there = torch.tensor(X), torch.tensor(Y)
    assert isinstance(NETWORK.forward(PARAMETERS, there[0]), torch.Tensor)
    loss, gradient = NETWORK.gradient(PARAMETERS, *there)
    expected, right = NETWORK.gradient(PARAMETERS, X, Y)
    assert loss == pytest.approx(expected, rel=1e-13)
    np.testing.assert_allclose(gradient.vector, right.vector, rtol=1e-12, atol=1e-15)
