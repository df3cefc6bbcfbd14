"""What nobody calls is made, and called, by what it does with its arguments."""

import ast

import pytest

from clearprop.check.script import check_file
from clearprop.check.script.source.uses import uses_of

pytestmark = pytest.mark.long

MADE = """
def make(n, k, widths, f, kinds, rate, is_on, net, inside, x, word):
    g = table[word]
    for i in range(n):
        W = np.zeros((k, 3)) * rate
    for a, b in zip(widths[:-1], widths[1:]):
        V = np.random.randn(a, b)
    for kind in kinds:
        if kind == "relu":
            f(x.T)
    if not is_on:
        net.forward(x)
    return filled(inside)

def filled(count):
    return [0] * count
"""


@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("n", "count"), ("k", "size"), ("widths", "each size"), ("f", "called"),
        ("kinds", "each word"), ("rate", "factor"), ("is_on", "flag"), ("net", "has forward"),
        ("inside", "size"), ("x", "array"), ("word", "key of table"),
    ],
)  # fmt: skip
def test_what_is_done_with_an_argument_is_told(name, use):
    tree = ast.parse(MADE)
    assert use in uses_of(name, tree.body[0], tree)


NETWORK = """
import numpy as np

def bend(v):
    return np.tanh(v)

class Machine:
    def __init__(self, p, q, r):
        self.one, self.two = np.random.randn(p, q), np.random.randn(q, r)
        self.c, self.d = np.zeros((1, q)), np.zeros((1, r))

    def work(self, v):
        self.v = v
        self.h = bend(v @ self.one + self.c)
        return self.h @ self.two + self.d

    def learn(self, v, wanted, often, pace):
        for _ in range(often):
            e = self.work(v) - wanted
            back = e @ self.two.T * (1 - self.h ** 2)
            self.two -= pace * self.h.T @ e
            self.d -= pace * e.sum(axis=0)
            self.one -= pace * v.T @ back
            self.c -= pace * back.sum(axis=0)
"""

LAYER = """
import numpy as np

class Row:
    def __init__(self, before, cells, lowest, highest):
        self.held = np.random.uniform(lowest, highest, (before, cells))
        self.base = np.random.uniform(lowest, highest, (1, cells))

    def forward(self, given):
        self.given = given
        return given @ self.held + self.base

    def backward(self, slope, learning_rate):
        below = slope @ self.held.T
        self.held -= learning_rate * self.given.T @ slope
        self.base -= learning_rate * slope.sum(axis=0)
        return below
"""

UNROLLED = """
import numpy as np

def squash(z):
    return 1 / (1 + np.exp(-z))

def costFunction(thetaVector, shapes, X, y, lam=0):
    thetas, start = [], 0
    for shape in shapes:
        end = start + shape[0] * shape[1]
        thetas.append(thetaVector[start:end].reshape(shape))
        start = end
    A = [np.hstack([np.ones((len(X), 1)), X])]
    for theta in thetas[:-1]:
        A.append(np.hstack([np.ones((len(X), 1)), squash(A[-1] @ theta.T)]))
    H = squash(A[-1] @ thetas[-1].T)
    J = -np.sum(y * np.log(H) + (1 - y) * np.log(1 - H)) / len(X)
    d = H - y
    grads = [d.T @ A[-1] / len(X)]
    for theta, a in zip(reversed(thetas[1:]), reversed(A[1:])):
        d = (d @ theta * a * (1 - a))[:, 1:]
        grads.insert(0, d.T @ A[-2] / len(X))
    return J, np.concatenate([g.ravel() for g in grads])
"""

ADDING = """
import numpy as np

def squash(z):
    return 1 / (1 + np.exp(-z))

class Net:
    def __init__(self, layers):
        self.weights = [np.random.randn(u, v) for u, v in zip(layers[:-1], layers[1:])]

    def back_propagate(self, x, t):
        a = [x]
        for w in self.weights:
            a.append(squash(a[-1] @ w))
        steps = []
        d = (t - a[-1]) * a[-1] * (1 - a[-1])
        for w, below in reversed(list(zip(self.weights, a))):
            steps.insert(0, below.T @ d)
            d = d @ w.T * below * (1 - below)
        return steps

    def follow(self, found, l):
        self.weights = [w + l * dw for w, dw in zip(self.weights, found)]
"""

FUNCTIONS = """
import numpy as np

class Bend:
    def __init__(self, activation, activation_prime):
        self.f, self.slope = activation, activation_prime

    def forward_propagation(self, input_data):
        self.given = input_data
        return self.f(input_data)

    def backward_propagation(self, grad, learning_rate):
        return self.slope(self.given) * grad
"""

MATRICES = """
import numpy as np

def squash(z):
    return 1 / (1 + np.exp(-z))

def backpropo(X, y, theta1, theta2, pace, rounds):
    for _ in range(rounds):
        a1 = np.hstack([np.ones((len(X), 1)), X])
        a2 = np.hstack([np.ones((len(X), 1)), squash(a1 @ theta1.T)])
        h = squash(a2 @ theta2.T)
        d3 = h - y
        d2 = (d3 @ theta2 * a2 * (1 - a2))[:, 1:]
        theta1 = theta1 - pace * d2.T @ a1 / len(X)
        theta2 = theta2 - pace * d3.T @ a2 / len(X)
    return theta1, theta2
"""

KINDS = {
    "a network of unknown names": (NETWORK, "back = e @ self.two.T * (1 - self.h ** 2)",
                                   "back = e @ self.two.T * (1 - self.h)"),
    "a layer of unknown names": (LAYER, "below = slope @ self.held.T\n",
                                 "below = slope @ self.held.T * 2\n"),
    "an activation that is handed its functions": (FUNCTIONS, "self.slope(self.given) * grad",
                                                   "2 * self.slope(self.given) * grad"),
    "matrices that are numbered": (MATRICES, "* a2 * (1 - a2)", "* (1 - a2)"),
    "a vector with the shapes of its parts": (UNROLLED, "* a * (1 - a)", "* (1 - a)"),
    "gradients that are to be added": (ADDING, "* below * (1 - below)",
                                       "* below * (1 - below) * 2"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_nobody_calls_is_judged(kind, tmp_path):
    code, right, wrong = KINDS[kind]
    path = tmp_path / "net.py"
    path.write_text(code)
    report = check_file(path)
    assert report.ok, report.text()
    assert right in code
    path.write_text(code.replace(right, wrong))
    report = check_file(path)
    assert not report.ok
    assert report.unread is None


def test_the_modules_of_a_program_that_trains_nothing_are_driven(tmp_path):
    (tmp_path / "machine.py").write_text(NETWORK)
    path = tmp_path / "main.py"
    path.write_text("from machine import Machine\nprint(Machine(4, 5, 2).one.shape)\n")
    report = check_file(path)
    assert report.ok, report.text()
    assert report.network is not None
