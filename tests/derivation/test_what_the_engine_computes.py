"""Penalty, weights of samples, dropout, update rules and Levenberg-Marquardt, derived by hand."""

import numpy as np
import pytest

import clearprop as cp
from clearprop.updates import UPDATES

LAYERS = [cp.Layer(3, "tanh"), cp.Layer(2, "sigmoid")]
NET = cp.Network(2, LAYERS, "half_squared_error", "mean")
X = np.array([[0.5, -1.0], [1.0, 2.0], [-0.3, 0.4]])
Y = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
PARAMS = NET.initialize("xavier", seed=3)


def step(derivation, title):
    (found,) = [one for one in derivation.steps if one.title.en == title]
    return found


def assert_all_hold(derivation):
    for one in derivation.steps:
        for part in one.formula.parts[1:]:
            value = np.squeeze(part.evaluate(one.bindings))
            np.testing.assert_allclose(value, np.squeeze(one.value), rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("convention", ["row", "column"])
def test_a_penalty_stands_in_loss_gradient_and_update(convention):
    derivation = cp.explain(
        NET, PARAMS, X, Y, topics=[], weight_decay=0.3, learning_rate=0.5, convention=convention
    )
    assert_all_hold(derivation)
    objective = cp.Objective(NET, X, Y, 0.3)
    value, gradient = objective.gradient(PARAMS.vector)
    assert step(derivation, "Loss with the penalty").value == pytest.approx(value)
    expected = NET.parameters(gradient)["W2"]
    found = step(derivation, "Gradient of the weights of layer 2, with the penalty").value
    new = step(derivation, "New W2").value
    if convention == "column":
        found, new = found.T, new.T
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    np.testing.assert_allclose(new, PARAMS["W2"] - 0.5 * expected, rtol=1e-12)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_samples_count_by_their_weights(reduction):
    net = cp.Network(2, LAYERS, "half_squared_error", reduction)
    weights = [1.0, 2.0, 0.5]
    _, gradient = net.gradient(PARAMS, X, Y, weights)
    for name in ("W1", "b2", "W2[1,0]", "b1[2]"):
        derivation = cp.explain(net, PARAMS, X, Y, name, sample_weight=weights)
        assert_all_hold(derivation)
        whole, bracket, index = name.rstrip("]").partition("[")
        place = tuple(map(int, index.split(","))) if bracket else ...
        np.testing.assert_allclose(np.squeeze(derivation.value), gradient[whole][place])
    text = str(cp.explain(net, PARAMS, X, Y, topics=["gradients"], sample_weight=weights))
    assert "(c ⊙ δ²)" in text


@pytest.mark.parametrize("wrt", [None, "W1[1,2]", "delta1[0]"])
def test_dropout_passes_the_mask_both_ways(wrt):
    derivation = cp.explain(NET, PARAMS, X[:1], Y[:1], wrt, dropout=0.5, dropout_seed=1)
    assert_all_hold(derivation)
    mask = derivation.notation.bindings["r1"]
    assert set(np.unique(mask)) == {0.0, 2.0}
    if wrt is not None:
        return

    def loss(W1):
        h = np.tanh(X[:1] @ W1 + PARAMS["b1"])
        a = 1 / (1 + np.exp(-((mask * h) @ PARAMS["W2"] + PARAMS["b2"])))
        return 0.5 * ((a - Y[:1]) ** 2).sum()

    found = step(derivation, "Gradient of the weights of layer 1").value
    for index in np.ndindex(found.shape):
        nudge = np.zeros(found.shape)
        nudge[index] = 1e-6
        slope = (loss(PARAMS["W1"] + nudge) - loss(PARAMS["W1"] - nudge)) / 2e-6
        assert found[index] == pytest.approx(slope, abs=1e-8)


@pytest.mark.parametrize("name", [*UPDATES, "sgd(momentum=0.9)", "sgd(momentum=0.9,nesterov=True)"])
@pytest.mark.parametrize("wrt", ["W1[1,2]", "b2"])
def test_every_update_rule_is_worked_out_as_the_engine_does_it(name, wrt):
    derivation = cp.explain(NET, PARAMS, X, Y, wrt, solver=name, steps=3, learning_rate=0.1)
    assert_all_hold(derivation)  # the lines of the rule against what its `move` computes
    assert derivation.steps[-1].title.en == "Loss after step 3"
    losses = [one.value for one in derivation.steps if one.title.en.startswith("Loss after")]
    assert len(losses) == 3
    assert losses[-1] < NET.loss(PARAMS, X, Y)


def test_one_step_of_levenberg_and_marquardt_is_the_damped_least_squares_step():
    net = cp.Network(2, LAYERS, "half_squared_error", "sum")
    derivation = cp.explain(net, PARAMS, X, Y, topics=[], damping=0.1)
    assert_all_hold(derivation)
    J = net.jacobian(PARAMS, X).reshape(6, -1)
    e = (net.forward(PARAMS, X) - Y).reshape(-1)
    stacked = np.vstack([J, np.sqrt(0.1) * np.eye(J.shape[1])])
    expected = np.linalg.lstsq(stacked, np.concatenate([-e, np.zeros(J.shape[1])]), rcond=None)[0]
    np.testing.assert_allclose(step(derivation, "Step").value[:, 0], expected, rtol=1e-9)


def test_the_long_way_and_the_shortcut_give_the_same_error_term():
    net = cp.Network(2, [cp.Layer(3, "softmax")], "categorical_cross_entropy")
    params = net.initialize(seed=0)
    long = cp.explain(net, params, X[:1], [[0, 1, 0]], shortcut=False)
    assert_all_hold(long)
    jacobian = step(long, "Layer 1: the Jacobian of softmax").value
    a = net.forward(params, X[:1])[0]
    np.testing.assert_allclose(jacobian, np.diag(a) - np.outer(a, a), rtol=1e-12)
    deltas = [one for one in long.steps if one.title.en.startswith("Error term δ of the output")]
    assert len(deltas) == 2
    np.testing.assert_allclose(deltas[0].value, a[None] - [[0, 1, 0]], rtol=1e-12)


@pytest.mark.parametrize(
    "option",
    [
        {"weight_decay": -1}, {"dropout": 1.5}, {"solver": "adm"}, {"steps": 0, "solver": "adam"},
        {"damping": 0}, {"dropout": 0.5, "solver": "adam"}, {"numbered": True},
        {"names": {"a": "z"}}, {"names": {"q": "p"}}, {"names": {"a": "1"}},
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_refused(option):
    with pytest.raises(cp.InputError, match="try:"):
        cp.explain(NET, PARAMS, X, Y, **option)


def test_a_loss_that_is_no_sum_of_squares_has_no_step_of_levenberg_and_marquardt():
    net = cp.Network(2, LAYERS, "binary_cross_entropy")
    with pytest.raises(cp.InputError, match="sum of squares"):
        cp.explain(net, PARAMS, X, Y, damping=0.1)
