"""Published totals of a training, and the mistake that produced them."""

import numpy as np
import pytest

import clearprop as cp
from clearprop.check import diagnose_totals

X, Y = [[0.05, 0.10]], [[0.01, 0.99]]
FROZEN = ("b1", "b2")


@pytest.fixture
def mazur():
    """Mazur, "A step by step backpropagation example", 2015: 2-2-2, sigmoid, half squared error."""
    net = cp.Network(
        2,
        [cp.Layer(2, "sigmoid"), cp.Layer(2, "sigmoid")],
        "half_squared_error",
        reduction="sum",
        engine="reference",
    )
    params = net.parameters(np.zeros(12))
    params["W1"], params["b1"] = [[0.15, 0.25], [0.20, 0.30]], [0.35, 0.35]
    params["W2"], params["b2"] = [[0.40, 0.50], [0.45, 0.55]], [0.60, 0.60]
    return net, params


def test_mazurs_published_totals_come_from_already_updated_weights(mazur):
    net, params = mazur
    [found] = diagnose_totals(
        {1: "0.291027924"},
        net,
        params,
        X,
        Y,
        outputs={10000: ("0.015912196", "0.984065734")},
        frozen=FROZEN,
    )
    assert found.mistake.name == "updated_weights"
    assert found.learning_rate == 0.5
    assert found.interval[0] < 0.5 < found.interval[1]
    assert found.interval[1] - found.interval[0] < 1e-7
    assert "already updated weights; η = 0.5" in str(found)
    assert "已经更新过的权重" in found.text("zh")


def test_mazurs_right_totals_come_from_the_right_gradient(mazur):
    net, params = mazur
    [found] = diagnose_totals(
        {1: "0.291027774"},
        net,
        params,
        X,
        Y,
        outputs={200: outputs_after(mazur, 200)},
        frozen=FROZEN,
    )
    assert found.mistake is None
    assert found.learning_rate == 0.5


def outputs_after(mazur, steps):
    """Return the outputs after plain gradient descent with η = 0.5, to nine digits."""
    net, params = mazur
    params = params.copy()
    for _ in range(steps):
        _, gradient = net.gradient(params, X, Y)
        for name in ("W1", "W2"):
            params[name] -= 0.5 * gradient[name]
    return [f"{output:.9f}" for output in net.forward(params, X).ravel()]


def test_a_known_learning_rate_is_taken(mazur):
    net, params = mazur
    [found] = diagnose_totals({1: 0.291027774}, net, params, X, Y, 0.5, frozen=FROZEN)
    assert found.mistake is None


def test_numbers_that_nothing_gives_are_left_unexplained(mazur):
    net, params = mazur
    assert diagnose_totals({1: "0.2", 2: "0.3"}, net, params, X, Y, 0.5) == []


def test_bad_totals_are_refused(mazur):
    net, params = mazur
    with pytest.raises(cp.InputError, match="steps count from 1"):
        diagnose_totals({0: 0.3}, net, params, X, Y)
    with pytest.raises(cp.InputError, match="a loss must come first"):
        diagnose_totals({}, net, params, X, Y, outputs={1: (0.1, 0.2)})
    with pytest.raises(cp.InputError, match="2 outputs"):
        diagnose_totals({}, net, params, X, Y, 0.5, outputs={1: (0.1,)})
