"""The perceptron rule, which is no gradient of what the program outputs, and yet is known."""

import pytest

from clearprop.check.script import check_file

START = """\
import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(30, 3))
"""
ONE_BY_ONE = """\
y = np.where(X[:, 0] > X[:, 1], 1, -1)
w, b = rng.normal(size=3), 0.5
for epoch in range(20):
    for x, t in zip(X, y):
        a = np.where(x @ w + b >= 0, 1, -1)
        change = 0.1 * (t - a)
        w += change * x
        b += change
"""
AN_OBJECT = """\
y = (X[:, 0] > X[:, 1]).astype(int)
class Unit:
    def __init__(self):
        self.w, self.b = np.zeros(3), 0.0
    def fires(self, x):
        return 1 if self.w @ x + self.b > 0 else 0
    def learn(self, X, y):
        for epoch in range(10):
            for x, t in zip(X, y):
                off = t - self.fires(x)
                self.w += 0.2 * off * x
                self.b += 0.2 * off
Unit().learn(X, y)
"""
ALL_AT_ONCE = """\
y = (X[:, :1] > X[:, 1:2]).astype(int)
w = rng.normal(size=(3, 1))
for epoch in range(50):
    a = (X @ w >= 0).astype(int)
    w += 0.1 * X.T @ (y - a)
"""
SINGLE_NUMBERS = """\
w, b = [0.3, -0.2], 0.1
for epoch in range(20):
    for x, t in [([0, 0], 0), ([0, 1], 0), ([1, 0], 0), ([1, 1], 1)]:
        a = 1 if w[0] * x[0] + w[1] * x[1] + b >= 0 else 0
        off = t - a
        w[0] += 0.1 * off * x[0]
        w[1] += 0.1 * off * x[1]
        b += 0.1 * off
"""
RARELY_WRONG = """\
w, b = [-1.0, 1.3], 0.2
for epoch in range(40):
    for at in [(2.0, -1.0), (3.0, 1.0), (-1.0, 2.5), (0.5, -2.0), (-2.0, -0.5), (1.0, 0.9)]:
        z = b
        for i in range(2):
            z += w[i] * at[i]
        off = (1 if at[1] > at[0] else -1) - (1 if z >= 0 else -1)
        for i in range(2):
            w[i] += 0.01 * off * at[i]
        b += 0.01 * off
"""
WHOLE_NUMBERS = """\
w, b, pace, learns = [0, 0], 0, 1, True
while learns:
    learns = False
    for place, x in enumerate([[2, 5], [4, 3], [1, 2]]):
        t = [1, 1, -1][place]
        if t * (w[0] * x[0] + w[1] * x[1] + b) <= 0:
            w[0] = w[0] + pace * t * x[0]
            w[1] = w[1] + pace * t * x[1]
            b = b + pace * t
            learns = True
"""
MARGIN = """\
y = np.where(X[:, 0] > X[:, 1], 1, -1)
w = 0.01 * np.array([1.0, -1.0, 0.0])
for epoch in range(20):
    for x, t in zip(X, y):
        a = np.sign(x @ w)
        if t * (x @ w) < 1:
            w = w + 0.01 * t * x
"""
"""Down the hinge loss: right outputs move w as well, the other way than a wrong one would."""


RIGHT = [ONE_BY_ONE, AN_OBJECT, ALL_AT_ONCE, SINGLE_NUMBERS, RARELY_WRONG, WHOLE_NUMBERS]


@pytest.mark.parametrize("program", RIGHT)
def test_the_perceptron_rule_is_right(program, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(START + program)
    assert check_file(path, seed=7).outcome == "right"


@pytest.mark.parametrize(
    ("program", "right", "wrong"),
    [(ONE_BY_ONE, "(t - a)", "(a - t)"), (ALL_AT_ONCE, "(y - a)", "(a - y)")],
)
def test_a_perceptron_that_learns_the_other_way_is_wrong(program, right, wrong, tmp_path):
    path = tmp_path / "program.py"
    path.write_text((START + program).replace(right, wrong))
    report = check_file(path, seed=7)
    assert report.outcome == "wrong", report
    assert "Rosenblatt" in str(report)


def test_steps_of_a_margin_are_not_accused(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(START + MARGIN)
    assert check_file(path, seed=7).outcome != "wrong"


SUMMED_FIRST = """\
w = np.zeros(3)
y = (X[:, 0] > X[:, 1]) * 1
for epoch in range(20):
    dw = np.zeros(3)
    for j in range(3):
        for i in range(len(X)):
            dw[j] += np.exp(w.dot(X[i])) / np.exp(1 + w.dot(X[i])) - y[i]
        dw[j] *= X[i, j]
    w = w - 0.1 / len(X) * dw
"""


def test_the_last_of_many_samples_is_no_perceptron_that_learns_the_other_way(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(START + SUMMED_FIRST)
    assert "Rosenblatt" not in str(check_file(path, seed=7))
