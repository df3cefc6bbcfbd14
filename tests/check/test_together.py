"""Steps of few numbers, each of which could be anything: together they are told."""

import pytest

from clearprop.check.script import check_file

ONE_OUTPUT = """\
import numpy as np
np.random.seed(0)
X, Y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
W1, b1, W2, b2 = (np.random.randn(*shape) for shape in [(3, 2), (3,), (1, 3), (1,)])
def s(z):
    return 1 / (1 + np.exp(-z))
for epoch in range(100):
    for x, y in zip(X, Y):
        h = s(W1 @ x + b1)
        o = s(W2 @ h + b2)
        e = y - o
        d2 = e * o * (1 - o)
        d1 = W2.T @ d2 * h * (1 - h)
        W2 += 0.5 * np.outer(d2, h)
        b2 += 0.5 * d2
        W1 += 0.5 * np.outer(d1, x)
        b1 += 0.5 * d1
"""
ONE_UNIT = """\
import numpy as np
X, Y = np.array([[-3.0, -2, 1, 2]]), np.array([[0, 0, 1, 1]])
W, b = np.array([[0.3]]), np.zeros((1, 1))
for turn in range(60):
    a = 1 / (1 + np.exp(-(W @ X + b)))
    dz = (a - Y) / 4
    W = W - 0.5 * dz @ X.T
    b = b - 0.5 * dz.sum(1, keepdims=True)
"""
ONE_ERROR = """\
import math
import numpy as np
rng = np.random.default_rng(2)
X, Y = rng.normal(size=(50, 2)), 2 * rng.integers(0, 2, size=50) - 1
W, b, rate = rng.normal(size=(1, 2)) / 4, 0.1, 0.1
for x, y in zip(X, Y):
    z = np.dot(W, x) + b
    a = (math.exp(z) - math.exp(-z)) / (math.exp(z) + math.exp(-z))
    d = 0.5 * (a - y) * (1 - a * a)
    W = W - np.asarray([rate * v * d for v in x])
    b -= rate * d
"""
STILL = ONE_OUTPUT.replace("        b2 += 0.5 * d2\n", "").replace("        b1 += 0.5 * d1\n", "")
CASES = {
    "biases that stay": (STILL, (), None),
    "a sign beside biases that stay": (STILL, ("e = y - o", "e = o - y"), "sign"),
    "a step for each sample": (ONE_OUTPUT, (), None),
    "its sign": (ONE_OUTPUT, ("e = y - o", "e = o - y"), "sign"),
    "one unit": (ONE_UNIT, (), None),
    "half of an error": (ONE_ERROR, (), None),
    "half of an error, and another's derivative": (
        ONE_ERROR,
        ("(1 - a * a)", "a * (1 - a)"),
        "derivative_of_another",
    ),
    "its own activation": (ONE_UNIT, ("dz @ X.T", "dz @ a.T"), "own_activation"),
}


@pytest.mark.parametrize("case", CASES)
def test_few_numbers_are_told_by_several_steps(case, tmp_path):
    text, change, mistake = CASES[case]
    path = tmp_path / "few.py"
    path.write_text(text.replace(*change) if change else text)
    report = check_file(path, seed=1977)
    assert report.mistake == mistake, report
    assert report.ok == (mistake is None)
