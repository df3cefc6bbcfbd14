"""Programs that train more than once: each training is judged, and one that is wrong counts."""

import ast
import json
from functools import partial

import pytest

from clearprop.check.script import check_file
from clearprop.check.script.child.record.recording import Recorder
from clearprop.check.script.child.record.running import run as run_recorded

check = partial(check_file, seed=1977)

BEGIN = """
import numpy as np
rng = np.random.default_rng(31)
X = rng.normal(size=(40, 3))
Y = (X[:, :1] * X[:, 1:2] > 0).astype(float)
def squash(z):
    return 1 / (1 + np.exp(-z))
"""
TRAINING = """
V, W = rng.normal(size=(3, {width})), rng.normal(size=({width}, 1))
{loop}
    hidden = np.tanh(X @ V)
    out = squash(hidden @ W)
    delta = (out - Y) / len(X)
    below = delta @ W.T{slope}
    W -= 0.5 * {rule}(hidden.T @ delta)
    V -= 0.5 * {rule}(X.T @ below)
    {end}
print(np.mean((out > 0.5) == Y))
"""
SLOPE = " * (1 - hidden ** 2)"


def training(width, *, slope=SLOPE, rule="", loop="for turn in range(500):", end="pass"):
    """Return the lines of a training of layers 3-width-1."""
    return TRAINING.format(width=width, slope=slope, rule=rule, loop=loop, end=end)


WRONG = training(6, slope="")
UNREAD = training(7, rule="np.cbrt")
ENDLESS = training(5, loop="while True:", end="if abs(delta).max() < 1e-9:\n        break")


@pytest.fixture
def checked(tmp_path):
    """Return a function that gives the report on a program."""

    def run(text):
        path = tmp_path / "program.py"
        path.write_text(text, "utf-8")
        return check(path)

    return run


def said(report):
    """Return what a report says of several trainings, in the order of the lines."""
    return [note.en for note in report.notes if "that in line" in note.en]


@pytest.mark.parametrize("right", [training(4), ENDLESS])
def test_a_second_training_that_is_wrong_counts(right, checked):
    report = checked(BEGIN + right + WRONG)
    assert report.mistake == "derivative_left_out", report
    assert "below = delta @ W.T" in report.line
    assert said(report) == ["Right: that in line 10."]


def test_a_first_training_that_is_wrong_counts(checked):
    report = checked(BEGIN + WRONG + training(4))
    assert report.mistake == "derivative_left_out", report
    assert said(report) == ["Right: that in line 21."]


def test_one_that_cannot_be_read_hides_none_that_can(checked):
    report = checked(BEGIN + UNREAD + ENDLESS)
    assert report.outcome == "right", report
    assert "Not read, look at it yourself: that in line 10." in said(report)
    assert "Not read, look at it yourself: that in line 10." in report.as_data()["text"]


def test_one_that_cannot_be_read_spoils_none_that_is_right(checked):
    report = checked(BEGIN + training(4) + UNREAD)
    assert report.outcome == "right", report
    assert said(report)[-1] == "Not read, look at it yourself: that in line 21."


CONSTANT = """
points, xor = np.array([[0, 0], [0, 1.0], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]])
def three_layers(V, c, W, d):
    for turn in range(20):
        squares = np.zeros(4)
        for k, (x, y) in enumerate(zip(points, xor)):
            h = squash(np.dot(V, x) + c.T)
            a = squash(np.dot(W, h.T) + d.T)
            squares[k] = ((a - y) ** 2).item()
            delta = (a - y) * a * (1 - a)
            below = delta * (W * h * (1 - h)).T
            W, d = W - 0.3 * delta * h, d - 0.3 * delta
            V, c = V - 0.3 * np.dot(below, np.reshape([2, 1], (1, 2))), c - 0.3 * below
        print(squares.sum())
three_layers(*(rng.normal(size=size) for size in [(3, 2), (3, 1), (1, 3), (1, 1)]))
"""


def test_a_later_training_is_told_wrong_whatever_its_loss_is(checked):
    report = checked(BEGIN + training(4) + CONSTANT)
    assert report.outcome == "wrong", report
    assert said(report)[-1] == "Right: that in line 10."


NETS = (
    BEGIN
    + """
class Net:
    def __init__(self, slope):
        self.slope, self.layers = slope, [rng.normal(size=(3, 5)), rng.normal(size=(5, 1))]
    def step(self, x, y, rate):
        signals = [x]
        for W in self.layers:
            signals.append(squash(signals[-1] @ W))
        delta = (signals[2] - y) / len(x)
        for k in (1, 0):
            slope = signals[k] * (1 - signals[k]) if self.slope else 1
            below = delta @ self.layers[k].T * slope
            self.layers[k] = self.layers[k] - rate * signals[k].T @ delta
            delta = below
    def fit(self, x, y, epochs=40):
        for epoch in range(epochs):
            for start in range(0, len(x), 8):
                self.step(x[start:start + 8], y[start:start + 8], 0.3)
        return self
"""
)


@pytest.mark.parametrize("epochs", [3, 40])
def test_settings_of_one_network_are_told_apart(epochs, checked):
    loop = f"for slope in (True, False):\n    net = Net(slope).fit(X, Y, {epochs})\n"
    report = checked(NETS + loop)
    assert report.mistake == "derivative_left_out", report
    assert "this is its training in line" in report.text()


def test_a_training_that_goes_on_is_not_told_twice(checked):
    calls = "net = Net(True)\nfor epoch in range(9):\n    net.fit(X, Y, 5)\nnet.fit(X, Y)\n"
    report = checked(NETS + calls)
    assert report.outcome == "right", report
    assert said(report) == []


MOMENTUM = (
    BEGIN
    + """
class Momentum:
    def __init__(self):
        self.v = {}
    def __call__(self, net, slopes):
        for name in net:
            self.v[name] = 0.9 * self.v.get(name, 0) - 0.1 * slopes[name]
            net[name] += self.v[name]
def fit(step, squared):
    net = {"W": rng.normal(size=(3, 4)), "V": rng.normal(size=(4, 1))}
    for epoch in range(60):
        h = np.tanh(X @ net["W"])
        out = squash(h @ net["V"])
        d = (out - Y) / len(X)
        if squared:
            d = d * out * (1 - out)
        step(net, {"V": h.T @ d, "W": X.T @ (d @ net["V"].T * (1 - h ** 2))})
step = Momentum()
fit(step, False)
fit(step, True)
"""
)


def test_what_an_optimizer_remembers_of_an_earlier_training_is_no_mistake(checked):
    report = checked(MOMENTUM)
    assert report.outcome == "right", report


STACKED = (
    BEGIN
    + """
def fit(x, y, width):
    weights = [rng.normal(size=(x.shape[1], width)), rng.normal(size=(width, y.shape[1]))]
    for turn in range(200):
        signals = [x]
        for W in weights:
            signals.append(squash(signals[-1] @ W))
        deltas = [(signals[2] - y) / len(x)]
        for W, signal in zip(weights[:0:-1], signals[1:2]):
            deltas.append(deltas[-1] @ W.T * signal * (1 - signal))
        for number, W in enumerate(weights):
            W -= 0.4 * signals[number].T @ deltas[1 - number]
    return weights[0]
X = np.tanh(X @ fit(X, np.hstack([Y, 1 - Y]), 3))
"""
)


def test_a_function_whose_loop_is_left_returns_what_it_has(checked):
    report = checked(STACKED + WRONG)
    assert report.mistake == "derivative_left_out", report
    assert report.network.sizes == (3, 6, 1)
    assert len(said(report)) == 1, said(report)


FUNCTIONS = (
    BEGIN
    + """
def train(X, Y, width=4):
    W1, W2 = rng.normal(size=(3, width)), rng.normal(size=(width, 1))
    for turn in range(300):
        A1 = np.tanh(X @ W1)
        A2 = squash(A1 @ W2)
        dZ2 = (A2 - Y) / len(X)
        dZ1 = dZ2 @ W2.T * (1 - A1 ** 2)
        W2 -= 0.5 * A1.T @ dZ2
        W1 -= 0.5 * X.T @ dZ1
    return W1, W2
"""
)


def test_a_right_function_that_can_be_called_hides_no_wrong_training(checked):
    other = FUNCTIONS.removeprefix(BEGIN).replace("train", "again").replace(" * (1 - A1 ** 2)", "")
    report = checked(f"{FUNCTIONS}{other}W1, W2 = train(X, Y)\nW1, W2 = again(X, Y)\n")
    assert report.mistake == "derivative_left_out", report
    assert said(report)[-1].startswith("Right: that in line")


def test_lines_of_a_notebook_are_told_by_cell(tmp_path):
    sources = BEGIN, training(4), training(5, slope="")
    cells = [{"cell_type": "code", "source": source, "outputs": []} for source in sources]
    path = tmp_path / "two.ipynb"
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "metadata": {}}), "utf-8")
    report = check(path)
    assert report.mistake == "derivative_left_out", report
    assert said(report) == ["Right: that in line [2] 3."]


SINGLE_NUMBERS = """
import math
def squash(z):
    return 1 / (1 + math.exp(-z))
cases = [(0.2, 0.9, 1), (0.7, 0.1, 0), (0.4, 0.8, 1), (0.9, 0.3, 0)]
def fit(ahead, behind, top):
    for epoch in range(300):
        for x1, x2, y in cases:
            h1 = squash(ahead[0] * x1 + behind[0] * x2)
            h2 = squash(ahead[1] * x1 + behind[1] * x2)
            out = squash(top[0] * h1 + top[1] * h2)
            d = (out - y) * out * (1 - out)
            d1, d2 = d * top[0] * h1 * (1 - h1), d * top[1] * h2 * (1 - h2)
            top = [top[0] - 0.5 * d * h1, top[1] - 0.5 * d * h2]
            ahead = [ahead[0] - 0.5 * d1 * x1, ahead[1] - 0.5 * d2 * x1]
            behind = [behind[0] - 0.5 * d1 * x2, behind[1] - 0.5 * d2 * x2]
    return ahead, behind, top
print(fit([0.15, 0.25], [0.31, -0.42], [0.55, 0.61]))
"""


def test_single_numbers_are_followed_from_one_training_to_the_next(checked):
    again = SINGLE_NUMBERS[SINGLE_NUMBERS.index("def fit") :].replace("fit", "other")
    report = checked(
        SINGLE_NUMBERS + again.replace(" * h1 * (1 - h1)", "").replace(" * h2 * (1 - h2)", "")
    )
    assert report.mistake == "derivative_left_out", report
    assert len(said(report)) == 1, report


TESTED = """
import unittest
import numpy as np


class Dense:
    def __init__(self, n_in, n_out):
        self.W = np.random.default_rng(3).normal(size=(n_in, n_out))

    def forward(self, X):
        self.X = X
        return X @ self.W

    def backward(self, error):
        self.W = self.W - 0.1 * self.X.T @ error
        return error @ self.W.T


class TestDense(unittest.TestCase):
    def test_shape(self):
        self.assertEqual(Dense(4, 3).forward(np.ones((9, 4))).shape, (9, 3))

    def test_training(self):
        X = np.random.default_rng(4).normal(size=(9, 4))
        Y, layers = X[:, :1] * X[:, 1:2], [Dense(4, 3), Dense(3, 1)]
        for epoch in range(20):
            H = np.tanh(layers[0].forward(X))
            error = (layers[1].forward(H) - Y) / 9
            layers[0].backward(layers[1].backward(error) * (1 - H**2))
        self.assertLess(np.sum(error**2), 1)


if __name__ == "__main__":
    unittest.main()
"""
UPDATED_FIRST = """
        self.W = self.W - 0.1 * self.X.T @ error
        return error @ self.W.T
"""
UPDATED_LAST = """
        below = error @ self.W.T
        self.W = self.W - 0.1 * self.X.T @ error
        return below
"""


def test_a_training_in_a_test_of_unittest_is_watched(checked):
    report = checked(TESTED.replace(UPDATED_FIRST, UPDATED_LAST))
    assert report.outcome == "right", report
    assert checked(TESTED).mistake == "updated_weights", report


TRIED_BEFORE = """
import numpy as np
rng = np.random.default_rng(2)
X, Y = rng.normal(size=(30000, 4)), rng.integers(0, 3, 30000)
V, W = rng.normal(size=(6, 4)), rng.normal(size=(3, 6))


def forward(x):
    h = np.tanh(V @ x)
    z = np.exp(W @ h)
    return h, z / z.sum()


right = 0
for x, y in zip(X, Y):
    right += np.argmax(forward(x)[1]) == y
print("before:", right / len(X))
for x, y in zip(X, Y):
    h, error = forward(x)
    error[y] -= 1
    below = W.T @ error * (1 - h**2)
    W -= 0.1 * np.outer(error, h)
    V -= 0.1 * np.outer(below, x)
"""


def test_a_training_is_seen_behind_many_samples_that_only_go_forward(checked):
    report = checked(TRIED_BEFORE)
    assert report.outcome == "right", report
    assert checked(TRIED_BEFORE.replace(" * (1 - h**2)", "")).mistake == "derivative_left_out"


RECURRENT = """
import numpy as np
rng = np.random.default_rng(2)
X, Y = rng.normal(size=(60, 50, 2)), rng.normal(size=(60, 1))
U, V, W = rng.normal(size=(3, 2)) / 2, rng.normal(size=(3, 3)) / 2, rng.normal(size=(1, 3))
for x, y in zip(X, Y):
    h = [np.zeros(3)]
    for t in range(50):
        h.append(np.tanh(U @ x[t] + V @ h[-1]))
    error = W @ h[-1] - y
"""


def test_a_loop_over_time_is_no_loop_over_samples(tmp_path):
    recorder = Recorder(5.0)
    run_recorded(ast.parse(RECURRENT), str(tmp_path / "a.py"), str(tmp_path), recorder, {})
    assert not recorder.goes_forward
