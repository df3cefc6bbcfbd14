"""Programs that are watched while they run by themselves: right ones are right, slips are named."""

import json
from functools import partial

import pytest

from check.programs import PROGRAMS, SLIPS
from clearprop.check.script import check_file
from clearprop.check.script.child.watching import writes_products
from clearprop.check.script.sandbox import Limits
from clearprop.check.script.watched import cases, naming

pytestmark = pytest.mark.long

check = partial(check_file, seed=1977)


@pytest.fixture
def written(tmp_path):
    """Write a program with some of its text replaced, and return its path."""

    def write(name, *replacements):
        text = PROGRAMS[name][0]
        for old, new in replacements:
            assert old in text, old
            text = text.replace(old, new)
        path = tmp_path / f"{name}.py"
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.mark.parametrize("name", PROGRAMS)
def test_right_programs_are_right(name, written):
    report = check(written(name))
    assert report.outcome == "right", report
    assert report.mistake is None
    activations = [layer.activation.name for layer in report.network.layers]
    assert activations == PROGRAMS[name][1].split()


@pytest.mark.parametrize("slip", SLIPS)
def test_slips_are_named(slip, written):
    name, mistake, *replacements = SLIPS[slip]
    report = check(written(name, *replacements))
    assert report.outcome == "wrong", report
    assert report.mistake == mistake, report


def test_the_line_is_that_of_the_gradient_not_of_what_it_is_made_of(written):
    name, _, *replacements = SLIPS["f' left out of own dW in numbers"]
    report = check(written(name, *replacements))
    assert "e0 = (got - goal) * one" in report.line


def test_the_line_is_that_of_the_gradient_behind_an_optimizer(written):
    name, _, *replacements = SLIPS["sum in one array under Adam"]
    report = check(written(name, *replacements))
    assert "grads = [" in report.line


def test_targets_are_told_that_a_loop_fills_in_after_the_outputs(written):
    loop = "for n in range(many):\n        y[n, int(X[n, 0] > 0)] = 1\n"
    late = f"    y = np.zeros((many, outputs))\n    {loop}    J = -np"
    more = ("many = 3, 5, 2, 30", "many = 3, 5, 2, 60")
    report = check(written("flat", more, ("    J = -np", late)))
    assert report.outcome == "right", report
    assert [layer.activation.name for layer in report.network.layers] == ["sigmoid", "sigmoid"]


MINUS_BEFORE_THE_TARGETS = """
import numpy as np
np.random.seed(4)
X = np.random.randn(60, 4)
y = np.eye(3)[np.argmax(X[:, :3], axis=1)]
W, b, V, c = np.random.randn(4, 6), np.zeros(6), np.random.randn(6, 3), np.zeros(3)
for turn in range(40):
    h = np.maximum(0, X @ W + b)
    e = np.exp(h @ V + c)
    a = e / e.sum(axis=1, keepdims=True)
    loss = np.mean(np.sum(-1 * y * np.log(a + 1e-7), axis=1))
    d = (a - y) / len(X)
    back = d @ V.T * (h <= 0)
    W, b = W - 0.1 * X.T @ back, b - 0.1 * back.sum(axis=0)
    V, c = V - 0.1 * h.T @ d, c - 0.1 * d.sum(axis=0)
"""


def test_the_minus_of_a_cross_entropy_is_none_of_its_targets(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(MINUS_BEFORE_THE_TARGETS)
    diagnosis = check(path).diagnosis
    assert [each.mistake.name for each in diagnosis.findings] == ["relu_mask_inverted"]


TWO_CLASSES_UNDER_ADAM = """
import numpy as np
rng = np.random.default_rng(628)
x, y = rng.normal(size=(4, 7)), np.eye(2)[rng.integers(0, 2, 4)]
W, b = rng.normal(size=(7, 2)), 0.1 * rng.normal(size=(1, 2))
vW, vb, sW, sb = 0, 0, 0, 0
for t in range(1, 20):
    e = np.exp(x @ W + b)
    d = e / e.sum(axis=1, keepdims=True) - y
    gW, gb = x.T @ d, d.sum(axis=0, keepdims=True)
    vW, vb = 0.9 * vW + 0.1 * gW, 0.9 * vb + 0.1 * gb
    sW, sb = 0.99 * sW + 0.01 * gW**2, 0.99 * sb + 0.01 * gb**2
    W -= 0.1 * (vW / (1 - 0.9**t)) / (np.sqrt(sW / (1 - 0.99**t)) + 1e-8)
    b -= 0.1 * (vb / (1 - 0.9**t)) / (np.sqrt(sb / (1 - 0.99**t)) + 1e-8)
"""


def test_a_gradient_of_equal_sizes_is_not_taken_for_a_plain_step(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(TWO_CLASSES_UNDER_ADAM)  # db is (d, -d), of which Adam makes (η, -η)
    report = check(path)
    assert report.outcome == "right", report


ONE_BY_ONE_UNDER_ADAM = """
import numpy as np
rng = np.random.default_rng(27)
X, Y = rng.normal(size=(20, 4)), (rng.random((20, 1)) > 0.5) * 1.0
theta = [rng.normal(size=(4, 4)), rng.normal(size=(1, 4)), rng.normal(size=(4, 1))]
v, s, t = [0, 0, 0], [0, 0, 0], 0
for x, y in zip(X[:, None], Y[:, None]):
    t += 1
    h = 1 / (1 + np.exp(-(x @ theta[0] + theta[1])))
    a = 1 / (1 + np.exp(-h @ theta[2]))
    d2 = 2 * (a - y) * a * (1 - a)
    d1 = d2 @ theta[2].T * h * (1 - h)
    for n, g in enumerate((x.T @ d1, d1, h.T @ d2)):
        v[n], s[n] = 0.9 * v[n] + 0.1 * g, 0.99 * s[n] + 0.01 * g**2
        theta[n] -= 0.1 * v[n] / (1 - 0.9**t) / (np.sqrt(s[n] / (1 - 0.99**t)) + 1e-8)
"""


def test_of_one_output_and_one_sample_the_steadiest_gradient_behind_adam_tells_the_loss(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(ONE_BY_ONE_UNDER_ADAM)
    report = check(path)
    assert report.outcome == "right", report
    assert "½ (a − y)²" in str(report.presumed.formula())


BIAS_FROM_ZERO = """
import numpy as np
rng = np.random.default_rng(691)
X, Y = rng.normal(size=(9, 4)), (rng.random((9, 1)) > 0.5) * 1.0
theta = [rng.normal(size=(1, 4)), np.zeros(1)]
v, g = [0 * p for p in theta], [0 * p for p in theta]
for x, y in zip(X, Y):
    a = 1 / (1 + np.exp(-(theta[0] @ x + theta[1])))
    print(0.5 * np.sum((a - y) ** 2))
    d = (a - y) * a * (1 - a)
    g[0], g[1] = np.outer(d, x), d
    for k in range(2):
        v[k] = 0.9 * v[k] - 0.1 * g[k]
        theta[k] += v[k]
"""


def test_a_bias_that_one_step_seems_to_leave_is_judged_by_the_others(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(BIAS_FROM_ZERO)  # its bias and its velocity, both 0, become the same number
    report = check(path)
    assert report.outcome == "right", report


IN_TURN = """
import numpy as np
x = np.array([[0.0, 1.0], [1.0, 0.3], [2.0, 2.5], [3.0, 0.7]])
y = np.array([[3.1], [4.9], [7.2], [8.9]])
w, b = np.array([[0.2], [0.3]]), np.zeros(1)
for turn in range(100):
    w = w - 0.01 / 4 * x.T @ (x @ w + b - y)
    b = b - 0.01 / 4 * np.sum(x @ w + b - y)
"""
NUMBERS_IN_TURN = """
x, y = [0.0, 1.0, 2.0, 3.0], [3.1, 4.9, 7.2, 8.9]
w = b = 0
for turn in range(100):
    w = w - 0.001 / 4 * sum([x * ((b + w * x) - y) for x, y in zip(x, y)])
    b = b - 0.001 / 4 * sum([(b + w * x) - y for x, y in zip(x, y)])
    loss = sum([(b + w * x - y) ** 2 for x, y in zip(x, y)]) / 8
"""


def test_parameters_that_are_moved_in_turn_are_judged_each_in_its_own(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(IN_TURN)  # b with an error of its own, after w went forward again
    assert check(path).outcome == "right"


def test_numbers_that_are_moved_in_turn_are_not_left_at_0(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(NUMBERS_IN_TURN)
    assert check(path).mistake is None


TRIED_FIRST = """
import numpy as np
rng = np.random.default_rng(5)
X, y = rng.normal(size=(30, 4)), rng.integers(0, 3, 30)

def learn(V, c, W, b):
    h = np.maximum(0, X @ V + c)
    e = np.exp(h @ W + b)
    gap = e / e.sum(axis=1, keepdims=True)
    gap[range(30), y] -= 1
    gap /= 30
    back = gap @ W.T * (h > 0)
    V -= 0.1 * X.T @ back
    c -= 0.1 * back.sum(axis=0, keepdims=True)
    W -= 0.1 * h.T @ gap
    b -= 0.1 * gap.sum(axis=0, keepdims=True)
    return V, c, W, b

def network():
    return rng.normal(size=(4, 5)), np.zeros((1, 5)), rng.normal(size=(5, 3)), np.zeros((1, 3))

def train():
    V, c, W, b = network()
    for _ in range(20):
        V, c, W, b = learn(V, c, W, b)

V, c, W, b = network()
V, c, W, b = learn(V, c, W, b)
train()
"""


def test_zeros_of_a_second_training_are_not_those_of_the_first(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(TRIED_FIRST)
    report = check(path)
    assert report.outcome == "right", report


NOTHING_FIRST = """
import numpy as np
rng = np.random.default_rng(2)
X, Y = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([[0], [1], [1], [0.0]])
class Dense:
    def __init__(self, inside, outside):
        self.W, self.b = rng.normal(size=(inside, outside)) * 0.1, np.zeros(outside)
        self.v, self.u = np.zeros((inside, outside)), np.zeros(outside)
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, gap):
        back = gap @ self.W.T
        self.v = 0.9 * self.v + self.x.T @ gap
        self.u = 0.9 * self.u + gap.sum(axis=0)
        self.W -= 0.5 * self.v
        self.b -= 0.5 * self.u
        return back
one, two = Dense(2, 9), Dense(9, 1)
for _ in range(50):
    for x, y in zip(X[:, None], Y[:, None]):
        h = np.maximum(0, one.forward(x))
        a = 1 / (1 + np.exp(-two.forward(h)))
        one.backward(two.backward((a - y) * a * (1 - a)) * (h > 0))
"""


@pytest.mark.thorough
@pytest.mark.parametrize("slip", ["", " * (h > 0)"])
def test_momentum_is_seen_where_the_first_sample_moves_one_bias_alone(slip, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(NOTHING_FIRST.replace(slip, "") if slip else NOTHING_FIRST)
    report = check(path)
    assert (report.outcome == "right") == (not slip), report


SINGLE_PRECISION = """
import numpy as np
rng = np.random.default_rng(237)
X = rng.normal(size=(20, 7)).astype(np.float32)
Y = (rng.random((20, 1)) > 0.5).astype(np.float32)
p = [rng.normal(size=(7, 4)).astype("f4"), 0.1 * rng.normal(size=(1, 4)).astype("f4")]
p += [rng.normal(size=(4, 1)).astype("f4"), 0.1 * rng.normal(size=(1, 1)).astype("f4")]
s = [0 * each for each in p]
for turn in range(20):
    h = X @ p[0] + p[1]
    a = 1 / (1 + np.exp(-(h @ p[2] + p[3])))
    d = 2 * (a - Y) * a * (1 - a)
    e = d @ p[2].T
    g = [X.T @ e, e.sum(0, keepdims=True), h.T @ d, d.sum(0, keepdims=True)]
    for k in range(4):
        s[k] = 0.9 * s[k] + 0.1 * g[k] ** 2
        p[k] -= 0.03 * g[k] / (np.sqrt(s[k]) + 1e-6)
"""


def test_single_precision_under_an_optimizer_is_no_mistake(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(SINGLE_PRECISION)
    report = check(path)
    assert report.outcome == "right", report


SUM_OF_PRODUCTS = """
import numpy as np
rng = np.random.default_rng(5)
X, Y = rng.normal(size=(12, 2)), rng.normal(size=12)
W, b, V, c = rng.normal(size=(2, 3)), rng.normal(size=3), rng.normal(size=3), 0.3
def forward(x):
    z = np.dot(x, W) + b
    h = np.maximum(0, z)
    return z, h, np.sum(V * h) + c
def backward(a, y, z, h, x):
    d = a - y
    e = d * V * (z > 0)
    return np.outer(x, e), d * h, e, d
for x, y in zip(X, Y):
    z, h, a = forward(x)
    dW, dV, db, dc = backward(a, y, z, h, x)
    print(0.5 * (a - y) ** 2)
    W, V, b, c = W - 0.1 * dW, V - 0.1 * dV, b - 0.1 * db, c - 0.1 * dc
"""


def test_an_output_that_is_a_sum_of_products_is_a_layer_of_one_unit(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(SUM_OF_PRODUCTS)
    assert check(path).outcome == "right"
    path.write_text(SUM_OF_PRODUCTS.replace("d * V * (z > 0)", "d * V"))
    report = check(path)
    assert report.outcome == "wrong", report
    assert report.mistake == "relu_mask", report


def test_a_step_uphill_is_not_right_although_momentum_may_go_uphill(written):
    up, other = ("d2 = (a - y)", "d2 = (y - a)"), ("default_rng(6)", "default_rng(27)")
    assert check(written("adam_one_by_one", up)).outcome != "right"
    assert check(written("adam_one_by_one", up, other)).outcome != "right"


IN_PLACE = """
import numpy as np
def squash(v):
    return 1 / (1 + np.exp(-v))
class Net:
    def __init__(self, n, k, out):
        self.low, self.high = np.random.randn(n, k), np.random.randn(k, out)
    def forward(self, x):
        self.mid = squash(np.dot(x, self.low))
        self.out = squash(np.dot(self.mid, self.high))
        return self.out
    def backward(self, x, y, rate):
        top = (y - self.out) * self.out * (1 - self.out)
        below = np.dot(top, self.high.T) * (1 - self.mid)
        self.high += rate * np.dot(self.mid.T, top)
        self.low += rate * np.dot(x.T, below)
net = Net(4, 6, 1)
data, labels = np.random.random((30, 4)), np.random.randint(2, size=(30, 1))
for turn in range(5):
    net.forward(data)
    net.backward(data, labels, 0.1)
"""


def test_the_line_of_a_step_in_place_is_told(tmp_path):
    path = tmp_path / "in_place.py"
    path.write_text(IN_PLACE, "utf-8")
    report = check(path)
    assert report.mistake == "power_in_derivative"
    assert "(1 - self.mid)" in report.line


ONE_SAMPLE_AS_A_MATRIX = """
import numpy as np
rng = np.random.default_rng(2)
X, Y = rng.normal(size=(30, 3)), rng.integers(0, 2, size=(30, 2)) * 1.0
V, W = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
for k in range(60):
    x, y = X[k % 30], Y[k % 30]
    h = np.tanh(x @ V)
    a = np.tanh(h @ W)
    top = (y - a) * (1 - a ** 2)
    below = top @ W.T
    W += 0.1 * (np.atleast_2d(h).T @ np.atleast_2d(top))
    V += 0.1 * (np.atleast_2d(x).T @ np.atleast_2d(below))
"""


def test_the_line_of_an_error_term_is_not_that_of_its_reshaping(tmp_path):
    path = tmp_path / "one_sample.py"
    path.write_text(ONE_SAMPLE_AS_A_MATRIX, "utf-8")
    report = check(path)
    assert report.mistake == "derivative_left_out"
    assert report.line == "11: below = top @ W.T"


def test_the_line_of_a_gradient_is_not_that_of_its_penalty(written):
    slip = ("dW1 = np.dot(inputs.T, dhidden)", "dW1 = np.dot(inputs.T, dhidden) / 50")
    report = check(written("decay", slip))
    assert "dW1 = np.dot(" in report.line


PENALTY_ALONE = """
import numpy as np
rng = np.random.default_rng(3)
X, y = rng.normal(size=(900, 2)), np.arange(900) % 3
W1, b1, W2, b2 = rng.normal(size=(2, 5)), np.zeros((1, 5)), np.zeros((5, 3)), np.zeros((1, 3))
for turn in range(9):
    a = np.maximum(0, X @ W1 + b1)
    p = np.exp(a @ W2 + b2)
    p /= p.sum(axis=1, keepdims=True)
    p[range(900), y] -= 1
    d = p @ W2.T * (a > 0)
    gW2, gW1 = a.T @ p + 1e-3 * W2, X.T @ d + 1e-3 * W1
    W2, b2 = W2 - 1e-3 * gW2, b2 - 1e-3 * p.sum(axis=0, keepdims=True)
    W1, b1 = W1 - 1e-3 * gW1, b1 - 1e-3 * d.sum(axis=0, keepdims=True)
"""


def test_weights_that_only_a_penalty_moves_are_right(tmp_path):
    path = tmp_path / "penalty.py"
    path.write_text(PENALTY_ALONE, "utf-8")
    assert check(path).ok


GROWING = """
import numpy as np
rng = np.random.default_rng(1)
X, Y = rng.normal(size=(3, 8)), rng.normal(size=(2, 8))
V, c, W, b = (rng.normal(size=s) for s in [(5, 3), (5, 1), (2, 5), (2, 1)])
for turn in range(50):
    H = np.tanh(V @ X + c)
    d2 = (W @ H + b - Y) / 8
    d1 = (W.T @ d2) * (1 - H ** 2)
    W = W - 0.1 * d2 @ H.T
    b = b - 0.1 * d2.sum(1, keepdims=True)
    V = V - 0.1 * d1 @ X.T
    c = c - 0.1 * d1
"""


def test_a_bias_that_grows_by_its_step_is_not_summed_over_the_samples(tmp_path):
    path = tmp_path / "growing.py"
    path.write_text(GROWING, "utf-8")
    report = check(path)
    assert report.mistake == "bias_axis"
    assert report.line == "13: c = c - 0.1 * d1"
    path.write_text(GROWING.replace("(5, 1)", "(5, 8)"), "utf-8")  # grown since long
    assert not check(path).ok


def test_a_common_factor_is_the_learning_rate(written):
    report = check(written("straight", ("0.2 * ", "0.7 * ")))
    assert report.ok
    assert "η = 0.7" in str(report) or "η = 21" in str(report)


UNUSUAL = {
    "biases learn faster": "V -= 0.1 * X.T @ d1; c -= 0.2 * d1.sum(0); W -= 0.1 * H.T @ d2;"
    " b -= 0.2 * d2.sum(0)",
    "layers learn apart": "V -= 0.3 * X.T @ d1; c -= 0.3 * d1.sum(0); W -= 0.1 * H.T @ d2;"
    " b -= 0.1 * d2.sum(0)",
    "cut to a length": "cut = lambda g: g / max(1, 5 * np.sqrt((g ** 2).sum()));"
    " V -= cut(X.T @ d1); c -= cut(d1.sum(0)); W -= cut(H.T @ d2); b -= cut(d2.sum(0))",
    "cut in place": "grads = [X.T @ d1, d1.sum(0), H.T @ d2, d2.sum(0)];"
    " [np.clip(g, -0.02, 0.02, out=g) for g in grads];"
    " V -= grads[0]; c -= grads[1]; W -= grads[2]; b -= grads[3]",
    "an L1 penalty": "V -= 0.1 * (X.T @ d1 + 0.1 * np.sign(V)); c -= 0.1 * d1.sum(0);"
    " W -= 0.1 * (H.T @ d2 + 0.1 * np.sign(W)); b -= 0.1 * d2.sum(0)",
}


@pytest.mark.parametrize("step", UNUSUAL)
def test_unusual_steps_down_a_right_gradient_are_right(step, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(
        ONE_NETWORK + "".join(f"    {part.strip()}\n" for part in UNUSUAL[step].split(";"))
    )
    report = check(path)
    assert report.outcome == "right", report


UNKNOWN = {
    "another loss": ("(O - T)", "np.tanh(2 * (O - T))"),
    "a sparsity penalty": ("d2 @ W.T", "(d2 @ W.T + 0.3 * H.mean(0) ** 2)"),
    "a second head": ("d2 @ W.T", "d2 @ W.T + (H @ W2 - X[:, :3]) @ W2.T"),
    "another rule": ("0.1 * X.T @ d1", "0.1 * np.sign(X.T @ d1)"),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_no_known_mistake_explains_is_not_accused(what, tmp_path, monkeypatch):
    monkeypatch.setattr(naming, "SECONDS", 0.0)
    monkeypatch.setattr(cases, "SECONDS_EACH", 0.0)
    plain = UNUSUAL["layers learn apart"].replace("0.3", "0.1")
    if what == "a second head":
        plain += "; W2 -= 0.1 * H.T @ (H @ W2 - X[:, :3])"
    program = ONE_NETWORK + "".join(f"    {part.strip()}\n" for part in plain.split(";"))
    assert UNKNOWN[what][0] in program
    path = tmp_path / "program.py"
    path.write_text(program.replace(*UNKNOWN[what]))
    report = check(path)
    is_right = what == "a second head"  # two outputs, whose errors add up
    assert report.outcome == ("right" if is_right else "not_read"), report


ONE_NETWORK = """
import numpy as np
rng = np.random.default_rng(4)
X, T = rng.normal(size=(12, 4)), rng.normal(size=(12, 2))
V, c = rng.normal(size=(4, 5)), rng.normal(size=5)
W, b = rng.normal(size=(5, 2)), rng.normal(size=2)
W2 = rng.normal(size=(5, 3))
for turn in range(4):
    H = np.tanh(X @ V + c)
    O = H @ W + b
    d2 = (O - T) / 12
    d1 = (d2 @ W.T) * (1 - H ** 2)
"""


ONE_SAMPLE = """
import numpy as np
rng = np.random.default_rng(4)
X, T = rng.normal(size=(12, 4)), rng.normal(size=(12, 2))
V, W = rng.normal(size=(4, 8)), rng.normal(size=(8, 2))
for turn in range(9):
    x, t = X[turn : turn + 1], T[turn : turn + 1]
    H = np.tanh(x @ V)
    d2 = H @ W - t
    d1 = d2 @ W.T * (1 - H ** 2)
    V -= 0.1 * x.T @ d1
    W -= 0.1 * H.T @ d2
"""


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        ("d2 @ np.sin(3 * W.T)", "wrong"),
        ("(d2 @ W.T + 0.3 * H)", "not_read"),
        ("(d2 @ W.T + 0.3 * np.sign(H))", "not_read"),
        ("(d2 @ W.T + 0.2 / (1 - H) - 0.1 / H)", "not_read"),
    ],
)
def test_one_sample_shows_a_wrong_layer_unless_its_activations_may_be_penalized(
    error, outcome, tmp_path
):
    path = tmp_path / "program.py"
    path.write_text(ONE_SAMPLE.replace("d2 @ W.T", error))
    report = check(path)
    assert report.outcome == outcome, report
    assert report.mistake == ("unexplained" if outcome == "wrong" else None)


def test_the_line_shown_computes_the_first_wrong_array(written):
    report = check(written("straight", (" * soil * (1 - soil)", "")))
    assert "pull = push.dot(second.T)" in report.line


def test_the_line_of_a_stack_is_that_of_the_error_term(written):
    report = check(written("stack", (" * (1 - mid ** 2)", "")))
    assert "d1 = high.T @ d2" in report.line


def test_made_up_data_is_said(written):
    report = check(written("one_by_one"))
    assert "mnist_train_small.csv is not there" in str(report)
    assert "编造" in report.text("zh")


def test_python_2_is_said(written):
    assert "this is Python 2" in str(check(written("old_python")))


def test_a_network_in_a_file_of_its_own(tmp_path):
    text = PROGRAMS["objects"][0]
    definitions, training = text.split("np.random.seed(5)")
    package = tmp_path / "parts"
    (package / "nets").mkdir(parents=True)
    (package / "nets" / "__init__.py").write_text("")
    (package / "nets" / "layers.py").write_text(definitions)
    main = package / "lesson" / "train.py"
    main.parent.mkdir()
    head = "import os, sys\nsys.path.append(os.pardir)\nimport numpy as np\n"
    main.write_text(head + "from nets.layers import *\nnp.random.seed(5)" + training)
    assert check(main).outcome == "right"
    (package / "nets" / "layers.py").write_text(
        definitions.replace("return dout * self.on", "return dout")
    )
    report = check(main)
    assert report.mistake == "relu_mask"


def notebook(*cells):
    """Return a notebook with these cells of code."""
    made = [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells]
    words = {"cell_type": "markdown", "source": ["# words"], "metadata": {}}
    return json.dumps({"cells": [words, *made], "metadata": {}, "nbformat": 4})


def test_a_notebook_is_read_cell_by_cell(tmp_path):
    path = tmp_path / "homework.ipynb"
    head, loop = PROGRAMS["straight"][0].split("for season")
    path.write_text(notebook("%matplotlib inline\n" + head, "!ls\nfor season" + loop))
    assert check(path).outcome == "right"
    wrong = loop.replace(" * soil * (1 - soil)", "")
    path.write_text(notebook("%matplotlib inline\n" + head, "!ls\nfor season" + wrong))
    report = check(path)
    assert report.mistake == "derivative_left_out"
    assert report.line.startswith("[2] ")


def test_cells_that_were_cut_out_of_one_block_are_read(tmp_path):
    path = tmp_path / "homework.ipynb"
    head, loop = PROGRAMS["straight"][0].split("for season")
    inside = "".join(f"    {line}\n" for line in ("# train", *f"for season{loop}".splitlines()))
    path.write_text(notebook(head, 'if __name__ == "__main__":\n    print(crop.shape)', inside))
    assert check(path).outcome == "right"


def test_a_notebook_in_another_language_says_so(tmp_path):
    path = tmp_path / "homework.ipynb"
    content = json.loads(notebook("W = W .- 0.1 * dW"))
    content["metadata"] = {"kernelspec": {"language": "julia"}}
    path.write_text(json.dumps(content))
    assert "its language is julia, and Python is read" in str(check(path))


GRADIENTS_ALONE = """
import numpy as np
np.random.seed(2)
x, y = np.array([[0.5, 0.8]]), np.array([[1.0]])
W1, b1 = np.random.randn(2, 2), np.random.randn(1, 2)
W2, b2 = np.random.randn(2, 1), np.ones((1, 1))
a1 = 1 / (1 + np.exp(-(x @ W1 + b1)))
a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
loss = 0.5 * (y - a2) ** 2
dL_dz2 = (a2 - y) * a2 * (1 - a2)
dL_dW2 = a1.T @ dL_dz2
dL_db2 = dL_dz2
dL_dz1 = dL_dz2 @ W2.T * a1 * (1 - a1)
dL_dW1 = x.T @ dL_dz1
dL_db1 = dL_dz1
print(dL_dW1, dL_db1, dL_dW2, dL_db2)
"""


def test_gradients_that_no_step_uses_belong_to_the_parameters_they_are_named_after(tmp_path):
    path = tmp_path / "by_hand.py"
    path.write_text(GRADIENTS_ALONE)
    report = check(path)
    assert report.outcome == "right", report
    assert [array.name for array in report.diagnosis.arrays] == ["db2", "dW2", "db1", "dW1"]
    assert (report.loss.rule.name, report.loss.reduction) == ("half_squared_error", "mean")
    path.write_text(GRADIENTS_ALONE.replace("@ W2.T * a1 * (1 - a1)", "@ W2.T"))
    assert check(path).mistake == "derivative_left_out"


AS_MANY_SAMPLES_AS_UNITS = """
import numpy as np
rng = np.random.default_rng(1)
rain, crop = rng.normal(size=(4, 6)), np.eye(4)[rng.integers(0, 4, 4)]
plots = [rng.normal(size=(6, 5)), rng.normal(size=(5, 4))]
def slopes():
    a = [rain]
    for w in plots:
        a.append(1 / (1 + np.exp(-a[-1] @ w)))
    delta = a[-1] - crop
    top = a[-2].T @ delta
    delta = delta @ plots[1].T * a[1] * (1 - a[1])
    return np.concatenate([(a[0].T @ delta).ravel(), top.ravel()])
print(slopes())
"""


ONE_LAYER = """
import numpy as np
rng = np.random.RandomState(0)
X = rng.randn(20, 5)
Y = np.eye(3)[rng.randint(0, 3, 20)]
W = rng.randn(5, 3)
s = X @ W
p = np.exp(s) / np.exp(s).sum(1, keepdims=True)
dW = (1 / 20) * X.T @ (p - Y)
dX = (p - Y) @ W.T
print(dW)
"""


def test_of_one_layer_the_samples_are_what_meets_the_error_term_first(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(ONE_LAYER)
    report = check(path)
    assert report.outcome == "right", report
    assert report.network is not None
    assert report.network.sizes == (5, 3)
    path.write_text(ONE_LAYER.replace("(p - Y)", "(Y - p)"))
    assert check(path).mistake == "sign"


def test_an_error_term_of_the_shape_of_weights_is_not_their_gradient(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(AS_MANY_SAMPLES_AS_UNITS)
    assert check(path).outcome == "right"


AUTOENCODER = """
import numpy as np

class Dense:
    def __init__(self, n, k, rng):
        self.params, self.grads = {"w": rng.normal(size=(n, k)) / 2}, {}

    def forward(self, x):
        self.x = x
        return x @ self.params["w"]

    def backward(self, grad):
        self.grads["w"] = self.x.T @ grad
        return grad @ self.params["w"].T

rng = np.random.default_rng(3)
X = rng.normal(size=(9, 6))
layers = [Dense(6, 4, rng), Dense(4, 6, rng)]
a = np.tanh(layers[0].forward(X))
out = layers[1].forward(a)
loss = 0.5 * np.sum((out - X) ** 2)
below = layers[1].backward(out - X)
layers[0].backward(below * (1 - a ** 2))
"""


def test_weights_with_the_shape_of_others_turned_have_gradients_of_their_own(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(AUTOENCODER)
    assert check(path).outcome == "right"
    path.write_text(AUTOENCODER.replace("below * (1 - a ** 2)", "below"))
    assert check(path).mistake == "derivative_left_out"


def test_a_loop_whose_steps_stand_in_a_later_cell_is_left(tmp_path):
    path = tmp_path / "cells.ipynb"
    head, loop = PROGRAMS["straight"][0].replace("range(500)", "range(50_000)").split("    gap")
    step = "gap" + loop.replace("\n    ", "\n")
    path.write_text(notebook(head, step))
    assert check(path).outcome == "right"


def test_layers_alone_are_joined(tmp_path):
    layers = PROGRAMS["objects"][0].split("np.random.seed(5)")[0]
    path = tmp_path / "layers.py"
    path.write_text(layers)
    report = check(path)
    assert report.outcome == "right", report
    assert "Its functions that go back were called" in str(report)
    path.write_text(layers.replace("return dout * self.on", "return dout"))
    report = check(path)
    assert report.mistake == "relu_mask", report


SLOPE_ALONE = """
import numpy as np


class Dense:
    def __init__(self, before, after):
        self.W, self.b = np.random.randn(before, after), np.zeros(after)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, d):
        down = d @ self.W.T
        self.W -= 0.1 * self.x.T @ d
        self.b -= 0.1 * d.sum(axis=0)
        return down


class Curve:
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self):
        return 1 - self.out**2
"""


def test_of_joined_layers_a_slope_without_the_error_is_multiplied_by_it(tmp_path):
    path = tmp_path / "layers.py"
    path.write_text(SLOPE_ALONE)
    report = check(path)
    assert report.outcome == "right", report
    assert "tanh" in str(report)
    path.write_text(SLOPE_ALONE.replace("1 - self.out**2", "np.ones_like(self.out)"))
    assert check(path).mistake == "derivative_left_out"
    of_what_is_given = SLOPE_ALONE.replace("backward(self):", "backward(self, z):")
    path.write_text(of_what_is_given.replace("1 - self.out**2", "1 - np.tanh(z) ** 2"))
    assert check(path).outcome != "wrong"  # whoever calls it multiplies


def test_what_stops_a_program_is_said_beside_what_its_layers_do(tmp_path):
    path = tmp_path / "objects.py"
    classes = PROGRAMS["objects"][0].split("\nnp.random.seed")[0]
    path.write_text(classes + "\nnp.ones((2, 3)) @ np.ones((2, 3))\n")
    report = check(path)
    assert report.outcome == "right"
    assert "Run by itself, the program stops: ValueError" in str(report)


def test_a_module_is_watched_while_the_program_that_imports_it_trains(tmp_path):
    definitions, training = PROGRAMS["functions"][0].split("samples = rng.randn")
    module = tmp_path / "network.py"
    (tmp_path / "course.py").write_text("from network import *\nsamples = rng.randn" + training)
    (tmp_path / "run_broken.py").write_text("from network import *\nif samples:\n")
    for text, mistake in (
        (definitions, None),
        (definitions.replace(" * (1 - hidden ** 2)", ""), "derivative_left_out"),
    ):
        module.write_text(text)
        report = check(module)
        assert report.mistake == mistake, report
        assert "course.py, which imports it" in str(report)
    assert report.line.startswith("16: low = ")


def test_a_program_that_writes_a_module_anew_says_nothing_of_the_module(tmp_path):
    definitions, training = PROGRAMS["functions"][0].split("samples = rng.randn")
    module = tmp_path / "network.py"
    module.write_text(definitions.replace(" * (1 - hidden ** 2)", ""))
    course = f"from network import *\n{definitions}samples = rng.randn{training}"
    (tmp_path / "course.py").write_text(course)
    report = check(module)
    assert report.outcome != "right", report
    assert "course.py" not in str(report)


LISTED_BIASES = """
import numpy as np
rng = np.random.default_rng(5)
X, Y = rng.normal(size=(3, 20)), rng.random((2, 20))
W = [rng.normal(size=(4, 3)), rng.normal(size=(2, 4))]
b = [rng.normal(size=(4, 1)), rng.normal(size=(2, 1))]
for turn in range(50):
    dW, db = [np.zeros(w.shape) for w in W], [np.zeros(c.shape) for c in b]
    h = np.tanh(W[0] @ X + b[0])
    d = (W[1] @ h + b[1] - Y) / 20
    dW[1], db[1] = d @ h.T, d.sum(1, keepdims=True)
    d = W[1].T @ d * (1 - h**2)
    dW[0], db[0] = d @ X.T, d.sum(1, keepdims=True)
    W = [w - 0.3 * g for w, g in zip(W, dW)]
    b = [c - 0.3 * g for c, g in zip(b, db)]
"""


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        (("50", "60"), None),
        (("dW[0], db[0] = d @ X.T, d.sum(1, keepdims=True)", "dW[0] = d @ X.T"), "left_at_zero"),
    ],
)
def test_a_bias_from_which_zeros_are_taken_has_a_gradient_left_at_0(change, mistake, tmp_path):
    path = tmp_path / "biases.py"
    path.write_text(LISTED_BIASES.replace(*change))
    report = check(path)
    assert (report.outcome, report.mistake) == ("wrong" if mistake else "right", mistake), report


def test_a_mean_over_one_sample_less_is_no_learning_rate(tmp_path):
    path = tmp_path / "biases.py"
    for change in (("d @ X.T", "d @ X.T * 20 / 19"), ("d @ X.T", "d @ X.T * 1.07")):
        path.write_text(LISTED_BIASES.replace(*change))
        assert (check(path).mistake == "wrong_count") == ("19" in change[1])


def test_single_numbers_are_watched_where_another_program_trains_them(tmp_path):
    definitions, training = PROGRAMS["lists_of_numbers"][0].split("net = build")
    module = tmp_path / "units.py"
    module.write_text(definitions)
    (tmp_path / "course.py").write_text("from units import *\nnet = build" + training)
    report = check(module)
    assert report.outcome == "right", report
    assert "course.py, which imports it" in str(report)


TARGETS_LEFT_OUT = """
import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(8, 3))
Y = X[:, :1] - X[:, 1:2]
W, b, V = rng.normal(size=(3, 4)), np.zeros(4), rng.normal(size=(4, 1))
for turn in range(20):
    h = np.maximum(X @ W + b, 0)
    out = h @ V
    print(np.mean((out - Y) ** 2))
    up = 2 * out / len(X)
    down = up @ V.T * (h > 0)
    V -= 0.1 * h.T @ up
    W -= 0.1 * X.T @ down
    b -= 0.1 * down.sum(0)
"""


def test_an_error_without_the_targets_has_its_name_where_the_loss_is_computed(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(TARGETS_LEFT_OUT)
    assert check(path).mistake == "target_left_out"
    path.write_text(TARGETS_LEFT_OUT.replace("2 * out", "2 * (out - Y)"))
    assert check(path).outcome == "right"
    path.write_text(TARGETS_LEFT_OUT.replace("(out - Y) ** 2", "out ** 2"))
    assert check(path).outcome != "wrong"


BREAKS_OFF = """
import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(8, 3))
Y = (X[:, :1] > 0) * 1.0
V, W = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
for turn in range(20):
    h = np.tanh(X @ V)
    a = h @ W
    d = a - Y
    low = d @ W.T * (1 - h ** 2)
    W -= 0.1 * h.T @ d
    V -= 0.1 * X.T @ low
    print("loss", np.mean(d ** 2))
"""


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        ("V -= 0.1 * X.T", "V -= 0.1 * (X @ V).T", "wrong"),  # half of a step is right
        ("@ d\n    V -= 0.1 * X.T", "@ d ** 2\n    V -= 0.1 * X", "wrong"),  # nothing is
        ("V -= 0.1 * X.T", "V -= 0.1 * record.T", "not_read"),
        ("np.mean(d ** 2)", "np.mean(gap ** 2)", "right"),
        ("a = h @ W", "a = h @ W; kept = best", "right"),
    ],
)
def test_a_program_that_breaks_off_in_its_first_step_is_not_right(old, new, outcome, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(BREAKS_OFF.replace(old, new))
    report = check(path)
    assert report.outcome == outcome, report
    assert "Error: " in str(report)


OVER_UNITS = """
import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(9, 1))
Y = np.sin(X)
V, c, W = rng.normal(size=(1, 3)), np.zeros(3), rng.normal(size=(3, 1))
for turn in range(20):
    h = 1 / (1 + np.exp(-(X @ V + c)))
    d = h @ W - Y
    low = d @ W.T * h * (1 - h)
    W -= 0.1 * (h * d).mean(axis=0).reshape(-1, 1)
    V -= 0.1 * (X * low).mean(axis=0)
    c -= 0.1 * low.mean(axis=0)
"""


def test_a_mean_over_the_units_in_place_of_the_samples_is_named(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(OVER_UNITS)
    assert check(path).outcome == "right"
    path.write_text(OVER_UNITS.replace("(X * low).mean(", "(low.T @ X).mean("))
    assert check(path).mistake == "weights_averaged"


HALF_A_STEP = """
import numpy as np
class Brain:
    def __init__(self, n_in, n_hidden, n_out):
        self.V, self.W = np.random.rand(n_in, n_hidden), np.random.rand(n_hidden, n_out)

    def train(self, X, Y):
        for turn in range(20):
            h = np.tanh(X @ self.V)
            d = Y - h @ self.W
            low = d @ self.W.T * (1 - h ** 2)
            self.W += 0.1 * h.T @ d
            self.V += 0.1 * X.T @ low
"""


def test_a_class_that_is_only_defined_and_breaks_off_in_each_first_step_is_not_right(tmp_path):
    path = tmp_path / "brain.py"
    path.write_text(HALF_A_STEP)
    assert check(path).outcome == "right"
    path.write_text(HALF_A_STEP.replace("X.T @ low", "X.T @ h.T"))
    assert check(path).outcome == "not_read"


ONE_GRADIENT = """
import numpy as np
X = np.array([[0.0, 1, 1], [1, 0, 1], [1, 1, 0.5], [0, 0, 0.2]])
Y = np.array([[1.0], [0], [1], [0]])
w, b = np.array([[0.3], [-0.2], [0.5]]), 0.1
for turn in range(20):
    a = 1 / (1 + np.exp(-(X @ w + b)))
    d = (a - Y) * a * (1 - a)
    w = w - 0.5 * np.sum(X.T @ d)
    b = b - 0.5 * np.sum(d)
"""


NEURONS_ONLY_DEFINED = """
import math
import random

def squash(x):
    return 1 / (1 + math.exp(-x))

class Neuron:
    def __init__(self, count):
        self.w = [random.uniform(-1, 1) for _ in range(count)]
    def forward(self, inputs):
        self.out = squash(sum([x * w for x, w in zip(inputs, self.w)]))
        return self.out
    def backpropagate(self, inputs, error):
        slope = error * self.out * (1 - self.out)
        handed = [slope * w for w in self.w]
        self.w = [w + 0.1 * slope * x for x, w in zip(inputs, self.w)]
        return handed

class Network:
    def __init__(self, topology):
        pairs = zip(topology, topology[1:])
        self.layers = [[Neuron(before) for _ in range(count)] for before, count in pairs]
    def forward(self, data):
        for layer in self.layers:
            data = [neuron.forward(data) for neuron in layer]
        return data
    def backpropagate(self, data, output, target):
        errors = [t - o for t, o in zip(target, output)]
        for layer, below in zip(self.layers[::-1], [*self.layers[-2::-1], None]):
            inputs = data if below is None else [neuron.out for neuron in below]
            handed = [n.backpropagate(inputs, e) for n, e in zip(layer, errors)]
            errors = [sum(parts) for parts in zip(*handed)]
"""


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [("", "", None), ("return handed", "return [slope * w for w in self.w]", "updated_weights")],
)
def test_a_network_that_is_only_defined_is_trained_and_not_one_of_its_neurons(
    old, new, mistake, tmp_path
):
    path = tmp_path / "program.py"
    path.write_text(NEURONS_ONLY_DEFINED.replace(old, new))
    report = check_file(path, seed=8)
    assert report.ok is (mistake is None), report
    assert report.mistake == mistake
    assert "4-6-3, sigmoid, sigmoid" in str(report)


def test_one_number_for_all_weights_is_named_and_explains_as_much_as_one_number(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(ONE_GRADIENT)
    report = check(path)
    assert report.mistake == "weights_summed"
    assert len(report.diagnosis.findings) == 1
    path.write_text(ONE_GRADIENT.replace("d = (a - Y) * a * (1 - a)", "d = (a - Y) * (a + 1) ** 3"))
    assert "penalty" not in str(check(path))


DECAY_FIRST = """
import numpy as np
rng = np.random.RandomState(2)
samples = rng.randn(12, 3)
wanted = np.tanh(samples[:, :1])
V, c, W = rng.randn(3, 4), rng.randn(4), rng.randn(4, 1)
def loss(V, c, W):
    return np.mean((np.tanh(samples @ V + c) @ W - wanted) ** 2)
for turn in range(9):
    hid = np.tanh(samples @ V + c)
    gap = 2 * (hid @ W - wanted) / len(samples)
    back = gap @ W.T * (1 - hid ** 2)
    dW, dV, dc = hid.T @ gap, samples.T @ back, back.sum(0)
    for n in range(4):
        moved = c.copy()
        moved[n] += 1e-4
        print((loss(V, moved, W) - loss(V, c, W)) / 1e-4, dc[n])
    for array, slope in ((V, dV), (W, dW)):
        array *= 1 - 0.1 * 0.01
        array += -0.1 * np.clip(slope, -0.05, 0.05)
"""


def test_decay_before_the_step_and_biases_moved_a_little_confuse_nobody(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(DECAY_FIRST)
    report = check(path)
    assert report.outcome == "right", report


UNREAD = {
    "gradients of PyTorch": """
import torch
w = torch.randn(3, 1, requires_grad=True)
loss = (torch.randn(5, 3).mm(w) - torch.randn(5, 1)).pow(2).sum()
loss.backward()
""",
    "a network of PyTorch": """
import torch
from torch import nn
from torch.utils.data import DataLoader
class Net(nn.Module):
    def __init__(self):
        super().__init__()
net = Net()
""",
    "differences": """
import random
random.seed(3)
class Link:
    def __init__(self):
        self.weight = random.gauss(0, 1)
links = [Link() for _ in range(3)]
rows = [([0.2, 0.5, 0.1], 0.4), ([0.7, 0.1, 0.9], 0.8)]
def loss():
    return sum((sum(l.weight * v for l, v in zip(links, x)) - y) ** 2 for x, y in rows)
for turn in range(20):
    slopes = []
    for link in links:
        before = loss()
        link.weight += 1e-6
        slopes.append((loss() - before) / 1e-6)
        link.weight -= 1e-6
    for link, slope in zip(links, slopes):
        link.weight = link.weight - 0.1 * slope
""",
    "nothing learns": "import numpy as np\nprint(np.ones(3) @ np.ones(3))\n",
    "one step of a single error that is multiplied by anything": """
import numpy as np
rng = np.random.default_rng(1)
x, w = rng.normal(size=4), rng.normal(size=4)
a = 1 / (1 + np.exp(-(x @ w)))
w = w - 0.5 * (a - 1) * a * (1 + a) * x
""",
    "another network": """
import numpy as np
w = np.random.randn(4, 3)
x, y = np.random.randn(20, 4), np.random.randn(20, 3)
for i in range(50):
    out = np.sin(x @ w) ** 2 + np.cos(x @ w)
    w -= 0.01 * x.T @ np.sign(out - y)
""",
    "a step of more numbers than a message holds": """
import numpy as np
rng = np.random.default_rng(1)
mats = [rng.normal(size=(700, 700)) / 30 for layer in range(6)]
x, y = rng.normal(size=(2, 700)), rng.normal(size=(2, 700))
for turn in range(2):
    a = [x]
    for each in mats:
        a.append(np.tanh(a[-1] @ each))
    d = a[-1] - y
    for l in range(3, -1, -1):
        d = d * (1 - a[l + 1] ** 2)
        g, d = a[l].T @ d, d @ mats[l].T
        mats[l] = mats[l] - 0.1 * g
""",
    "a wrong layer that is too large to be looked at, below one that is right": """
import numpy as np
rng = np.random.default_rng(1)
first, second = rng.normal(size=(2050, 2050)) / 30, rng.normal(size=(2050, 4)) / 30
x, y = rng.normal(size=(5, 2050)), rng.normal(size=(5, 4))
for turn in range(3):
    h = np.tanh(x @ first)
    d = h @ second - y
    e = d @ second.T
    second = second - 0.1 * h.T @ d
    first = first - 0.1 * x.T @ e
""",
    "a class that only says what others are to have": """
from abc import ABC, abstractmethod

from ..activations import Ramp

class Base(ABC):
    def __init__(self):
        self.W = None

    @abstractmethod
    def forward(self, X):
        raise NotImplementedError

    @abstractmethod
    def backward(self, Y):
        raise NotImplementedError

class Layer(Base):
    def forward(self, X):
        return Ramp()(X @ self.W)

    def backward(self, Y):
        return Y * Ramp.slope
""",
    "numbers that it asks for": """
import numpy as np
x = np.array(input("inputs: ").split(), float)
W = np.array(input("weights: ").split(), float).reshape(4, 3)
print(1 / (1 + np.exp(-(W @ x))))
""",
}


@pytest.mark.parametrize("case", UNREAD)
def test_what_cannot_be_read_is_neither_right_nor_wrong(case, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(UNREAD[case])
    report = check(path)
    assert report.outcome == "not_read", report
    assert report.mistake is None
    assert "look at it yourself" in str(report)
    assert "请人工查看" in report.text("zh")


def test_what_would_help_helps(tmp_path):
    path = tmp_path / "program.py"
    path.write_text("""
import numpy as np
def loss_and_grad(parameters, X, Y):
    Z = X @ parameters["W1"] + parameters["b1"]
    d = np.tanh(2 * (np.sin(Z) - Y)) * np.cos(Z) / len(X)
    loss = np.log(np.cosh(2 * (np.sin(Z) - Y))).sum() / (2 * len(X))
    return loss, {"dW1": X.T @ d, "db1": d.sum(0)}
""")
    assert check(path).outcome == "right"


SUMS_FROM_ZERO = """
import math, random
random.seed(2)
seeds = [([random.gauss(0, 1) for _ in range(2)], [n % 2, 1 - n % 2]) for n in range(6)]
first = [[random.gauss(0, 1) for _ in range(3)] for _ in range(2)]
second = [[random.gauss(0, 1) for _ in range(2)] for _ in range(3)]
low, high = [0., 0., 0.], [0., 0.]
def add_up(a, w, b):
    out = [0.] * len(b)
    for j in range(len(b)):
        for i in range(len(a)):
            out[j] += w[i][j] * a[i]
        out[j] += b[j]
    return out
def shares(z):
    powers, total = [], 0
    for each in z:
        powers.append(math.e ** each)
        total += math.e ** each
    return [power / total for power in powers]
for turn in range(20):
    for x, t in seeds:
        h = [1 / (1 + math.e ** -z) for z in add_up(x, first, low)]
        d = [a - b for a, b in zip(shares(add_up(h, second, high)), t)]
        e = [0.] * 3
        for i in range(3):
            for j in range(2):
                e[i] += d[j] * second[i][j]
            e[i] = e[i] * h[i] * (1 - h[i])
        for array, bias, a, slope in ((second, high, h, d), (first, low, x, e)):
            for j in range(len(bias)):
                for i in range(len(a)):
                    array[i][j] = array[i][j] - 0.1 * slope[j] * a[i]
                bias[j] = bias[j] - 0.1 * slope[j]
"""


def test_lists_whose_sums_begin_with_0_are_read(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(SUMS_FROM_ZERO)
    assert check(path).outcome == "right"
    path.write_text(SUMS_FROM_ZERO.replace(" * h[i] * (1 - h[i])", ""))
    assert check(path).mistake == "derivative_left_out"


KEPT_IN_A_DICTIONARY = """
import math
import random
random.seed(2)
net = {
    "w": {name: random.uniform(-1, 1) for name in ("100", "101", "110", "111", "200", "210")},
    "b": {name: random.uniform(-1, 1) for name in ("10", "11", "20")},
}
seeds = [((0.3, 0.9), 0.2), ((0.8, 0.1), 0.7), ((0.5, 0.6), 0.4)]
def squash(z):
    return 1 / (1 + math.exp(-z))
def teach():
    w, b = net["w"], net["b"]
    for x, t in seeds:
        h = [squash(x[0] * w[f"10{j}"] + x[1] * w[f"11{j}"] + b[f"1{j}"]) for j in range(2)]
        y = squash(h[0] * w["200"] + h[1] * w["210"] + b["20"])
        d = (y - t) * y * (1 - y)
        e = [d * w[f"2{j}0"] * h[j] * (1 - h[j]) for j in range(2)]
        for j in range(2):
            w[f"2{j}0"] -= 0.5 * d * h[j]
            for i in range(2):
                w[f"1{i}{j}"] -= 0.5 * e[j] * x[i]
            b[f"1{j}"] -= 0.5 * e[j]
        b["20"] -= 0.5 * d
for turn in range(9):
    teach()
"""


def test_weights_are_followed_that_every_call_takes_out_of_a_dictionary_anew(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(KEPT_IN_A_DICTIONARY)
    assert check(path).outcome == "right"
    moved = '            b[f"1{j}"] -='
    assert moved in KEPT_IN_A_DICTIONARY
    path.write_text(KEPT_IN_A_DICTIONARY.replace(moved, f"    {moved}"))  # once for each weight
    report = check(path)
    assert report.mistake == "factor_two"
    assert [array.name for array in report.diagnosis.arrays if not array.right] == ["db1"]


ON_AND_ON = """
import numpy as np
rng = np.random.default_rng(1)
bed, x, y = rng.normal(size=(4, 3)), rng.normal(size=(20, 4)), rng.normal(size=(20, 3))
def backward_propagation(x):
    global bed
    while True:
        out = np.sin(x @ bed) ** 2 + np.cos(x @ bed)
        bed = bed - 0.01 * x.T @ np.sign(out - y)
backward_propagation(x)
"""


def test_a_training_that_goes_on_and_on_is_no_failure(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(ON_AND_ON)
    report = check(path, limits=Limits(seconds=2))
    assert report.outcome == "not_read", report


ENDLESS = "\ndef backward_propagation(parameters, cache, X, Y):\n    while True:\n        pass\n"


def test_a_function_without_end_leaves_time_for_the_training(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(PROGRAMS["momentum"][0] + ENDLESS)
    assert check(path, limits=Limits(seconds=5)).outcome == "right"


KEPT = """
import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(9, 3))
Y = (X @ np.array([[1.0], [-2.0], [0.5]]) > 0) * 1.0
first, last = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
kept = {}
def keep(loss):
    kept[len(kept)] = loss
for _ in range(200):
    a1 = np.tanh(X @ first)
    a2 = 1 / (1 + np.exp(-(a1 @ last)))
    keep(np.mean((a2 - Y) ** 2))
    d2 = a2 - Y
    d1 = d2 @ last.T * (1 - a1**2)
    last = last - 0.1 * a1.T @ d2
    first = first - 0.1 * X.T @ d1
"""


def test_what_is_put_past_the_end_is_not_looked_for_there_again(tmp_path):
    path = tmp_path / "kept.py"
    path.write_text(KEPT)
    report = check(path)
    assert report.outcome == "right"
    assert "KeyError" not in str(report)


def test_what_stops_a_program_that_was_given_its_argument_is_said(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(
        "import sys\n"
        "def main():\n"
        "    if len(sys.argv) != 2:\n"
        "        raise SystemError('usage: program.py NAME')\n"
        "    return int('many')\n"
        "main()\n"
    )
    said = str(check(path))
    assert "usage" not in said
    assert "invalid literal" in said


def test_a_program_that_stops_does_not_run(tmp_path):
    path = tmp_path / "program.py"
    path.write_text("import numpy as np\nW = np.ones((2, 3)) @ np.ones((2, 3))\n")
    report = check(path)
    assert report.mistake == "does_not_run"
    assert "line 2" in str(report)


def test_modules_of_a_lost_package_are_found_beside(tmp_path):
    (tmp_path / "layers.py").write_text("import numpy as np\ndef act(z):\n    return np.tanh(z)\n")
    program = PROGRAMS["momentum"][0].replace("np.tanh(", "act(")
    assert "act(" in program
    path = tmp_path / "main.py"
    path.write_text("from course.nets.layers import act\n" + program)
    assert check(path).outcome == "right"


def test_a_package_that_lies_here_under_another_name_is_found(tmp_path):
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "bends.py").write_text("import numpy as np\ndef act(z):\n    return np.tanh(z)\n")
    (folder / "layers.py").write_text("from .bends import *\n")
    path = tmp_path / "main.py"
    program = PROGRAMS["momentum"][0].replace("np.tanh(", "act(")
    path.write_text("from nets.layers import act\n" + program)
    assert check(path).outcome == "right"


def test_velocities_without_a_network_are_not_accused(tmp_path):
    path = tmp_path / "rules.py"
    path.write_text(
        "import numpy as np\n"
        "def sgd_momentum(w, dw, config=None):\n"
        "    config = config or {'learning_rate': 0.01, 'momentum': 0.9}\n"
        "    v = config.get('velocity', np.zeros_like(w))\n"
        "    v = config['momentum'] * v - config['learning_rate'] * dw\n"
        "    config['velocity'] = v\n"
        "    return w + v, config\n"
    )
    assert check(path).outcome == "not_read"


NEURONS_IN_A_FOLDER = """
import random
from brain.parts import bends
random.seed(8)
units = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(3)]
last = [random.uniform(-1, 1) for _ in range(4)]
seen = [([0.1, 0.9], 0.3), ([0.7, -0.4], 0.8), ([-0.6, 0.2], 0.1)]
for turn in range(40):
    for (x1, x2), goal in seen:
        mids = [bends.soft([x1, x2, 1.0], unit) for unit in units]
        got = bends.soft([*mids, 1.0], last)
        up = (got - goal) * bends.slope(got)
        downs = [up * last[n] * bends.slope(mids[n]) for n in range(3)]
        last = [w - 0.5 * up * m for w, m in zip(last, [*mids, 1.0])]
        units = [
            [w - 0.5 * down * x for w, x in zip(unit, [x1, x2, 1.0])]
            for unit, down in zip(units, downs)
        ]
"""
BENDS = """
import math
def soft(values, weights):
    return 1 / (1 + math.exp(-math.fsum(v * w for v, w in zip(values, weights))))
def slope(a):
    return a * (1 - a)
"""


def test_modules_in_a_folder_without_an_init_are_watched_each_time_they_are_imported(tmp_path):
    (tmp_path / "brain" / "parts").mkdir(parents=True)
    (tmp_path / "brain" / "parts" / "bends.py").write_text(BENDS)
    path = tmp_path / "train.py"
    path.write_text(NEURONS_IN_A_FOLDER)
    report = check(path)
    assert report.outcome == "right", report
    (tmp_path / "brain" / "parts" / "bends.py").write_text(BENDS.replace("* (1 - a)", ""))
    assert check(path).outcome == "wrong"


BENEATH = """
import numpy as np
np.random.seed(2)
w, b = np.random.randn(5, 1), np.zeros((5, 1))
v, c = np.random.randn(2, 5), np.zeros((2, 1))
for turn in range(30):
    x = np.random.rand()
    h = np.exp(b - (w - x) ** 2)
    gap = v @ h + c - np.array([[x ** 2], [1 - x]])
    v = v - 0.1 * gap @ h.T
    c = c - 0.1 * gap
    back = v.T @ gap * h
    w = w - 0.2 * back * (x - w)
    b = b - 0.1 * back
"""


def test_layers_that_rest_on_others_which_are_not_read_do_not_make_a_program_right(tmp_path):
    path = tmp_path / "beneath.py"
    path.write_text(BENEATH)
    report = check(path)
    assert report.outcome == "not_read", report
    assert "computed of other arrays" in str(report)


THREE_LAYERS = """
import numpy as np
rng = np.random.default_rng(4)
X, Y = rng.normal(size=(7, 3)), rng.random((7, 2))
V, W, U = rng.normal(size=(3, 5)), rng.normal(size=(5, 4)), rng.normal(size=(4, 2))
b, c, d = np.zeros(5), np.zeros(4), np.zeros(2)
def s(z): return 1 / (1 + np.exp(-z))
for epoch in range(9):
    h = s(X @ V + b)
    g = s(h @ W + c)
    o = s(g @ U + d)
    e3 = (o - Y) * o * (1 - o)
    e2 = e3 @ U.T * g * (1 - g)
    e1 = e2 @ W.T * h * (1 - h)
    U -= 0.3 * g.T @ e3
    W -= 0.3 * h.T @ e2
    V -= 0.3 * X.T @ e1
    d -= 0.3 * e3.sum(0)
    c -= 0.3 * e2.sum(0)
    b -= 0.3 * e1.sum(0)
"""
SEVERAL = {
    "at a in the output, f' left out below": (
        {"derivative_at_activation", "derivative_left_out"},
        12,
        ("* o * (1 - o)", "* s(o) * (1 - s(o))"),
        ("e2 @ W.T * h * (1 - h)", "e2 @ W.T"),
    ),
    "biases of one number, and the error carried back": (
        {"bias_axis", "error_carried_back"},
        18,
        ("e3.sum(0)", "e3.sum()"),
        ("e2.sum(0)", "e2.sum()"),
        ("e1.sum(0)", "e1.sum()"),
        ("e2 = e3 @ U.T * g", "e2 = (o - Y) @ U.T * g"),
    ),
    "1/m again on the way back, and a dW without the f' that db has": (
        {"average_in_error_term", "derivative_left_out_of_own"},
        14,
        ("e1 = e2 @ W.T * h", "k = e2 @ W.T / 7; e1 = k * h"),
        ("X.T @ e1", "X.T @ k"),
    ),
}


@pytest.mark.parametrize("slips", SEVERAL)
def test_mistakes_in_several_layers_are_all_named(slips, tmp_path):
    names, line, *replacements = SEVERAL[slips]
    code = THREE_LAYERS
    for old, new in replacements:
        assert old in code
        code = code.replace(old, new)
    path = tmp_path / "program.py"
    path.write_text(code, "utf-8")
    report = check(path)
    assert {finding.name for finding in report.diagnosis.findings} == names
    assert report.wrong_line == line


SUMMED = """
import numpy as np
rng = np.random.default_rng(4)
X, Y = rng.normal(size=(8, 3)), rng.random((8, 2))
W1, b1 = rng.normal(size=(3, 5)), np.zeros((1, 5))
W2, b2 = rng.normal(size=(5, 2)), np.zeros((1, 2))
m = len(X)
for epoch in range(9):
    A1 = np.tanh(X @ W1 + b1)
    A2 = 1 / (1 + np.exp(-(A1 @ W2 + b2)))
    dZ2 = (A2 - Y) * A2 * (1 - A2)
    dZ1 = dZ2 @ W2.T * (1 - A1 ** 2)
    dW2 = A1.T @ dZ2 / m
    db2 = np.sum(dZ2) / m
    dW1 = X.T @ dZ1 / m
    db1 = np.sum(dZ1, axis=0, keepdims=True) / m
    W2 = W2 - 0.1 * dW2
    b2 = b2 - 0.1 * db2
    W1 = W1 - 0.1 * dW1
    b1 = b1 - 0.1 * db1
"""


def test_what_would_be_right_for_one_output_is_judged_by_those_that_there_are(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(SUMMED, "utf-8")
    assert check(path).mistake == "bias_axis"
    one = SUMMED.replace("(8, 2)", "(8, 1)").replace("(5, 2)", "(5, 1)").replace("(1, 2)", "(1, 1)")
    path.write_text(one, "utf-8")
    assert check(path).outcome == "right"


FLAT = """
import numpy as np
rng = np.random.default_rng(4)
W, b, U = rng.normal(size=(3, 3)), np.zeros(3), rng.normal(size=(2, 3))
X, Y = rng.normal(size=(9, 3)), rng.normal(size=(9, 2))
for epoch in range(20):
    for x, y in zip(X, Y):
        h = np.tanh(W @ x + b)
        e = U @ h - y
        d = U.T @ e * (1 - h * h)
        U -= 0.1 * np.outer(e, h)
        W -= 0.1 * d * x
        b -= 0.1 * d
"""


@pytest.mark.parametrize("product", ["d * x", "(d * x)[:, None]"])
def test_a_product_of_flat_vectors_entry_by_entry_is_named(product, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(FLAT.replace("d * x", product), "utf-8")
    assert check(path).mistake == "elementwise_product"
    path.write_text(FLAT.replace("d * x", "np.outer(d, x)"), "utf-8")
    assert check(path).outcome == "right"


def test_weights_whose_loss_alone_is_computed_have_no_gradient(written):
    """A course's program prints the loss of weights that were loaded, and trains others."""
    loaded = "print(cost(rng.normal(size=32)))\noptimize.minimize"
    assert check(written("penalty_added", ("optimize.minimize", loaded))).outcome == "right"


MOVED_AND_PUT_BACK = """
import numpy as np
rng = np.random.default_rng(3)
X, Y = rng.normal(size=(12, 3)), rng.normal(size=(12, 2))
theta = [rng.normal(size=(3, 4)), rng.normal(size=(4, 2))]

def forward():
    h = np.tanh(X @ theta[0])
    return h, h @ theta[1]

def error():
    return np.sum((forward()[1] - Y) ** 2) / 24

def slopes():
    h, out = forward()
    gap = (out - Y) / 12
    return X.T @ (gap @ theta[1].T * (1 - h ** 2)), h.T @ gap

G = slopes()
for l in range(2):
    for i in range(theta[l].shape[0]):
        for j in range(theta[l].shape[1]):
            theta[l][i, j] += 1e-5
            above = error()
            theta[l][i, j] -= 2e-5
            below = error()
            theta[l][i, j] += 1e-5
            denominator = abs(G[l][i, j]) + abs(above - below) / 2e-5
"""
AND_TRAINED = """
for _ in range(30):
    G = slopes()
    theta[0] -= 0.1 * G[0]
    theta[1] -= 0.1 * G[1]
"""


@pytest.mark.parametrize("training", ["", AND_TRAINED])
@pytest.mark.parametrize("slip", ["", " * (1 - h ** 2)"])
def test_a_weight_that_is_moved_and_put_back_but_for_rounding_takes_no_step(
    slip, training, tmp_path
):
    path = tmp_path / "program.py"
    path.write_text((MOVED_AND_PUT_BACK + training).replace(slip or "nothing", ""))
    report = check(path)
    assert report.outcome == ("wrong" if slip else "right"), report


BESIDE_ONES = """
import numpy as np
rng = np.random.default_rng(2)
X, Y = rng.normal(size=(12, 2)), rng.integers(0, 2, (12, 1))
V, W = rng.normal(size=(3, 4)), rng.normal(size=(5, 1))
squash = lambda z: 1 / (1 + np.exp(-z))
for turn in range(40):
    H = squash(np.c_[np.ones(12), X] @ V)
    H1 = np.c_[np.ones(12), H]
    P = squash(H1 @ W)
    loss = np.mean((Y - P) ** 2)
    miss = Y - P
    back = miss @ W[1:].T * H * (1 - H)
    W += 0.1 * H1.T @ miss
    V += 0.1 * np.c_[np.ones(12), X].T @ back
"""


def test_a_loss_that_is_computed_beside_another_step_is_told(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(BESIDE_ONES)
    report = check(path)
    assert report.outcome == "right", report
    assert "another: 1/m Σₙ Σₖ (a − y)². If the step is to go down that one, f′ is" in str(report)


def test_the_error_term_is_no_column_of_1_that_is_put_beside_samples(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(BESIDE_ONES.replace("* (1 - H)", "* (1 - H) * H"))
    report = check(path)
    assert report.outcome == "wrong", report
    assert "back = miss" in report.line


NUMBERS = """
import numpy as np
rng = np.random.default_rng(6)
squash = lambda z: 1 / (1 + np.exp(-z))
def slope(z):
    return squash(z) * (1 - squash(z))
u, v, r, s, p, q, a, b, c = rng.normal(size=9)
for turn in range(100):
    for (x, y), t in zip(rng.normal(size=(4, 2)), (1, 0, 0, 1)):
        g, h = squash(u * x + v * y + a), squash(r * x + s * y + b)
        o = squash(p * g + q * h + c)
        d = 2 * (o - t) * slope(o)
        dg, dh = d * p * slope(g), d * q * slope(h)
        p, q, c = p - 0.1 * d * g, q - 0.1 * d * h, c - 0.1 * d
        u, v, a = u - 0.1 * dg * x, v - 0.1 * dg * y, a - 0.1 * d * p * slope(a)
        r, s, b = r - 0.1 * dh * x, s - 0.1 * dh * y, b - 0.1 * d * q * slope(b)
"""


def test_a_mistake_in_all_weights_is_named_beside_a_bias_with_another(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(NUMBERS)
    report = check(path)
    assert report.mistake == "derivative_at_activation", report
    assert report.diagnosis.unexplained == ("db1",)


VELOCITIES_IN_FUNCTIONS = """
import numpy as np

def faster(grad, v, beta):
    v = beta * v + (1 - beta) * grad
    return v

def stepped(parameters, direction, rate):
    parameters = parameters - rate * direction
    return parameters

class Net:
    def __init__(self):
        rng = np.random.default_rng(2)
        self.parameters = {"W1": rng.normal(size=(5, 2)), "b1": np.zeros((5, 1)),
                           "W2": rng.normal(size=(1, 5)), "b2": np.zeros((1, 1))}

    def fit(self, X, Y, decay=0.6):
        m, p = X.shape[1], self.parameters
        v = {"d" + name: np.zeros_like(each) for name, each in p.items()}
        for _ in range(100):
            A = np.tanh(p["W1"] @ X + p["b1"])
            out = 1 / (1 + np.exp(-(p["W2"] @ A + p["b2"])))
            top = out - Y
            below = p["W2"].T @ top * (1 - A ** 2)
            grads = {"dW2": top @ A.T / m + decay * p["W2"] / m,
                     "db2": top.sum(axis=1, keepdims=True) / m,
                     "dW1": below @ X.T / m + decay * p["W1"] / m,
                     "db1": below.sum(axis=1, keepdims=True) / m}
            for name in p:
                v["d" + name] = faster(grads["d" + name], v["d" + name], 0.9)
                p[name] = stepped(p[name], v["d" + name], 0.8)

rng = np.random.default_rng(5)
X = rng.normal(size=(2, 30))
Net().fit(X, (X[:1] * X[1:] > 0) * 1.0)
"""


@pytest.mark.parametrize("slip", [None, ('"db1": below', '"db1": top')])
def test_a_bias_is_told_from_its_velocity_although_both_begin_with_0(slip, tmp_path):
    text = VELOCITIES_IN_FUNCTIONS if slip is None else VELOCITIES_IN_FUNCTIONS.replace(*slip)
    (tmp_path / "net.py").write_text(text)
    report = check(tmp_path / "net.py")
    assert report.unread is None, str(report)
    assert report.ok == (slip is None)


NAMED_GRADIENTS = """
import numpy as np
rng = np.random.default_rng(1)
points, kinds = rng.normal(size=(40, 4)), np.eye(3)[rng.integers(0, 3, 40)]
V, U = rng.normal(size=(4, 6)), rng.normal(size=(6, 3))
for step in range(100):
    mid = np.tanh(points @ V)
    raised = np.exp(mid @ U)
    top = raised / raised.sum(axis=1, keepdims=True) - kinds
    low = top @ U.T * (1 - mid ** 2)
    slope_U = 1 / 40 * (mid.T @ top)
    slope_V = 1 / 40 * (points.T @ low)
    U = U - 0.1 * slope_U
    V = V - 0.1 * slope_V
"""


@pytest.mark.parametrize(
    ("line", "changed", "outcome"),
    [
        ("slope_U = 1 / 40 * (mid.T @ top)", "slope_U = 1 / 40 * (mid.T @ top) * 2", "wrong"),
        ("U = U - 0.1 * slope_U", "U = U - 0.1 * 2 * slope_U", "right"),
    ],
)
def test_a_number_in_a_gradient_that_has_a_name_is_no_rate(line, changed, outcome, tmp_path):
    assert line in NAMED_GRADIENTS
    path = tmp_path / "program.py"
    path.write_text(NAMED_GRADIENTS.replace(line, changed))
    assert check_file(path, seed=7).outcome == outcome


HANDED_ON = """
import numpy as np
rng = np.random.default_rng(2)
class Rule:
    def forward(self, W, x):
        a = [x]
        for w in W:
            a.append(1 / (1 + np.exp(-np.dot(a[-1], w))))
        return a
    def deltas(self, a, W, y):
        d = [0, 0]
        for n in (1, 0):
            above = a[2] - y if n else np.dot(d[1], W[1].T)
            d[n] = above * a[n + 1] * (1 - a[n + 1])
        return d
    def descend(self, d, W, a):
        new = [0, 0]
        for n in (1, 0):
            new[n] = W[n] - 0.5 * np.dot(d[n].T, a[n]).T
        return new
class Net:
    def __init__(self):
        self.W = [rng.normal(size=(6, 4)).T, rng.normal(size=(3, 6)).T]
        self.rule = Rule()
    def run(self, x, y):
        a = self.rule.forward(self.W, x)
        d = self.rule.deltas(a, self.W, y)
        W = self.rule.descend(d, self.W, a)
        return W, a, d
    def train(self, x, y):
        self.W, self.a, self.d = self.run(x, y)
Net().train(rng.normal(size=(7, 4)), rng.normal(size=(7, 3)))
"""


def test_a_single_step_that_is_handed_on_before_it_is_kept_is_seen(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(HANDED_ON)
    assert check(path).outcome == "right"


ZEROS_FIRST = """
import numpy as np
rng = np.random.default_rng(6)
V, W = rng.normal(size=(9, 2)), rng.normal(size=(1, 9))
X, Y = np.array([[0, 0], [0, 0], [0, 0], [0, 0], [1, 0], [0, 1.5]] * 9), np.array([0, 1, 0] * 18)
for x, y in zip(X[:, :, None], Y):
    h = 1 / (1 + np.exp(-V @ x))
    a = 1 / (1 + np.exp(-W @ h))
    d = (a - y) * a * (1 - a)
    e = W.T @ d * h * (1 - h)
    W = W - 0.3 * d @ h.T
    V = V - 0.3 * e @ x.T
"""


@pytest.mark.parametrize("slip", [("W.T @ d * h * (1 - h)", "W.T @ d * (1 - h)"), None])
def test_samples_of_zeros_hide_no_layer(slip, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(ZEROS_FIRST.replace(*slip) if slip else ZEROS_FIRST)
    report = check(path)
    assert report.outcome == ("wrong" if slip else "right"), report
    assert "2-9-1" in str(report)


MADE_POINT_BY_POINT = """
import math
import numpy as np
np.random.seed(1)
x, t = np.zeros((300, 2)), np.arange(300) % 3
for n in range(300):
    r, angle = n / 300, t[n] * 4.0
    for turn in range(8):
        angle = angle + 0.5 * r
    x[n] = [r * math.sin(angle), r * math.cos(angle)]

class Node:
    def __init__(self, data):
        self.data, self.grad = data, None

def linear(x, W, b):
    y = x.data.dot(W.data)
    y += b.data
    return Node(y)

def back(y, x, W, b):
    x.grad, W.grad = y.grad.dot(W.data.T), x.data.T.dot(y.grad)
    b.grad = y.grad.sum(axis=0)

W1, b1 = Node(np.random.randn(2, 10)), Node(np.zeros(10))
W2, b2 = Node(np.random.randn(10, 3)), Node(np.zeros(3))
for i in range(0, 300, 30):
    first = Node(x[i : i + 30])
    z = linear(first, W1, b1)
    a = Node(1 / (1 + np.exp(-z.data)))
    s = linear(a, W2, b2)
    p = np.exp(s.data)
    p /= p.sum(axis=1, keepdims=True)
    print(-np.log(p[np.arange(30), t[i : i + 30]]).mean())
    s.grad = (p - np.eye(3)[t[i : i + 30]]) / 30
    back(s, a, W2, b2)
    z.grad = a.grad * a.data * (1 - a.data)
    back(z, first, W1, b1)
    for each in (W1, b1, W2, b2):
        each.data -= 1.0 * each.grad
"""


def test_arrays_that_train_are_waited_for_while_data_are_made_point_by_point(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(MADE_POINT_BY_POINT)
    report = check(path)
    assert report.outcome == "right", report
    assert "2-10-3" in str(report)


THROUGH_TIME = """
import numpy as np
rng = np.random.default_rng(627)
U, V, W = (rng.normal(size=shape) for shape in ((2, 9), (9, 9), (9, 1)))
for turn in range(60):
    xs = rng.integers(0, 2, (6, 1, 2)) * np.array([[1], [1], [1], [1], [1], [0]])[:, None]
    ys = xs.sum(axis=2, keepdims=True) % 2
    hs, tops = [np.zeros((1, 9))], []
    for x, y in zip(xs, ys):
        hs.append(1 / (1 + np.exp(-(x @ U + hs[-1] @ V))))
        out = 1 / (1 + np.exp(-hs[-1] @ W))
        tops.append((y - out) * out * (1 - out))
    dU, dV, dW, later = 0 * U, 0 * V, 0 * W, np.zeros((1, 9))
    for t in reversed(range(6)):
        h = hs[t + 1]
        later = (later @ V.T + tops[t] @ W.T) * h * (1 - h)
        dW += h.T @ tops[t]
        dV += hs[t].T @ later
        dU += xs[t].T @ later
    U += 0.1 * dU
    V += 0.1 * dV
    W += 0.1 * dW
"""


def test_a_sample_of_zeros_proves_nothing_of_the_layers_below(tmp_path):
    path = tmp_path / "through_time.py"
    path.write_text(THROUGH_TIME)
    report = check(path)
    assert report.outcome == "right"
    assert report.network is None  # its whole way through time was differentiated


NEGATIVE_OUTPUTS = """
import math
import random

random.seed(1)
samples = [([0, 0], 0), ([0, 1], 1), ([1, 1], 0), ([1, 0], 1)]
V = [[random.uniform(-0.1, 0.1) for _ in range(2)] for _ in range(2)]
w = [-0.001, -0.01]


def forward(x):
    h = [1 / (1 + math.exp(-sum(v * each for v, each in zip(row, x)))) for row in V]
    return h, sum(each * one for each, one in zip(w, h))


def learn(x, y):
    h, a = forward(x)
    back = [(a - y) * each for each in w]
    for j in range(2):
        w[j] -= 0.1 * (a - y) * h[j]
    for j in range(2):
        for i in range(2):
            V[j][i] -= 0.1 * back[j] * h[j] * (1 - h[j]) * x[i]


for epoch in range(100):
    for x, y in samples:
        learn(x, y)
        print(sum((forward(x)[1] - y) ** 2 / 2 for x, y in samples))
"""


@pytest.mark.parametrize(
    ("used", "mistake"), [("back[j]", None), ("(a - y) * w[j]", "updated_weights")]
)
def test_outputs_below_0_are_not_taken_for_zeros_of_a_relu(used, mistake, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(NEGATIVE_OUTPUTS.replace("0.1 * back[j]", f"0.1 * {used}"))
    report = check(path)
    assert report.mistake == mistake
    assert report.outcome == ("wrong" if mistake else "right")
    assert report.network.layers[-1].activation.is_identity


UNIT_OF_ONE = """
import math
import random

random.seed(2)
samples = [([1, 0, 0], 0), ([1, 0, 1], 1), ([1, 1, 1], 0), ([1, 1, 0], 1)]
V = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(3)]
w = [random.uniform(-1, 1) for _ in range(3)]
h = [1.0, 0.0, 0.0]


def weighted(row, x):
    return sum(v * each for v, each in zip(row, x))


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


for epoch in range(100):
    for x, y in samples:
        for j in range(1, 3):
            h[j] = sigmoid(weighted(V[j], x))
        a = weighted(w, h)
        back = [(a - y) * each for each in w]
        for j in range(3):
            w[j] -= 0.1 * (a - y) * h[j]
        for j in range(3):
            z = weighted(V[j], x)
            for i in range(3):
                V[j][i] -= 0.1 * back[j] * sigmoid(z) * (1 - sigmoid(z)) * x[i]
"""


@pytest.mark.parametrize(
    ("used", "mistake"), [("back[j]", None), ("(a - y) * w[j]", "updated_weights")]
)
def test_weights_of_a_unit_that_only_gives_1_are_of_no_layer(used, mistake, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(UNIT_OF_ONE.replace("0.1 * back[j]", f"0.1 * {used}"))
    report = check(path)
    assert report.mistake == mistake
    assert report.outcome == ("wrong" if mistake else "right")
    assert report.network.sizes == (3, 2, 1)


FAILS_ON_THE_WAY_BACK = """
import numpy as np
points, wanted = np.eye(4, 3), np.array([[1], [0], [0], [0]])
weights = 2 * np.random.random((3, 1)) - 1
for turn in range(100):
    out = 1 / (1 + np.exp(-np.dot(points, weights)))
    weights += np.dot(points.T, np.dot(wanted - out, np.dot(out, 1 - out)))
"""


def test_what_fails_when_the_program_runs_is_told_before_what_fails_when_it_is_called(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(FAILS_ON_THE_WAY_BACK)
    report = check(path)
    assert report.outcome == "wrong"
    assert "line 7: ValueError: shapes (4,1) and (4,1) not aligned" in report.failure.en


OF_UNEQUAL_ARRAYS = """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(300, 8))
shown = np.zeros((60, 40))
for i in range(60):
    shown[i] = X[i, 0]
Y = np.eye(3)[np.argmax(X[:, 1:4], axis=1)]
W1, W2 = rng.normal(size=(6, 8)), rng.normal(size=(3, 6))
def forward(x):
    z1 = W1 @ x
    a1 = 1 / (1 + np.exp(-z1))
    z2 = W2 @ a1
    a2 = 1 / (1 + np.exp(-z2))
    return np.array([(z1, a1), (z2, a2)])
for epoch in range(20):
    for x, y in zip(X, Y):
        x, y = x.reshape(8, 1), y.reshape(3, 1)
        layers = forward(x)
        a1, a2 = layers[0][1], layers[1][1]
        delta2 = a2 - y
        delta1 = W2.T @ delta2 * a1 * (1 - a1)
        W2 -= 0.1 * delta2 @ a1.T
        W1 -= 0.1 * delta1 @ x.T
"""


def test_a_list_of_unequal_arrays_is_taken_where_a_large_array_was_filled_before(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(OF_UNEQUAL_ARRAYS)
    report = check(path)
    assert report.outcome == "right"
    assert report.network.sizes == (8, 6, 3)


LACKS_AN_ARGUMENT = """\
import numpy as np

class Dense:
    def __init__(self, n, k):
        self.weights = np.random.randn(n, k)

    def forward(self, x, training):
        self.output = x @ self.weights

layer = Dense(2, 3)
layer.forward(np.ones((4, 2)))
error = layer.output - 1
layer.weights -= 0.1 * np.ones((2, 4)) @ error
"""


def test_what_stops_a_program_is_told_not_what_fails_once_that_is_left_out(tmp_path):
    path = tmp_path / "changed.py"
    path.write_text(LACKS_AN_ARGUMENT)
    report = check_file(path, seed=3)
    assert "line 11" in report.failure.en
    assert "missing 1 required positional argument: 'training'" in report.failure.en


@pytest.mark.parametrize(
    ("text", "multiplies"),
    [
        ("z = self.W.T@X", True),
        ("z = X @ W", True),
        ("z = a[1]@(W)", True),
        ("z = np.dot(X, W)", True),
        ("@property", False),
        ("# by someone@example.com", False),
    ],
)
def test_products_are_told_in_the_text_of_a_program(text, multiplies, tmp_path):
    (tmp_path / "program.py").write_text(f"{text}\n")
    assert writes_products(tmp_path, ["program.py"]) == multiplies


PROTOTYPES = """
import numpy as np
X, T = np.random.RandomState(0).randn(4, 3), np.eye(4)
W = 0.3 * X
def outputs(X, W):
    largest = np.amax(X @ W.T, axis=1)
    e = np.exp(((X @ W.T).T - largest).T)
    return (e.T / e.sum(axis=1)).T
for turn in range(30):
    W = W - 0.5 * ((outputs(X, W) - T).T @ X / 4 + 0.1 * W)
"""


def test_the_largest_of_a_product_that_softmax_takes_off_is_no_bias(tmp_path):
    """As many samples as classes, and a product that is its own transpose: it could be either."""
    path = tmp_path / "prototypes.py"
    path.write_text(PROTOTYPES, "utf-8")
    assert check_file(path, seed=7).outcome == "right"


TUPLES = """
import numpy as np
rng = np.random.RandomState(3)
V, W = rng.randn(3, 2), rng.randn(1, 3)
for turn in range(50):
    for x, y in [((0.0, 1.0), 1), ((1.0, 0.5), 1), ((1.0, 1.0), 0)]:
        h = np.tanh(np.dot(V, x))
        a = np.tanh(np.dot(W, h))
        delta = (a - y) * (1 - a ** 2)
        below = np.dot(W.T, delta) * (1 - h ** 2)
        W = W - 0.1 * np.outer(delta, h)
        V = V - 0.1 * np.outer(below, x)
"""


def test_samples_may_be_tuples(tmp_path):
    path = tmp_path / "tuples.py"
    path.write_text(TUPLES, "utf-8")
    report = check_file(path, seed=7)
    assert report.outcome == "right"
    assert "2-3-1" in report.text()
    path.write_text(TUPLES.replace("(below, x)", "(below, (1.0, 0.5))"), "utf-8")
    assert check_file(path, seed=7).outcome == "wrong"


def test_a_row_alone_that_moves_along_its_input_is_no_right_gradient(tmp_path):
    path = tmp_path / "row_after_row.py"
    path.write_text(
        PROGRAMS["samples_in_tuples"][0]
        .replace("0.1 * d * h\n", "0.1 * y * h\n")
        .replace("    V = V - 0.1 * np.outer(e, sample[0:3])\n", "    x = np.array(sample[0:3])\n")
        + "".join(f"    V[{n}, :] = V[{n}, :] - 0.1 * x * e[{n}]\n" for n in range(2))
    )
    assert check_file(path).outcome != "right"


FAR_ABOVE = """
import numpy as np
X = np.arange(1.0, 13.0).reshape(6, 2)
y = np.array([90.0, 80.0, 85.0, 60.0, 95.0, 99.0])
w, b = np.full(2, 99.0), 0.0
for turn in range(50):
    error = X @ w + b - y
    dw, db = X.T @ error / 6, np.sum(error) / 6
    w = w - 0.0001 * dw
    b = b - 0.0001 * db
"""
"""All outputs are more than their targets."""
RECORD_BY_RECORD = """
import numpy as np
rng = np.random.default_rng(2)
X, y = rng.normal(size=(8, 3)), rng.normal(size=8) + 9.0
V, w = rng.normal(size=(3, 2)), rng.normal(size=2)
for turn in range(30):
    dV, dw = np.zeros((3, 2)), np.zeros(2)
    for record, target in zip(X, y):
        h = 1 / (1 + np.exp(-record @ V))
        error = target - h @ w
        dw += error * h
        dV += np.outer(record, error * w * h * (1 - h))
    w += 0.1 * dw / len(X)
    V += 0.1 * dV / len(X)
"""
"""All outputs are less than their targets."""


@pytest.mark.parametrize("program", [FAR_ABOVE, RECORD_BY_RECORD])
def test_a_difference_to_the_targets_is_no_absolute_error(program, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(program)
    report = check_file(path, seed=7)
    assert report.outcome == "right", report
    assert "absolute error" not in report.text()


SMALL_FIRST = """
import numpy as np
rng = np.random.default_rng(2)
def train(V, W, X, y, rate):
    gV, gW = np.zeros(V.shape), np.zeros(W.shape)
    for x, t in zip(X, y):
        h = np.tanh(x @ V)
        error = h @ W - t
        gV += x[:, None] * (W @ error * (1 - h * h))
        gW += h[:, None] * error
    V -= rate * gV / len(X)
    W -= rate * gW / len(X)
train(rng.normal(size=(3, 2)), rng.normal(size=(2, 1)), np.array([[0.5, -0.2, 0.1]]), [[0.4]], 0.5)
V, W = rng.normal(size=(5, 4)), rng.normal(size=(4, 1))
X, y = rng.normal(size=(900, 5)), rng.normal(size=(900, 1))
for turn in range(50):
    few = rng.choice(900, size=128)
    train(V, W, X[few], y[few], 0.1)
"""


def test_a_small_network_in_a_step_before_is_no_step_of_the_next(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(SMALL_FIRST)
    report = check_file(path, seed=1977)
    assert report.ok, report
    assert report.network.sizes == (5, 4, 1)


OF_LOGITS = """\
import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(40, 6)); Y = np.eye(4)[rng.integers(0, 4, 40)]
V, W = rng.normal(size=(6, 5)), rng.normal(size=(5, 4))
for epoch in range(50):
    H = np.maximum(0, X @ V)
    out = H @ W
    e = np.exp(out - out.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = np.sum(-np.log(np.sum(p * Y, axis=1))) / 40
    error = (out - Y) / 40
    below = error @ W.T * (H > 0)
    V, W = V - 0.1 * X.T @ below, W - 0.1 * H.T @ error
    print(loss)
"""


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("", "", "weighted_sum_in_error"),
        ("(out - Y)", "(p - Y)", None),
        ("print(loss)", "mse = np.sum((out - Y) ** 2)", None),  # it goes down that
        ("print(loss)", "print(np.sum(np.square(out - Y)))", None),
    ],
)
def test_the_weighted_sums_in_the_error_are_none_of_a_cross_entropy(old, new, mistake, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(OF_LOGITS.replace(old, new, 1))
    report = check(path)
    assert (report.mistake, report.ok) == (mistake, mistake is None)


@pytest.mark.parametrize(
    ("loss", "error", "mistake"),
    [
        ("-np.sum(Y * np.log(out + 1e-7))", "out - Y", "weighted_sum_in_error"),
        ("-np.log(out[range(40), Y.argmax(1)]).mean()", "out - Y", "weighted_sum_in_error"),
        ("np.sqrt(np.mean((np.log(out) - np.log(Y)) ** 2))", "out - Y", None),  # how far off
        ("np.log(np.var(out))", "out - Y", None),
        ("-np.sum(Y * np.log(p))", "p - Y", None),
    ],
)  # fmt: skip
def test_a_cross_entropy_of_the_weighted_sums_has_lost_its_softmax(loss, error, mistake, tmp_path):
    path = tmp_path / "program.py"
    lines = OF_LOGITS.replace("out - Y", error, 1).splitlines(keepends=True)
    path.write_text("".join(f"    loss = {loss}\n" if "loss =" in each else each for each in lines))
    report = check(path)
    assert (report.mistake, report.ok) == (mistake, mistake is None)


DIVIDED_ONCE_MORE = """\
import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(12, 6)); Y = np.eye(4)[rng.integers(0, 4, 12)]
V, W = rng.normal(size=(6, 5)), rng.normal(size=(5, 4))
for epoch in range(50):
    H = np.maximum(0, X @ V)
    e = np.exp(H @ W)
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.sum(Y * np.log(p)) / len(X)
    d2 = (p - Y) / len(X)
    d1 = d2 @ W.T * (H > 0) / len(X)
    dW, dV = H.T @ d2 / len(X), X.T @ d1 / len(X)
    V, W = V - 0.1 * dV, W - 0.1 * dW
"""


def test_beside_a_factor_of_all_the_output_layer_is_rather_right_than_those_below(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(DIVIDED_ONCE_MORE)
    assert check(path).mistake == "average_in_error_term"


NIELSEN = """\
import numpy as np
rng = np.random.default_rng(3)
X, Y = rng.normal(size=(12, 3, 1)), rng.random((12, 2, 1))
W = [rng.normal(size=(5, 3)), rng.normal(size=(2, 5))]
b = [rng.normal(size=(5, 1)), rng.normal(size=(2, 1))]
for epoch in range(30):
    total_W, total_b = [np.zeros(w.shape) for w in W], [np.zeros(c.shape) for c in b]
    for x, y in zip(X, Y):
        h = 1 / (1 + np.exp(-(W[0] @ x + b[0])))
        a = 1 / (1 + np.exp(-(W[1] @ h + b[1])))
        d = (a - y) * a * (1 - a)
        dW = [None, d @ h.T]
        e = W[1].T @ d * h * (1 - h)
        dW[0] = e @ x.T
        total_W = [t + each for t, each in zip(total_W, dW)]
        total_b = [t + each for t, each in zip(total_b, (e, d))]
    W = [w - 0.5 / 12 * t for w, t in zip(W, total_W)]
    b = [c - 0.5 / 12 * t for c, t in zip(b, total_b)]
"""


def test_the_gradient_of_each_sample_by_itself_is_told_in_the_place_of_the_weights(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(NIELSEN)
    assert check(path).ok
    path.write_text(NIELSEN.replace("W[1].T @ d", "dW[1].T @ d"))
    assert check(path).mistake == "gradient_carried_back"


SAME_OUTPUT = """
import numpy as np
rows = np.eye(3)
goals = np.array([0, 1, 0])
weights = np.full((3, 1), 1e-7)
for x, y in zip(rows, goals):
    guess = 1 / (1 + np.exp(-np.dot(x, weights)))
    weights += np.dot(x[np.newaxis].T, (y - guess) * (guess * (1 - guess))[np.newaxis])
"""


def test_of_an_output_that_stays_the_same_any_multiple_of_an_error_could_be_its_slope(tmp_path):
    path = tmp_path / "unit.py"
    path.write_text(SAME_OUTPUT)
    assert check(path).outcome == "right"
    path.write_text(SAME_OUTPUT.replace("1 - guess)", "1 + guess)"))
    assert check(path).outcome == "not_read"


ADDED_UP = """
import numpy as np
rng = np.random.default_rng(8)
X, Y = rng.normal(size=(6, 3)), rng.random((6, 2))
V, W = rng.normal(size=(4, 3)), rng.normal(size=(2, 4))
for turn in range(60):
    dV, dW = np.zeros((4, 3)), np.zeros((2, 4))
    for x, y in zip(X, Y):
        h = np.tanh(V @ x)
        d = W @ h - y
        dW += np.outer(d, h)
        dV += np.outer((1 - h**2) * (W.T @ d), x)
    W = W - 0.05 * dW
    V = V - 0.05 * dV
"""


@pytest.mark.parametrize("array", ["dV", "dW"])
@pytest.mark.parametrize(("slip", "mistake"), [("+=", None), ("=", "weights_of_one_sample")])
def test_a_share_that_is_not_added_is_that_of_one_sample(array, slip, mistake, tmp_path):
    path = tmp_path / "added_up.py"
    path.write_text(ADDED_UP.replace(f"{array} += ", f"{array} {slip} "))
    report = check(path)
    assert (report.outcome, report.mistake) == ("wrong" if mistake else "right", mistake), report


@pytest.mark.parametrize(("array", "mistake"), [("d", None), ("z", "bias_of_outputs")])
def test_a_bias_moved_by_what_the_layer_gives_is_named(array, mistake, tmp_path):
    path = tmp_path / "biases.py"
    program = LISTED_BIASES.replace(
        "d = (W[1] @ h + b[1] - Y) / 20", "z = W[1] @ h + b[1]\n    d = (z - Y) / 20"
    )
    path.write_text(program.replace("d @ h.T, d.sum", f"d @ h.T, {array}.sum"))
    report = check(path)
    assert (report.outcome, report.mistake) == ("wrong" if mistake else "right", mistake), report


BIASES_AS_ROWS = """\
import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(40, 6)); Y = np.eye(4)[rng.integers(0, 4, 40)]
V, b, W, c = rng.normal(size=(6, 5)), np.zeros(5), rng.normal(size=(5, 4)), np.zeros(4)
for epoch in range(50):
    H = np.tanh(X @ V + b[None, :])
    e = np.exp(H @ W + c.reshape(1, -1))
    p = e / e.sum(axis=1, keepdims=True)
    above = (p - Y) / 40
    below = above @ W.T * (1 - H ** 2)
    V -= 0.1 * X.T @ below
    b -= 0.1 * below.sum(axis=0)
    W -= 0.1 * H.T @ above
    c -= 0.1 * above.sum(axis=0)
"""


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("", "", []),
        ("c -= 0.1 * above.sum(axis=0)", "c += 0.1 * above.sum(axis=0)", ["db2"]),
        ("b -= 0.1 * below.sum", "b -= 0.1 * (above @ W.T).sum", ["db1"]),
    ],
)
def test_biases_that_are_added_in_another_shape_are_judged(old, new, wrong, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(BIASES_AS_ROWS.replace(old, new, 1))
    report = check(path)
    arrays = report.diagnosis.arrays
    assert {array.name for array in arrays} == {"dW1", "db1", "dW2", "db2"}
    assert [array.name for array in arrays if not array.right] == wrong
