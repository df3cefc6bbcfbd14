"""Steps that no known loss makes, or that are made in an unusual way, and what they show."""

import pytest

from clearprop.check.script import check_file

pytestmark = pytest.mark.long

ODD = """\
import numpy as np
rng = np.random.default_rng(5)
X, Y = rng.normal(size=(12, 3)), rng.normal(size=(12, 2))
W1, b1, W2, b2 = rng.normal(size=(3, 4)), np.zeros(4) + 0.1, rng.normal(size=(4, 2)), np.ones(2)
for turn in range(40):
    h = np.tanh(X @ W1 + b1)
    e = h @ W2 + b2 - Y
    d2 = np.arctan(e) * e * e / len(X)
    d1 = d2 @ W2.T * (1 - h * h)
    W2 -= 0.1 * h.T @ d2
    b2 -= 0.1 * d2.sum(axis=0)
    W1 -= 0.1 * X.T @ d1
    b1 -= 0.1 * d1.sum(axis=0)
"""
"""The loss whose derivative is e² arctan e is none that is known, and none is computed."""
CARRIED_BY_NEW = (
    "    d1 = d2 @ W2.T * (1 - h * h)\n    W2 -= 0.1 * h.T @ d2\n",
    "    W2 -= 0.1 * h.T @ d2\n    d1 = d2 @ W2.T * (1 - h * h)\n",
)
CUT = """\
import numpy as np
rng = np.random.default_rng(5)
s = lambda z: 1 / (1 + np.exp(-z))
X, Y = rng.normal(size=(12, 3)), rng.integers(0, 2, size=(12, 2))
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
for turn in range(40):
    z1 = X @ W1
    h = np.tanh(z1)
    z2 = h @ W2
    o = s(z2)
    loss = np.sum((o - Y) ** 2) / 2
    d2 = (o - Y) * o * (1 - o)
    dW2 = h.T @ d2
    dW1 = X.T @ (d2 @ W2.T * (1 - h * h))
    dW2 = dW2 * 0.5 / np.linalg.norm(dW2)
    dW1 = dW1 * 0.5 / np.linalg.norm(dW1)
    W1 -= 0.1 * dW1
    W2 -= 0.1 * dW2
"""
ONE_TARGET = """\
import numpy as np
rng = np.random.default_rng(5)
s = lambda z: 1 / (1 + np.exp(-z))
X, wanted = rng.normal(size=(3, 2)), 0.75
W1, W2 = rng.normal(size=(2, 4)), rng.normal(size=(4, 1))
for turn in range(40):
    h = s(X @ W1)
    o = s(h @ W2)
    e = wanted - o
    d2 = e * o * (1 - o)
    d1 = d2 @ W2.T * h * (1 - h)
    W2 = W2 + h.T @ d2
    W1 = W1 + X.T @ d1
"""
NEW_NAMES = """\
import numpy as np
x, y = np.array([[0.3, -0.7, 1.1]]), np.array([[0.2, 0.9]])
W1 = np.array([[0.1, -0.4, 0.3, 0.2], [0.5, 0.2, -0.1, 0.4], [-0.3, 0.6, 0.7, -0.2]])
W2 = np.array([[0.2, -0.5], [0.4, 0.1], [-0.6, 0.3], [0.3, 0.8]])
h = np.tanh(x @ W1)
o = h @ W2
d2 = o - y
d1 = d2 @ W2.T * (1 - h * h)
W2_new = W2 - 0.1 * h.T @ d2
W1_new = W1 - 0.1 * x.T @ d1
print(W1_new, W2_new)
"""
TWICE = """\
import numpy as np
X, Y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0.0], [1], [1], [0]])
def step(W1, W2):
    h = np.tanh(X @ W1)
    d2 = h @ W2 - Y
    d1 = d2 @ W2.T * (1 - h * h)
    return W1 - 0.1 * X.T @ d1, W2 - 0.1 * h.T @ d2
W1, W2 = np.array([[-0.4, 0.3, 0.6], [0.5, -0.6, 0.2]]), np.array([[0.1], [-0.8], [0.2]])
W1, W2 = step(W1, W2)
print(W1)
W1, W2 = np.array([[-0.4, 0.3, 0.6], [0.5, -0.6, 0.2]]), np.array([[0.1], [-0.8], [0.2]])
for turn in range(50):
    W1, W2 = step(W1, W2)
"""
TWO_RATES = """\
import numpy as np
rng = np.random.default_rng(5)
s = lambda z: 1 / (1 + np.exp(-z))
X, Y = rng.normal(size=(9, 3)), rng.random(size=9)
W1, W2, rate = rng.normal(size=(4, 3)), rng.normal(size=(1, 4)), 0.3
for x, y in zip(X, Y):
    h = np.tanh(W1 @ x)
    o = s(W2 @ h)
    d2 = (o - y) * o * (1 - o)
    d1 = W2.T @ d2 * (1 - h * h)
    v1 = rate * np.outer(d1, x)
    W2 = W2 - rate * np.outer(d2, h)
    W1 = W1 - rate * v1
"""
SHIFTED = """\
import numpy as np
rng = np.random.default_rng(5)
X, Y = rng.normal(size=(12, 3)), np.eye(3)[rng.integers(0, 3, size=12)]
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 3))
for turn in range(40):
    h = np.tanh(X @ W1)
    z = h @ W2
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=0, keepdims=True)
    d2 = (p - Y) / 12
    d1 = d2 @ W2.T * (1 - h * h)
    W2 -= 0.1 * h.T @ d2
    W1 -= 0.1 * X.T @ d1
"""
NO_ACTIVATION = """\
import numpy as np
rng = np.random.default_rng(5)
s = lambda z: 1 / (1 + np.exp(-z))
X, Y = rng.normal(size=(9, 3)), rng.random(size=(9, 7))
W1, b1, W2, b2 = rng.normal(size=(9, 3)), np.ones(9), rng.normal(size=(7, 9)), np.ones(7)
for x, y in zip(X, Y):
    z = W1 @ x + b1
    o = s(W2 @ z + b2)
    d2 = (o - y) * o * (1 - o)
    W2 = W2 - 0.1 * np.outer(d2, s(z))
    b2 = b2 - 0.1 * d2
    d1 = (W2.T @ d2) * s(z) * (1 - s(z))
    W1 = W1 - 0.1 * np.outer(d1, x)
    b1 = b1 - 0.1 * d1
"""
"""The hidden activation is left out of the way forward alone."""
FEW_UNITS = """\
import numpy as np
rng = np.random.default_rng(5)
s = lambda z: 1 / (1 + np.exp(-z))
X, Y = rng.normal(size=(12, 2)), 90 * rng.random(size=(12, 1))
W1, b1, W2, b2 = rng.normal(size=(2, 3)), np.ones(3), rng.normal(size=(3, 1)), np.ones(1)
for turn in range(40):
    h = s(X @ W1 + b1)
    o = 100 * s(h @ W2 + b2)
    d2 = (o - Y) / 12
    d1 = d2 @ W2.T * h * (1 - h)
    W2 = W2 - 0.01 * h.T @ d2
    b2 = b2 - 0.01 * d2.sum(axis=0)
    W1 = W1 - 0.01 * X.T @ d1
    b1 = b1 - 0.01 * d1.sum(axis=0)
"""
"""An error of 12 samples that is no known loss's is seen in the three weights of the output."""
ONE_FOR_BOTH = """\
import numpy as np
rng = np.random.default_rng(5)
s = lambda z: 1 / (1 + np.exp(-z))
X, wanted = rng.normal(size=(4, 2)), [[0], [1], [1], [0]]
W1, W2 = rng.normal(size=(2, 3)), rng.normal(size=(3, 2))
for turn in range(10):
    for x, y in zip(X, wanted):
        h = s(x @ W1)
        o = s(h @ W2)
        e = y - o
        d2 = e * o * (1 - o)
        d1 = d2 @ W2.T * h * (1 - h)
        W2 = W2 + 0.1 * np.outer(h, d2)
        W1 = W1 + 0.1 * np.outer(x, d1)
"""
"""The target of two outputs is a list of one number."""
CASES = {
    "a bias summed over three units, under an unknown loss": (
        FEW_UNITS,
        ("d1.sum(axis=0)", "d1.sum()"),
        "bias_axis",
    ),
    "one number of a list as the target of two": (ONE_FOR_BOTH, (), None),
    "an error carried back to that": (
        ONE_FOR_BOTH,
        ("d1 = d2 @", "d1 = e @"),
        "error_carried_back",
    ),
    "weights after the step under an unknown loss": (ODD, CARRIED_BY_NEW, "updated_weights"),
    "f' left out under an unknown loss": (ODD, (" * (1 - h * h)", ""), "derivative_left_out"),
    "gradients cut one by one": (CUT, (), None),
    "f'(z) of z in gradients cut one by one": (
        CUT,
        ("(o - Y) * o * (1 - o)", "(o - Y) * z2 * (1 - z2)"),
        "derivative_of_weighted_sum",
    ),
    "one number as the target of all": (ONE_TARGET, (), None),
    "an error carried back to it": (
        ONE_TARGET,
        ("d1 = d2 @", "d1 = e @"),
        "error_carried_back",
    ),
    "weights under new names": (NEW_NAMES, (), None),
    "f' left out under new names": (NEW_NAMES, (" * (1 - h * h)", ""), "derivative_left_out"),
    "a training that begins anew": (TWICE, (), None),
    "a rate that is written twice": (TWO_RATES, (), None),
    "softmax that takes off the largest along another axis": (SHIFTED, (), "softmax_axis"),
}


@pytest.mark.thorough
@pytest.mark.parametrize("case", CASES)
def test_unusual_steps_show_what_is_wrong(case, tmp_path):
    text, change, mistake = CASES[case]
    if change:
        assert change[0] in text
    path = tmp_path / "odd.py"
    path.write_text(text.replace(*change) if change else text, "utf-8")
    report = check_file(path, seed=1977)
    assert report.mistake == mistake, report
    assert report.ok == (mistake is None), report


OF_A_FILE = """\
import numpy as np
points = np.load("points.npz")
x, t = points["x"], points["t"]
rng = np.random.default_rng(5)
W1, b1 = rng.normal(size=(2, 6)), np.zeros((1, 6))
W2, b2 = rng.normal(size=(6, 2)), np.zeros((1, 2))
for i in range(len(x)):
    h = np.tanh(np.dot(x[i], W1) + b1)
    e = np.exp(np.dot(h, W2) + b2)
    d2 = e / np.sum(e, axis=1, keepdims=True) - t[i]
    d1 = (1 - h**2) * np.dot(d2, W2.T)
    W1 -= 0.1 * x[i][:, None] * d1
    W2 -= 0.1 * h.T * d2
    b1 -= 0.1 * d1
    b2 -= 0.1 * d2
"""
"""Its targets are not there: what is made up for them is the number of a class."""


def test_targets_of_a_softmax_that_are_made_up_are_no_mistake(tmp_path):
    path = tmp_path / "odd.py"
    path.write_text(OF_A_FILE, "utf-8")
    assert check_file(path, seed=1977).outcome == "right"
    slip = OF_A_FILE.replace("0.1 * d1\n", "0.1 * np.sum(d1)\n").replace(
        "1 * d2\n", "1 * np.sum(d2)\n"
    )
    path.write_text(slip, "utf-8")
    report = check_file(path, seed=1977)
    assert [each.mistake.name for each in report.diagnosis.findings] == ["bias_axis"], report


@pytest.mark.thorough
@pytest.mark.parametrize("text", [ODD, FEW_UNITS], ids=["several outputs", "few units"])
def test_an_unknown_loss_is_neither_right_nor_wrong(text, tmp_path):
    path = tmp_path / "odd.py"
    path.write_text(text, "utf-8")
    report = check_file(path, seed=1977)
    assert report.outcome == "not_read", report
    assert "every layer is right" in report.unread.en


def test_biases_of_the_output_show_that_what_is_below_is_wrong(tmp_path):
    path = tmp_path / "odd.py"
    path.write_text(NO_ACTIVATION, "utf-8")
    report = check_file(path, seed=1977)
    assert report.outcome == "wrong", report
    assert "np.outer(d2, s(z))" in report.line


def test_a_program_that_stops_after_a_gradient_does_not_run(tmp_path):
    path = tmp_path / "stops.py"
    path.write_text(
        "import numpy as np\nx, w = np.ones((1, 4)), np.ones((4, 1)) / 3\n"
        "delta = (x @ w - 2) * 0.3\nw_delta = np.dot(delta, np.ones((2, 3)))\n",
        "utf-8",
    )
    report = check_file(path, seed=1977)
    assert report.failure is not None, report
