"""The learning curve tells whether more rows would help."""

import numpy as np
import pytest

import clearprop as cp
from clearprop.streaming import learning_curve as module
from clearprop.streaming.learning_curve import learning_curve
from clearprop.updates import UPDATES


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(module, "SIZES", (50, 100, 200, 400))
    monkeypatch.setattr(module, "STEPS", 800)
    monkeypatch.setattr(module, "BATCH", 25)


def curve_of(function, inputs, hidden, rows=400, noise=0.0):
    random = np.random.default_rng(0)
    X = random.normal(size=(rows + 1000, inputs)).astype("f4")
    Y = (function(X) + noise * random.normal(size=len(X)))[:, None].astype("f4")
    layers = [cp.Layer(units, "tanh") for units in hidden]
    network = cp.Network(inputs, [*layers, cp.Layer(1)], dtype="float32")
    first, rule = network.initialize(seed=0).vector, UPDATES.make("adam(learning_rate=0.01)")
    pile, validation = (X[:rows], Y[:rows]), (X[rows:], Y[rows:])
    return learning_curve(network, first, rule, pile, validation, 0)


def test_a_line_is_learnt_from_few_rows():
    curve = curve_of(lambda X: X[:, 0], inputs=1, hidden=(), noise=0.5)
    assert curve.rows == (50, 100, 200, 400)
    assert not curve.still_falls
    assert "--rows 400" in curve.sentence.en
    assert "400" in curve.sentence.zh


def test_many_inputs_want_more_rows():
    curve = curve_of(lambda X: X @ np.linspace(-1, 1, 60), inputs=60, hidden=(), noise=1.0)
    assert curve.still_falls
    assert "more rows still help" in curve.sentence.en
    assert np.all(np.diff(curve.losses.mean(axis=1)) < 0)


def test_too_few_rows_make_no_curve():
    assert curve_of(lambda X: X[:, 0], inputs=1, hidden=(), rows=60) is None
