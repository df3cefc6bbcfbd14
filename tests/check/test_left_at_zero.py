"""Layers that are moved by zeros alone are part of a step: their gradient is left at 0."""

import pytest

from clearprop.check.script import check_file

pytestmark = pytest.mark.long

TWO_HIDDEN = """
import numpy as np
rng = np.random.default_rng(4)
X, Y = rng.normal(size=(3, 20)), (rng.random((1, 20)) > 0.5) * 1.0
W1, b1 = rng.normal(size=(5, 3)) * 0.5, np.zeros((5, 1))
W2, b2 = rng.normal(size=(4, 5)) * 0.5, np.zeros((4, 1))
W3, b3 = rng.normal(size=(1, 4)), np.zeros((1, 1))
for turn in range(50):
    h = np.maximum(0, W1 @ X + b1)
    k = np.maximum(0, W2 @ h + b2)
    a = 1 / (1 + np.exp(-(W3 @ k + b3)))
    d3 = (a - Y) / 20
    d2 = W3.T @ d3 * (k > 0)
    d1 = W2.T @ d2 * (h > 0)
    W3, b3 = W3 - 0.3 * d3 @ k.T, b3 - 0.3 * d3.sum(1, keepdims=True)
    W2, b2 = W2 - 0.3 * d2 @ h.T, b2 - 0.3 * d2.sum(1, keepdims=True)
    W1, b1 = W1 - 0.3 * d1 @ X.T, b1 - 0.3 * d1.sum(1, keepdims=True)
"""
ONE_BY_ONE = """
import numpy as np
rng = np.random.default_rng(5)
X, Y = rng.normal(size=(6, 3)), np.eye(2)[[0, 1, 1, 0, 1, 0]]
W1, b1 = rng.random((4, 3)) * 2 - 1, rng.random(4) * 2 - 1
W2, b2 = rng.random((2, 4)) * 2 - 1, rng.random(2) * 2 - 1
for turn in range(40):
    dW1, db1 = np.zeros_like(W1), np.zeros_like(b1)
    dW2, db2 = np.zeros_like(W2), np.zeros_like(b2)
    for x, y in zip(X, Y):
        h = np.tanh(W1 @ x + b1)
        z = W2 @ h + b2
        p = np.exp(z) / np.exp(z).sum()
        error, delta = np.zeros(2), p - y
        back = W2.T @ delta * (1 - h**2)
        dW2, db2 = dW2 + np.outer(delta, h), db2 + delta
        dW1, db1 = dW1 + np.outer(back, x), db1 + back
    W1, b1 = W1 - 0.1 * dW1, b1 - 0.1 * db1
    W2, b2 = W2 - 0.1 * dW2, b2 - 0.1 * db2
"""
BIASES = """
import numpy as np
rng = np.random.default_rng(4)
X, Y = rng.normal(size=(20, 3)), rng.random((20, 2))
W1, b1 = rng.normal(size=(3, 5)) * 0.5, np.zeros((1, 5))
W2, b2 = rng.normal(size=(5, 2)) * 0.5, np.zeros((1, 2))
for turn in range(50):
    h = np.tanh(X @ W1 + b1)
    d2 = (h @ W2 + b2 - Y) / 20
    d1 = d2 @ W2.T * (1 - h**2)
    db2, db1 = d2.sum(0, keepdims=True), d1.sum(0, keepdims=True)
    W1 -= 0.3 * X.T @ d1
    W2 -= 0.3 * h.T @ d2
    b1 -= 0.3 * db1
    b2 -= 0.3 * db2
"""
ZEROS = ("d2.sum(0, keepdims=True), d1.sum(0, keepdims=True)", "0 * b2, 0 * b1")
FROZEN = ("    b1 -= 0.3 * db1\n    b2 -= 0.3 * db2\n", "")


@pytest.mark.parametrize(
    ("program", "changes", "mistake"),
    [
        pytest.param(TWO_HIDDEN, [], None, id="two hidden layers"),
        pytest.param(TWO_HIDDEN, [("(h > 0)", "(h < 0)")], "left_at_zero", id="a mask of zeros"),
        pytest.param(ONE_BY_ONE, [], None, id="sample by sample"),
        pytest.param(
            ONE_BY_ONE, [("W2.T @ delta", "W2.T @ error")], "left_at_zero", id="an error never set"
        ),
        pytest.param(BIASES, [], None, id="biases"),
        pytest.param(BIASES, [ZEROS], "left_at_zero", id="biases moved by zeros"),
        pytest.param(BIASES, [ZEROS, FROZEN], None, id="biases that nothing moves"),
    ],
)
def test_what_only_zeros_move_has_a_gradient_left_at_0(program, changes, mistake, tmp_path):
    for old, new in changes:
        assert old in program
        program = program.replace(old, new)
    path = tmp_path / "program.py"
    path.write_text(program)
    report = check_file(path, seed=1977)
    assert (report.outcome, report.mistake) == ("wrong" if mistake else "right", mistake), report
