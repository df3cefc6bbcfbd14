"""The lab's own numbers: recomputed from its code in float64, to all printed digits."""

import numpy as np
import pytest

from tests.course_notes import found_in


def test_the_chain_rule_of_the_car(example) -> None:
    assert example.CAR_PRICE.value == pytest.approx(44, rel=1e-15)
    slopes = {"price": 2.2, "quantity": 22, "tax": 40}
    assert dict(example.CAR_PRICE.gradient) == pytest.approx(slopes, rel=1e-15)


def test_the_first_weights_are_those_of_np_random_seed(example) -> None:
    params = example.NETWORK.initialize(example.initial_weights, np.random.RandomState(42))
    legacy = np.random.RandomState(42)
    assert (params["W1"] == legacy.randn(2, 4) / np.sqrt(2)).all()
    assert (params["W2"] == legacy.randn(4, 1) / np.sqrt(4)).all()


def test_what_it_prints(printed, tmp_path) -> None:
    assert found_in(printed("zh", "", 20), "python examples/two_moons.py", "zh")
    text = printed("en", tmp_path)
    assert found_in(text, "python examples/two_moons.py", "en")
    for slope in ("price: 2.2", "quantity: 22", "tax: 40"):
        assert f"\n{slope}\n" in text
    assert "  0: ######################### 500\n  1: ######################### 500\n" in text
    for epoch, cost, right in (
        (10, "0.62958", "0.82"),
        (20, "0.51280", "0.835"),
        (100, "0.25359", "0.86"),
        (1000, "0.24930", "0.87"),
    ):
        assert f"  epoch {epoch:4}: cost of the last batch {cost}, test accuracy {right}\n" in text
    assert {path.name for path in tmp_path.iterdir()} == {
        "car_price.svg",
        "labels.png",
        "boundary.png",
    }


def test_the_engine_ends_where_the_labs_loop_ends(example) -> None:
    by_loop = example.lab(20, report=lambda *numbers: None)
    by_engine = example.same_by_the_engine(20)
    np.testing.assert_allclose(by_engine.vector, by_loop.vector, rtol=1e-12)


def test_the_lab_is_its_own_code(example) -> None:
    """Forward, backward and update as the lab writes them, for three epochs."""
    X_train, _, y_train, _ = example.data()
    random = np.random.RandomState(42)
    W1, b1 = random.randn(2, 4) / np.sqrt(2), np.zeros((1, 4))
    W2, b2 = random.randn(4, 1) / np.sqrt(4), np.zeros((1, 1))
    for _ in range(3):
        indices = np.arange(800)
        random.shuffle(indices)
        for start in range(0, 800 - 32 + 1, 32):
            X, Y = X_train[indices[start : start + 32]], y_train[indices[start : start + 32]]
            A1 = np.tanh(X @ W1 + b1)
            A2 = 1 / (1 + np.exp(-(A1 @ W2 + b2)))
            dZ2 = A2 - Y
            dZ1 = dZ2 @ W2.T * (1 - A1**2)
            dW2, db2 = A1.T @ dZ2 / 32, dZ2.sum(axis=0, keepdims=True) / 32
            dW1, db1 = X.T @ dZ1 / 32, dZ1.sum(axis=0, keepdims=True) / 32
            for array, gradient in ((W1, dW1), (b1, db1), (W2, dW2), (b2, db2)):
                array -= 0.01 * gradient
    params = example.lab(3, report=lambda *numbers: None)
    for name, array in {"W1": W1, "b1": b1, "W2": W2, "b2": b2}.items():
        np.testing.assert_allclose(params[name], array.reshape(params[name].shape), rtol=1e-11)


def test_two_linear_layers_are_one(example) -> None:
    assert example.collapse() < 1e-14


def test_the_better_network_is_better(example) -> None:
    _, X_test, _, y_test = example.data()
    network, result = example.better()
    assert example.accuracy(network, result.parameters, X_test, y_test) > 0.95
