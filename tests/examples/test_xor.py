"""What the loop of the notes really prints, and that XOR can be solved."""

import numpy as np
import pytest

from tests.course_notes import found_in


def test_the_loop_prints_these_losses_and_not_those_of_the_notes(printed) -> None:
    text = printed()
    assert found_in(text, "python examples/xor.py", "en")
    lines = text.splitlines()
    losses = (0.2558, 0.2494, 0.2454, 0.2047, 0.1532, 0.1387, 0.1336, 0.1312, 0.1297, 0.1288)
    for number, loss in enumerate(losses):
        assert lines[number] == f"Epoch {1000 * number}, Loss: {loss:.4f}"
    assert lines[10].startswith("Answers: [0.053, 0.496, 0.951, 0.503]")


def test_it_speaks_chinese(printed) -> None:
    assert found_in(printed("zh"), "python examples/xor.py", "zh")


@pytest.fixture(scope="module")
def ended(example):
    """The answers and the parameters at the end of the loop of the notes."""
    _, answers, params = example.loop_of_the_notes()
    return answers, params


def test_the_loop_is_the_notes_own_code(example, ended) -> None:
    """Forward, backward and update as the notes write them."""
    X, y, lr = example.X, example.Y, 0.1
    random = np.random.RandomState(42)
    W1, b1 = random.randn(2, 2), np.zeros((1, 2))
    W2, b2 = random.randn(2, 1), np.zeros((1, 1))
    for _ in range(10_000):
        a1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
        a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
        d_z2 = -(y - a2) * a2 * (1 - a2)
        d_z1 = (d_z2 @ W2.T) * a1 * (1 - a1)
        W2 -= lr * a1.T @ d_z2
        b2 -= lr * np.sum(d_z2, axis=0, keepdims=True)
        W1 -= lr * X.T @ d_z1
        b1 -= lr * np.sum(d_z1, axis=0, keepdims=True)
    answers, params = ended
    np.testing.assert_allclose(answers, a2, rtol=1e-9)
    for name, array in {"W1": W1, "b1": b1, "W2": W2, "b2": b2}.items():
        np.testing.assert_allclose(params[name], array.reshape(params[name].shape), rtol=1e-8)


def test_the_run_is_stuck(example, ended) -> None:
    _, params = ended
    assert not example.is_solved(params)
    trace = example.NETWORK.trace(params, example.X, example.Y)
    # the output sees [0, 1] and [1, 1] as the same, through units that are saturated
    np.testing.assert_allclose(trace["a1"][1], trace["a1"][3], atol=0.01)
    assert trace["local_derivative1"][[1, 3]].max() < 0.01
    much_later = example.train_on("sgd(learning_rate=0.1)", params, epochs=100_000)
    answers = example.NETWORK.forward(much_later, example.X).ravel()
    np.testing.assert_allclose(answers[[1, 3]], 0.5, atol=0.01)


def test_other_starts_and_other_solvers_solve_it(example) -> None:
    assert example.other_starts("sgd(learning_rate=0.1)") >= 10
    start = example.NETWORK.initialize("normal", np.random.RandomState(42))
    for solver in ("adam(learning_rate=0.05)", "lbfgs"):
        params = example.train_on(solver, start)
        assert example.is_solved(params)
        np.testing.assert_allclose(example.NETWORK.forward(params, example.X), example.Y, atol=0.01)
