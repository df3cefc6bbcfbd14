"""The standard deviation that an exported file gives is the model's."""

import math

import numpy as np
import pytest

import clearprop as cp
from clearprop.data import Encoding, RegressionTarget
from clearprop.export import TARGETS
from clearprop.export.runtimes import MissingRuntimeError
from clearprop.export.writing import render
from clearprop.training.posterior import Laplace, Posterior, Start
from clearprop.training.scaling import Scaling
from export.cases import CASES, PLAIN, statistics_for
from refusals import refused

WITH_STD = [name for name in TARGETS if TARGETS[name].has_std]


def model_with_posterior(
    hidden: tuple[str, ...], outputs: int, *, certain: bool = False
) -> cp.Model:
    """Return a model whose posterior has two starts, and perhaps a smaller one for certain."""
    random = np.random.default_rng(5)
    layers = [cp.Layer(3 - n % 2, rule) for n, rule in enumerate(hidden)]
    network = cp.Network(5, [*layers, cp.Layer(outputs)])
    names = tuple(f"y{k}" for k in range(outputs))
    encoding = Encoding(PLAIN)
    known = statistics_for(encoding, outputs)
    inputs = Scaling(np.array(known.inputs.mean), 1 / np.array(known.inputs.spread))
    targets = Scaling(np.full(outputs, 7.0), np.linspace(0.25, 0.5, outputs))
    starts: list[Start] = []
    for _ in range(2):
        theta, P = random.normal(size=network.parameter_count), network.parameter_count
        factor = np.tril(random.normal(size=(P, P)) / 4) + 3 * np.eye(P)
        starts.append(Laplace(network, theta, 0.02, inputs, targets, factor))
    if certain:
        wide = network.with_layers(
            [cp.Layer(4, layer.activation) for layer in layers] + [network.layers[-1]]
        )
        theta = random.normal(size=wide.parameter_count)
        starts.append(Start(wide, theta, 0.05, inputs, targets))
    posterior = Posterior(tuple(starts), 0.75)
    parameters = network.parameters(starts[0].theta)
    target = RegressionTarget(names)
    return cp.Model(network, parameters, encoding, target, None, posterior, known)


@pytest.mark.usefixtures("staying")
@pytest.mark.parametrize("to", WITH_STD)
@pytest.mark.parametrize(
    ("hidden", "outputs", "certain"),
    [
        (("tanh", "gelu", "leaky_relu(slope=0.3)"), 2, False),
        (("silu", "softplus", "sigmoid"), 2, False),
        (("elu", "relu"), 1, False),
        (("tanh", "tanh"), 2, True),
        (("identity",), 1, True),
    ],
)
def test_it_is_that_of_the_model(to, hidden, outputs, certain):
    model = model_with_posterior(hidden, outputs, certain=certain)
    try:
        difference = render(
            model.trained, f"model{TARGETS[to].suffix}", to, std=True, check=True
        ).difference
    except (MissingRuntimeError, cp.MissingExtraError) as error:
        pytest.skip(str(error))
    assert difference.std is not None
    assert difference.std <= 1e-13
    assert f"of the standard deviation: {difference.std:.2g}" in difference.sentence.en


@pytest.mark.usefixtures("staying")
@pytest.mark.parametrize("to", WITH_STD)
def test_in_single_precision_it_is_as_near_as_single_precision(to):
    model = model_with_posterior(("tanh", "tanh"), 2)
    try:
        exported = render(model.trained, "model.x", to, dtype="float32", std=True, check=True)
    except (MissingRuntimeError, cp.MissingExtraError) as error:
        pytest.skip(str(error))
    assert exported.difference.std <= 1e-4


def test_what_has_none_is_refused():
    with refused("std", "Bayesian regularisation"):
        render(CASES[3].model.trained, "m.h", "c", std=True)
    model = model_with_posterior(("tanh", "tanh"), 1)
    with refused("std", "one of c, javascript"):
        render(model.trained, "m.md", "formula", std=True)
    with refused("std", "functions of their own"):
        render(model_with_posterior(("softmax",), 1).trained, "m.h", "c", std=True)


def test_what_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr("clearprop.export.deviation.MAX_NUMBERS", 100)
    with refused("std", "numbers"):
        render(model_with_posterior(("tanh", "tanh"), 1).trained, "m.h", "c", std=True)
    assert math.isfinite(model_with_posterior(("tanh", "tanh"), 1).predict_std(
        {"area": [90.0], "city": ["Rome"], "garden": [1.0]})[0])  # fmt: skip
