"""Layers that add their gradients to those of the batch before, and never set them to 0."""

import pytest

from clearprop.check.script import check_file

LAYERS = """\
import numpy as np
rng = np.random.default_rng(4)
class Linear:
    def __init__(self, n, k):
        self.W, self.b = rng.normal(size=(n, k)), rng.normal(size=k)
        self.dW, self.db = np.zeros((n, k)), np.zeros(k)
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, g):
        self.dW += self.x.T @ g
        self.db += g.sum(0)
        return g @ self.W.T
    def step(self, lr):
        self.W -= lr * self.dW
        self.b -= lr * self.db
one, two = Linear(3, 5), Linear(5, 2)
X, Y = rng.normal(size=(60, 3)), rng.normal(size=(60, 2))
for k in range(0, 60, 20):
    x, y = X[k:k+20], Y[k:k+20]
    h = np.tanh(one.forward(x))
    g = two.backward((two.forward(h) - y) / 20)
    one.backward(g * (1 - h ** 2))
    for layer in (one, two):
        layer.step(0.1)
"""
SET_TO_0 = LAYERS + "        layer.dW[:] = 0\n        layer.db[:] = 0\n"


@pytest.mark.parametrize(("text", "mistake"), [(LAYERS, "accumulated"), (SET_TO_0, None)])
def test_gradients_are_set_to_0_between_batches(text, mistake, tmp_path):
    path = tmp_path / "layers.py"
    path.write_text(text)
    report = check_file(path, seed=1977)
    assert report.mistake == mistake, report
    assert report.ok == (mistake is None)


NEVER_SET_TO_0 = """
import math
fields = [[0, 0, 1], [0, 1, 1], [1, 0, 1]]
crop = [0, 0, 1]
w, change = [0.5, -0.1, 0.2], [0, 0, 0]
for season in range(60):
    for field, wanted in zip(fields, crop):
        got = 1 / (1 + math.exp(-sum(f * each for f, each in zip(field, w))))
        for i in range(3):
            change[i] += 0.05 * (wanted - got) * field[i]
    for i in range(3):
        w[i] = w[i] + change[i]
"""


def test_single_numbers_that_are_never_set_to_0_are_no_optimizers(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(NEVER_SET_TO_0)
    assert check_file(path, seed=1977).outcome != "right"
    right = NEVER_SET_TO_0.replace("    for field,", "    change = [0, 0, 0]\n    for field,")
    path.write_text(right)
    assert check_file(path, seed=1977).outcome != "wrong"


SAMPLE_BY_SAMPLE = """
import numpy as np
rng = np.random.default_rng(1)
V, W = rng.normal(size=(2, 9)), rng.normal(size=(9, 1))
gV, gW = np.zeros((2, 9)), np.zeros((9, 1))
squash = lambda z: 1 / (1 + np.exp(-z))
X, Y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.5]]).reshape(4, 2, 1), np.array([[0], [1], [1], [0]])
for turn in range(100):
    for x, y in zip(X, Y):
        h = squash(x.T @ V).T
        p = squash(h.T @ W).T
        d = p - y
        gV += (W @ d * h * (1 - h) @ x.T).T
        gW += (d @ h.T).T
    V += -gV / 4
    W += -gW / 4
    RESET
"""


@pytest.mark.parametrize("reset", ["gV, gW = 0 * gV, 0 * gW", "pass"])
def test_gradients_added_up_over_samples_are_set_to_0_after_the_step(reset, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(SAMPLE_BY_SAMPLE.replace("RESET", reset))
    report = check_file(path, seed=1977)
    assert report.mistake == ("accumulated" if reset == "pass" else None), report
    assert (report.outcome == "right") == (reset != "pass")


LAST_ONE_AGAIN = """
import numpy as np
rng = np.random.default_rng(8)
X, Y = rng.normal(size=(60, 4)), rng.normal(size=(60, 2))
V, W, v, w = rng.normal(size=(4, 5)), rng.normal(size=(5, 2)), 0.0, 0.0
for n in range(0, 60, 10):
    x, y = X[n : n + 10], Y[n : n + 10]
    h = np.tanh(x @ V)
    e = h @ W - y
    moved_V, moved_W = 0.01 * x.T @ (e @ W.T * (1 - h**2)), 0.01 * h.T @ e
    V -= moved_V + v
    W -= moved_W + w
    v, w = moved_V, moved_W
"""


@pytest.mark.parametrize(
    "slip", [None, ("v, w = moved_V, moved_W", "v, w = v + moved_V, w + moved_W")]
)
def test_the_gradient_before_and_no_other_is_a_momentum(slip, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(LAST_ONE_AGAIN.replace(*slip) if slip else LAST_ONE_AGAIN)
    report = check_file(path, seed=1977)
    assert report.mistake == (None if slip is None else "accumulated"), report
    assert report.ok == (slip is None)


ADDED_BY_SAMPLES = """\
import numpy as np
rng = np.random.default_rng(2)
X, T = rng.normal(size=(6, 3)), rng.random((6, 2))
W1, b1, W2, b2 = rng.normal(size=(3, 5)), rng.random(5), rng.normal(size=(5, 2)), rng.random(2)
dW1, db1, dW2, db2 = np.zeros((3, 5)), np.zeros(5), np.zeros((5, 2)), np.zeros(2)
s1, s2 = np.zeros((3, 5)), np.zeros((5, 2))
for epoch in range(100):
    for x, t in zip(X, T):
        h = np.tanh(x @ W1 + b1)
        y = h @ W2 + b2
        d2 = y - t
        d1 = W2 @ d2 * (1 - h ** 2)
        dW2 += np.outer(h, d2)
        db2 += d2
        dW1 += np.outer(x, d1)
        db1 += d1
    b1, b2 = b1 - 0.1 * db1, b2 - 0.1 * db2
    W1, W2 = W1 - 0.1 * dW1, W2 - 0.1 * dW2
    db1, db2 = np.zeros(5), np.zeros(2)
    dW1, dW2 = np.zeros((3, 5)), np.zeros((5, 2))
"""
RMSPROP = """\
    s1, s2 = 0.9 * s1 + 0.1 * dW1 ** 2, 0.9 * s2 + 0.1 * dW2 ** 2
    W1 = W1 - 0.1 * dW1 / (np.sqrt(s1) + 1e-8)
    W2 = W2 - 0.1 * dW2 / (np.sqrt(s2) + 1e-8)
"""


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("    dW1, dW2 = np.zeros((3, 5)), np.zeros((5, 2))\n", "", "accumulated"),
        ("", "", None),
        ("    W1, W2 = W1 - 0.1 * dW1, W2 - 0.1 * dW2\n", RMSPROP, None),
    ],
)
def test_beside_plain_steps_no_optimizer_over_one_sample_made_the_others(
    old, new, mistake, tmp_path
):
    path = tmp_path / "program.py"
    path.write_text(ADDED_BY_SAMPLES.replace(old, new, 1))
    report = check_file(path, seed=1977)
    assert (report.mistake, report.ok) == (mistake, mistake is None)
