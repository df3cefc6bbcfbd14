"""An activation is one file: networks, derivations, checks, reports and model files know it."""

import numpy as np
import pandas as pd
import pytest

import clearprop as cp
from cases import HIDDEN
from clearprop._registry import spelled
from clearprop.report import report_html

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(12, 2))
Y = RANDOM.normal(size=(12, 1))
ELEMENTWISE = [name for name in HIDDEN if cp.ACTIVATIONS.make(name).elementwise]
LAYERS = [cp.Layer(2, name) for name in HIDDEN]
NETWORK = cp.Network(2, [*LAYERS, cp.Layer(1)])
PARAMETERS = NETWORK.initialize("normal", seed=0)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_a_network_of_it_is_derived_checked_and_saved(name, tmp_path):
    network = cp.Network(2, [cp.Layer(3, name), cp.Layer(1)])
    parameters = network.initialize("normal", seed=1)
    _, gradient = network.gradient(parameters, X, Y)
    derivation = cp.explain(network, parameters, X[:1], Y[:1], wrt="W1")
    _, of_one = network.gradient(parameters, X[:1], Y[:1])
    np.testing.assert_allclose(derivation.value, of_one["W1"])
    assert name in str(derivation)
    given = {key: np.array(array) for key, array in gradient.items()}
    assert cp.diagnose(given, network, parameters, X, Y).ok
    given["W1"] = given["W1"] + 0.1
    assert not cp.diagnose(given, network, parameters, X, Y).ok
    cp.save(cp.Model(network, parameters), tmp_path / "model")
    again = cp.load(tmp_path / "model")
    assert again.network == network
    np.testing.assert_array_equal(again.predict(X), network.forward(parameters, X)[:, 0])


@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if "(" not in name])
def test_an_expression_may_call_it(name):
    graph = cp.graph(f"2 * {name}(x)", x=0.3)
    rule = cp.ACTIVATIONS.make(name)
    z = np.array([0.3])
    assert graph.value == pytest.approx(2 * rule.value(z)[0])
    assert graph.gradient["x"] == pytest.approx(2 * rule.derivative(z, rule.value(z))[0])


@pytest.mark.parametrize("solver", ["trainlm", "sgd"])
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_a_network_of_it_learns_as_the_textbook_does(name, solver):
    runs = []
    for engine in ("auto", "reference"):
        network = cp.Network(2, [cp.Layer(3, name), cp.Layer(1)], engine=engine)
        config = cp.TrainingConfig(solver, seed=0, stopping=cp.Stopping(max_epochs=4))
        runs.append(cp.train(network, X, Y, config).parameters.vector)
    np.testing.assert_allclose(runs[0], runs[1], rtol=1e-6, atol=1e-9)


@pytest.fixture(scope="module")
def page():
    """Return the report on a network with a layer of each."""
    table = pd.DataFrame({"x1": X[:, 0], "x2": X[:, 1], "y1": Y[:, 0]})
    return report_html(cp.Model(NETWORK, PARAMETERS), table)


@pytest.mark.parametrize("name", HIDDEN)
def test_a_report_draws_it(name, page):
    written = spelled(cp.ACTIVATIONS.make(name))
    assert f">{written}<" in page
    assert f"Activation function {written} and its derivative." in page
