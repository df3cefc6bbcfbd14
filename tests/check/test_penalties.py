"""An L2 penalty belongs to the loss that the program computes; without one, any λ is decay."""

from types import SimpleNamespace

import numpy as np
import pytest

from clearprop.check.mistakes.regularizer import fitted_coefficient
from clearprop.check.script import check_file
from clearprop.check.script.watched.naming import is_of_weights_alone
from clearprop.check.script.watched.weight_decay import with_penalty

MODEL = """\
import numpy as np
class Model:
    def __init__(self, pace, reg):
        self.pace, self.reg = pace, reg
        self.A, self.a = np.random.randn(4, 6), np.zeros((1, 6))
        self.B, self.b = np.random.randn(6, 3), np.zeros((1, 3))
    def probs(self, x):
        self.h = np.maximum(0, x @ self.A + self.a)
        s = self.h @ self.B + self.b
        e = np.exp(s - s.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)
    def fit(self, x, labels, turns=100):
        n = len(x)
        for t in range(turns):
            p = self.probs(x)
            loss = -np.log(p[range(n), labels]).mean()
            loss += 0.5 * self.reg * (np.sum(self.A ** 2) + np.sum(self.B ** 2))
            p[range(n), labels] -= 1
            p /= n
            gB, gb = self.h.T @ p + self.reg * self.B, p.sum(0, keepdims=True)
            d = p @ self.B.T
            d[self.h <= 0] = 0
            gA, ga = x.T @ d + self.reg * self.A, d.sum(0, keepdims=True)
            self.A -= self.pace * gA; self.a -= self.pace * ga
            self.B -= self.pace * gB; self.b -= self.pace * gb
Model(0.5, 1e-2).fit(np.random.randn(50, 4), np.random.randint(0, 3, 50))
"""
LOOP = """\
import numpy as np
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(30, 3)), rng.normal(size=(30, 2))
W1, b1, W2, b2 = rng.normal(size=(3, 5)), np.zeros(5), rng.normal(size=(5, 2)), np.zeros(2)
lam = 0.1
for turn in range(200):
    A1 = np.tanh(X @ W1 + b1)
    A2 = A1 @ W2 + b2
    loss = np.sum((A2 - Y) ** 2) / (2 * len(X)) + lam / 2 * (np.sum(W1 ** 2) + np.sum(W2 ** 2))
    d2 = (A2 - Y) / len(X)
    d1 = d2 @ W2.T * (1 - A1 ** 2)
    W2 -= 0.1 * (A1.T @ d2 + lam * W2)
    b2 -= 0.1 * d2.sum(0)
    W1 -= 0.1 * (X.T @ d1 + lam * W1)
    b1 -= 0.1 * d1.sum(0)
"""
HALF = "            loss += 0.5 * self.reg"
CASES = {
    "λ": (MODEL, [], True),
    "2 λ": (MODEL, [("+ self.reg", "+ 2 * self.reg")], False),
    "the square's 2 is lost": (MODEL, [(HALF, HALF.replace("0.5 * ", ""))], False),
    "decay": (
        MODEL,
        [("+ self.reg", "+ 2 * self.reg"), (HALF, "            other = self.reg")],
        True,
    ),
    "λ in a loop": (LOOP, [], True),
    "2 λ in a loop": (LOOP, [("+ lam * W", "+ 2 * lam * W")], False),
    "none": (MODEL, [(" + self.reg * self.B", ""), (" + self.reg * self.A", "")], False),
    "none in a loop": (LOOP, [(" + lam * W2", ""), (" + lam * W1", "")], False),
    "none in one layer of a loop": (LOOP, [(" + lam * W1", "")], False),
    "the sign in a loop": (
        LOOP,
        [(" + lam * W2", " - lam * W2"), (" + lam * W1", " - lam * W1")],
        False,
    ),
    "the sign in one layer, and no loss": (
        LOOP,
        [("    loss = np", "    # np"), (" + lam * W2", " - lam * W2")],
        False,
    ),
    "m λ in one layer, and no loss": (
        LOOP,
        [("    loss = np", "    # np"), (" + lam * W2", " + 30 * lam * W2")],
        False,
    ),
    "3 λ in one layer, and no loss": (
        LOOP,
        [("    loss = np", "    # np"), (" + lam * W2", " + 3 * lam * W2")],
        True,
    ),
    "W for λ W, with a small λ": (
        MODEL,
        [
            ("(0.5, 1e-2)", "(0.05, 1e-4)"),
            ("self.reg * self.B", "self.B"),
            ("self.reg * self.A", "self.A"),
        ],
        False,
    ),
    "a small λ": (MODEL, [("(0.5, 1e-2)", "(0.05, 1e-4)")], True),
    "decay in a loop": (LOOP, [(" + lam / 2 * (np.sum(W1 ** 2) + np.sum(W2 ** 2))", "")], True),
}


@pytest.mark.parametrize("case", CASES)
def test_the_penalty_of_a_step_is_that_of_the_loss(case, tmp_path):
    text, changes, right = CASES[case]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "model.py"
    path.write_text(text)
    report = check_file(path, seed=1977)
    assert report.ok == right, report
    assert report.mistake == (None if right else "regularizer")


SHORTCUT = """\
import numpy as np
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(30, 4)), rng.normal(size=(30, 2))
U, V, W = rng.normal(size=(4, 5)), rng.normal(size=(5, 5)) * 0.3, rng.normal(size=(5, 2))
for turn in range(200):
    H = np.tanh(X @ U)
    T = np.tanh(H @ V)
    d = ((H + T) @ W - Y) / 30
    loss = 15 * np.sum(d ** 2)
    up = d @ W.T
    dT = up * (1 - T ** 2)
    dH = (up + dT @ V.T) * (1 - H ** 2)
    U, V, W = (
        U - 0.1 * (X.T @ dH + 0.05 * U),
        V - 0.1 * (H.T @ dT + 0.05 * V),
        W - 0.1 * ((H + T).T @ d + 0.05 * W),
    )
"""


@pytest.mark.parametrize(("way", "right"), [("(up + dT @ V.T)", True), ("(dT @ V.T)", False)])
def test_a_shortcut_is_gone_back_through_also_beside_decay(way, right, tmp_path):
    path = tmp_path / "shortcut.py"
    path.write_text(SHORTCUT.replace("(up + dT @ V.T)", way))
    report = check_file(path, seed=1977)
    assert report.outcome == ("right" if right else "wrong")
    assert right or report.own_loss.wrong == ("dU",)


@pytest.mark.parametrize("kind", ["W", "b"])
def test_no_coefficient_fits_parameters_of_another_shape_than_their_gradient(kind):
    given = {f"{kind}1": np.ones((3, 6))}
    case = SimpleNamespace(
        names=tuple(given), given=given, problem=SimpleNamespace(params={f"{kind}1": np.ones(6)})
    )
    assert fitted_coefficient(case, given, kind) is None


COURSE = """\
import numpy as np
from reg_utils import sigmoid, relu

def forward_propagation(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = relu(Z1)
    A2 = sigmoid(parameters["W2"] @ A1 + parameters["b2"])
    return A2, (Z1, A1, A2)

def compute_cost(A2, Y, parameters, lambd):
    m = Y.shape[1]
    cost = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m
    return cost + lambd / (2 * m) * sum(np.sum(parameters[w] ** 2) for w in ("W1", "W2"))

def backward_propagation_with_regularization(X, Y, parameters, cache, lambd):
    m, (Z1, A1, A2) = X.shape[1], cache
    dZ2 = (A2 - Y) / m
    dZ1 = parameters["W2"].T @ dZ2 * (Z1 > 0)
    return {"dW1": dZ1 @ X.T + lambd / m * parameters["W1"], "db1": dZ1.sum(1, keepdims=True),
            "dW2": dZ2 @ A1.T + lambd / m * parameters["W2"], "db2": dZ2.sum(1, keepdims=True)}

def backward_propagation_with_dropout(X, Y, parameters, cache, keep_prob):
    Z1, A1, A2 = cache
    dZ2 = (A2 - Y) / X.shape[1]
    dZ1 = parameters["W2"].T @ dZ2 * (Z1 > 0)
    return {"dW1": dZ1 @ X.T, "db1": dZ1.sum(1, keepdims=True),
            "dW2": dZ2 @ A1.T, "db2": dZ2.sum(1, keepdims=True)}
"""


def test_one_way_back_of_two_has_the_penalty_and_the_lost_helpers_are_known(tmp_path):
    path = tmp_path / "course.py"
    path.write_text(COURSE)
    assert check_file(path, seed=7).outcome == "right"


def test_a_penalty_that_the_only_way_back_forgets_is_still_wrong(tmp_path):
    path = tmp_path / "course.py"
    first = COURSE.index("def backward_propagation_with_regularization")
    second = COURSE.index("def backward_propagation_with_dropout")
    path.write_text(COURSE[:first] + COURSE[second:])
    assert check_file(path, seed=7).outcome == "wrong"


def test_a_loss_that_is_computed_now_and_then_has_a_penalty_too(tmp_path):
    text = MODEL.replace("            loss ", "            if t % 1000 == 0: loss ")
    path = tmp_path / "model.py"
    path.write_text(text.replace("+ self.reg", "+ n * self.reg"))
    report = check_file(path, seed=1977)
    assert report.mistake == "regularizer", report


@pytest.mark.parametrize(("share", "is_seen"), [(1e-3, True), (1e-16, False)])
def test_what_only_shrinks_goes_down_no_gradient(share, is_seen):
    random = np.random.default_rng(3)
    W, dW = random.normal(size=(2, 5, 2))
    net = SimpleNamespace(params={"W1": W}, itemsize=8)
    found = with_penalty(net, {"W1": share * dW + 0.9 * W}, {"W1": dW})
    assert (found is not None) == is_seen
    assert found is None or np.isclose(found.rate, share)


@pytest.mark.parametrize(("beside", "is_seen"), [(0, True), (1e-3, False)])
def test_a_multiple_of_the_weights_shows_no_gradient(beside, is_seen):
    W, dW = np.random.default_rng(3).normal(size=(2, 5, 2))
    net = SimpleNamespace(params={"W1": W, "b1": np.zeros(2)}, itemsize=8)
    given = {"W1": 0.5 * W + beside * dW, "b1": np.zeros(2)}
    assert is_of_weights_alone(net, given) == is_seen


def test_weights_that_are_all_alike_may_have_a_gradient_that_is_so():
    net = SimpleNamespace(params={"W1": np.ones((3, 1))}, itemsize=8)
    assert not is_of_weights_alone(net, {"W1": np.full((3, 1), 0.2)})


OF_EVERY_LAYER = """\
import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(40, 6)); Y = np.eye(4)[rng.integers(0, 4, 40)]
p = {"W1": rng.normal(size=(6, 5)), "b1": np.zeros((1, 5)),
     "W2": rng.normal(size=(5, 4)), "b2": np.zeros((1, 4))}
reg = 0.01
for epoch in range(50):
    z = X @ p["W1"] + p["b1"]
    h = np.tanh(z)
    out = h @ p["W2"] + p["b2"]
    e = np.exp(out - out.max(axis=1, keepdims=True))
    a = e / e.sum(axis=1, keepdims=True)
    loss = -np.mean(np.sum(Y * np.log(a + 1e-8), axis=1))
    loss += 0.5 * reg * sum(np.sum(p[k] ** 2) for k in p if "W" in k)
    d2 = (a - Y) / 40
    d1 = d2 @ p["W2"].T * (1 - h ** 2)
    g = {"W1": X.T @ d1 + reg * p["W1"], "b1": d1.sum(0, keepdims=True),
         "W2": h.T @ d2 + reg * p["W2"], "b2": d2.sum(0, keepdims=True)}
    for k in p:
        p[k] -= 0.1 * g[k]
"""
UNKNOWN_ACTIVATION = (
    ("np.tanh(z)", "z * np.sin(z)"),
    ("(1 - h ** 2)", "(np.sin(z) + z * np.cos(z))"),
)


@pytest.mark.parametrize("activation", [(), UNKNOWN_ACTIVATION], ids=["tanh", "unknown"])
@pytest.mark.parametrize("lacks", [False, True])
def test_a_penalty_that_one_layer_lacks_is_told_beside_the_loss(lacks, activation, tmp_path):
    text = OF_EVERY_LAYER.replace(' + reg * p["W2"]', "" if lacks else ' + reg * p["W2"]')
    for old, new in activation:
        text = text.replace(old, new)
    path = tmp_path / "program.py"
    path.write_text(text)
    report = check_file(path, seed=1977)
    assert (report.mistake, report.ok) == ("regularizer" if lacks else None, not lacks)


COST_AND_GRADIENT = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def cost_function_reg(theta, X, y, lambda_):
    m = X.shape[0]
    h = sigmoid(X.dot(theta))
    cost = sum(-y * np.log(h) - (1.0 - y) * np.log(1.0 - h)) / m
    grad = X.T.dot(h - y) / m
    held = lambda_ / m * theta
    held[0] = 0
    added = lambda_ / (2.0 * m) * np.sum(theta[1:] ** 2)
    return cost + added, grad + held
"""


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        (("", ""), None),
        (("lambda_ / m * theta", "lambda_ / (2 * m) * theta"), "regularizer"),
        (("lambda_ / m * theta", "2 * lambda_ / m * theta"), "regularizer"),
    ],
)
def test_a_penalty_is_compared_with_what_is_returned_beside_the_gradient(change, mistake, tmp_path):
    path = tmp_path / "cost.py"
    path.write_text(COST_AND_GRADIENT.replace(*change))
    report = check_file(path, seed=1977)
    assert (report.outcome, report.mistake) == ("wrong" if mistake else "right", mistake), report
