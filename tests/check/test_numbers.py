"""Programs whose weights are single numbers, differentiated as they stand."""

import cmath

import pytest

from clearprop.check.script import check_file
from clearprop.check.script.child.scalars.graph import Graph
from clearprop.check.script.child.scalars.slopes import UnknownSlopeError, slopes
from clearprop.check.script.sandbox import Limits

from .programs import SINGLE_NUMBERS

pytestmark = pytest.mark.long

SCALE = """\
weight, wanted, input = 0.5, 0.8, 2
for turn in range(20):
    guess = input * weight
    error = (guess - wanted) ** 2
    delta = guess - wanted
    weight = weight - 0.1 * (delta * input)
"""
MEAN = """\
import numpy as np

def loss(y, guess):
    return ((guess - y) ** 2).mean()

def gradient(x, y, guess):
    return np.mean(2 * x * (guess - y))

x, y, w = np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 4.0, 6.0, 8.0]), 0.0
for turn in range(20):
    guess = w * x
    error = loss(y, guess)
    w -= 0.01 * gradient(x, y, guess)
"""
THREE = """\
def weigh(given, weights):
    total = 0
    for each, weight in zip(given, weights):
        total += each * weight
    return total

given, weights, wanted = [8.5, 0.65, 1.2], [0.1, 0.2, -.1], 1
for turn in range(9):
    guess = weigh(given, weights)
    error = (guess - wanted) ** 2
    delta = guess - wanted
    for place in range(len(weights)):
        weights[place] -= 0.01 * (delta * given[place])
"""
LINE = """\
xs, ys = [1.0, 2.1, 3.2, 4.3, 5.1], [2.2, 4.0, 6.4, 8.1, 10.3]
slope, height = 0.1, 0.2
for turn in range(200):
    by_slope = by_height = loss = 0.0
    for x, y in zip(xs, ys):
        guess = slope * x + height
        loss += (guess - y) ** 2 / 5
        by_slope += 2 * (guess - y) * x / 5
        by_height += 2 * (guess - y) / 5
    slope = slope - 0.01 * by_slope
    height = height - 0.01 * by_height
"""
UNIT = """\
import math
import random
def squash(z):
    return 1 / (1 + math.exp(-z))
flowers = [(3, 1.5, 1), (2, 1, 0), (4, 1.5, 1), (3, 1, 0), (3.5, .5, 1), (5.5, 1, 1), (1, 1, 0)]
long, wide, base = random.random(), random.random(), random.random()
for turn in range(900):
    length, width, color = flowers[turn % 7]
    z = long * length + wide * width + base
    guess = squash(z)
    cost = (guess - color) ** 2
    push = 2 * (guess - color) * squash(z) * (1 - squash(z))
    long = long - 0.2 * push * length
    wide = wide - 0.2 * push * width
    base = base - 0.2 * push
"""
FLAT = """\
import numpy as np
np.random.seed(2)
class Net:
    def __init__(self):
        self.w = np.random.uniform(-1, 1, 9)
        self.b = np.zeros(4)

    def on(self, v):
        return max(0, v)

    def hidden(self, x1, x2):
        w, b = self.w, self.b
        return [x1 * w[2 * n] + x2 * w[2 * n + 1] + b[n] for n in range(3)]

    def predict(self, x1, x2):
        h = self.hidden(x1, x2)
        parts = [self.on(h[n]) * self.w[6 + n] for n in range(3)]
        return parts[0] + parts[1] + parts[2] + self.b[3]

    def learn(self, x1, x2, y, lr=0.01):
        delta = self.predict(x1, x2) - y
        h = self.hidden(x1, x2)
        dw, db = np.empty(9), np.empty(4)
        for n in range(3):
            back = delta * self.w[6 + n] * (h[n] > 0)
            dw[2 * n], dw[2 * n + 1], db[n] = lr * x1 * back, lr * x2 * back, lr * back
            dw[6 + n] = lr * delta * self.on(h[n])
        db[3] = lr * delta
        for place in range(9):
            self.w[place] -= dw[place]
        for place in range(4):
            self.b[place] -= db[place]
        return (self.predict(x1, x2) - y) ** 2

net = Net()
for turn in range(50):
    for x1, x2, y in ((2, 2, 4), (5, 1, 6), (-1, 4, 3), (2, -3, -1)):
        net.learn(x1, x2, y)
"""
WRONG = {
    "no mask": (FLAT, (" * (h[n] > 0)", ""), "relu_mask"),
    "its sign": (THREE, ("guess - wanted\n    for", "wanted - guess\n    for"), "sign"),
    "its own activation": (LINE, ("(guess - y) * x", "(guess - y) * guess"), "own_activation"),
}


def checked(text, tmp_path):
    path = tmp_path / "numbers.py"
    path.write_text(text)
    return check_file(path, seed=1977)


@pytest.mark.parametrize("text", [SCALE, THREE, LINE, UNIT, FLAT])
def test_programs_of_a_few_numbers_are_read(text, tmp_path):
    assert checked(text, tmp_path).ok


GONE_AGAIN = """\
import math

def forward(neuron):
    neuron["out"] = 1 / (1 + math.exp(-(neuron["w"] * 0.5 + neuron["v"] * 0.25)))
    return neuron["out"]

neuron = {"w": 2.0, "v": 3.0}
for turn in range(200):
    error = 0.123 - forward(neuron)
    slope = error * neuron["out"] * (1 - neuron["out"])
    neuron["w"] += 0.2 * 0.5 * slope
    neuron["v"] += 0.2 * 0.25 * slope
    forward(neuron)
"""


def test_targets_are_met_by_the_outputs_that_a_step_is_made_of(tmp_path):
    report = checked(GONE_AGAIN, tmp_path)
    assert report.ok
    assert "2-1, sigmoid" in str(report)


def test_the_mean_of_an_array_is_divided_by_its_count(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(MEAN)
    assert check_file(path, seed=1980).ok


ONCE = """\
import numpy as np

x, y = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([5.0, 7.1, 9.0, 11.2, 12.9])
w, b = 0.0, 0.0
for epoch in range(50):
    guess = w * x + b
    loss = np.mean((y - guess) ** 2)
    dw = -2 * np.mean(x * (y - guess))
    db = -2 * np.mean(y - guess)
    w = w - 0.01 * dw
    b = b - 0.01 * db
"""


def test_a_line_through_all_samples_is_right(tmp_path):
    assert checked(ONCE, tmp_path).ok


@pytest.mark.parametrize(
    ("right", "wrong", "mistake"),
    [
        ("db = -2 * np.mean", "db = -2 * np.sum", "bias_not_averaged"),
        ("dw = -2 *", "dw = 2 *", "sign"),
        ("np.mean(x * (y - guess))", "np.mean(y - guess)", None),
    ],
)
def test_one_of_the_samples_alone_explains_no_step_of_all(tmp_path, right, wrong, mistake):
    assert right in ONCE
    report = checked(ONCE.replace(right, wrong), tmp_path)
    assert not report.ok
    assert mistake in (None, report.mistake)


FAR_AWAY = """\
xs = [1.0 * place for place in range(200)]
ys = [4 * x + 3 for x in xs]
m, c = 0.25, 0.5
for turn in range(9):
    d_m = d_c = 0.0
    for x, y in zip(xs, ys):
        d_m += (y - m * x - c) * x
        d_c += (y - m * x - c)
    d_m *= -2 / len(xs)
    d_c *= -2 / len(xs)
    m -= d_m * 1e-5
    c -= d_c * 1e-5
"""


def test_a_line_that_is_taken_off_term_by_term_is_right_although_samples_are_large(tmp_path):
    assert checked(FAR_AWAY, tmp_path).ok
    assert not checked(FAR_AWAY.replace("d_c *= -2", "d_c *= -1"), tmp_path).ok


CLIPPED = """\
w, b, rate = 0.1, 0.3, 0.05
data = [(1.0, 3.0), (2.0, 5.0), (3.0, 7.0), (4.0, 9.0)]
for epoch in range(50):
    dw = db = 0.0
    for x, y in data:
        e = w * x + b - y
        dw += e * x
        db += e
    w -= rate * max(-1.0, min(1.0, dw))
    b -= rate * max(-1.0, min(1.0, db))
    rate = rate * 1.05
"""


def test_clipped_steps_that_are_all_as_long_are_not_accused(tmp_path):
    assert checked(CLIPPED, tmp_path).outcome != "wrong"


@pytest.mark.parametrize("slip", WRONG)
def test_a_slip_among_a_few_numbers_has_its_name(slip, tmp_path):
    text, change, mistake = WRONG[slip]
    assert text.replace(*change) != text
    assert checked(text.replace(*change), tmp_path).mistake == mistake


def test_a_rate_that_is_nearly_steady_is_no_proof_where_the_program_has_a_loss(tmp_path):
    slip = UNIT.replace("squash(z) * (1 - squash(z))", "squash(guess) * (1 - squash(guess))")
    assert slip != UNIT
    assert not checked(slip, tmp_path).ok


@pytest.mark.parametrize("factor", ["delta", "1"])
def test_a_factor_that_no_learning_rate_of_the_program_is_leaves_it_open(factor, tmp_path):
    report = checked(SCALE.replace("delta * input", f"delta * {factor}"), tmp_path)
    assert not report.ok
    assert report.mistake is None


WORKED_ONCE = """\
import math

def example():
    x, y, w1, b1, w2, b2 = 2.0, 1.0, 0.5, 0.1, 0.3, 0.2
    a1 = 1 / (1 + math.exp(-(x * w1 + b1)))
    guess = 1 / (1 + math.exp(-(a1 * w2 + b2)))
    loss = (y - guess) ** 2
    d2 = 2 * (guess - y) * guess * (1 - guess)
    d1 = d2 * w2 * a1 * (1 - a1)
    pace = 0.1
    w1_new, b1_new = w1 - pace * d1 * x, b1 - pace * d1
    w2_new, b2_new = w2 - pace * d2 * a1, b2 - pace * d2
    print(loss, w1_new, b1_new, w2_new, b2_new)

example()
"""


def test_an_example_that_is_worked_once_is_read_whatever_its_new_weights_are_called(tmp_path):
    report = checked(WORKED_ONCE, tmp_path)
    assert report.ok
    assert "1-1-1, sigmoid, sigmoid" in str(report)
    for word in ("", "_up", "_"):
        assert checked(WORKED_ONCE.replace("_new", word), tmp_path).ok
    assert not checked(WORKED_ONCE.replace("d2 * w2 * a1", "d2 * a1"), tmp_path).ok


IN_TURN = """\
import math
x, y, w1, b1, w2, b2, pace = 2.0, 1.0, 0.5, 0.1, 0.3, 0.2, 0.1
a1 = 1 / (1 + math.exp(-(x * w1 + b1)))
guess = a1 * w2 + b2
loss = (guess - y) ** 2
d2 = 2 * (guess - y)
w2 = w2 - pace * d2 * a1
b2 = b2 - pace * d2
d1 = d2 * w2 * a1 * (1 - a1)
w1 = w1 - pace * d1 * x
b1 = b1 - pace * d1
"""


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("", "", "updated_weights"),
        ("loss = (guess - y) ** 2\n", "", "updated_weights"),
        ("pace * d1", "0.07 * d1", None),  # a pace of its own
        ("d2 * w2", "d2", None),
    ],
)
def test_a_weight_that_is_moved_before_the_error_goes_back_is_told_by_one_step(
    old, new, mistake, tmp_path
):
    report = checked(IN_TURN.replace(old, new), tmp_path)
    assert report.mistake == mistake, report
    assert report.outcome == ("wrong" if mistake else "not_read")


@pytest.mark.parametrize(
    ("names", "values", "wanted"),
    [
        (["exp"], [0.7], lambda u: cmath.exp(u)),
        (["tanh", "*"], [0.7, 1.3], lambda u, v: cmath.tanh(u) * v),
        (["log", "/"], [0.7, 1.3], lambda u, v: cmath.log(u) / v),
        (["sqrt", "**"], [0.7, 1.3], lambda u, v: cmath.sqrt(u) ** v),
        (["square", "-"], [0.7, 1.3], lambda u, v: u * u - v),
    ],
)
def test_slopes_of_numbers_are_those_of_a_complex_step(names, values, wanted):
    graph = Graph()
    leaves = [graph.add("leaf", (), value) for value in values]
    first, *second = names
    real = [wanted_value(first, values[0])]
    node = graph.add(first, (leaves[0],), real[0])
    for name in second:
        node = graph.add(name, (node, leaves[1]), wanted(*values).real)
    found = slopes(graph, {node: 1.0}, dict.fromkeys(range(node + 1), 1), dict.fromkeys(leaves, 1))
    for place, leaf in enumerate(leaves):
        moved = [value + 1e-20j * (place == n) for n, value in enumerate(values)]
        assert found[leaf] == pytest.approx(wanted(*moved).imag / 1e-20)


def wanted_value(name, value):
    """Return what a function of one number gives."""
    functions = {"exp": cmath.exp, "tanh": cmath.tanh, "log": cmath.log, "sqrt": cmath.sqrt}
    return functions.get(name, lambda u: complex(u * u))(value).real


def test_an_operation_of_which_nothing_is_known_ends_the_way_back():
    graph = Graph()
    leaf = graph.add("leaf", (), 0.5)
    node = graph.add("gamma", (leaf,), 1.7)
    with pytest.raises(UnknownSlopeError):
        slopes(graph, {node: 1.0}, {leaf: 1, node: 1}, {leaf: 1})


WITH_ANOTHER_SLOPE = (
    ("top * left", "-2 * (goal - got) * left * left * (1 - left)"),
    ("top * right", "-2 * (goal - got) * right * right * (1 - right)"),
)
FASTER = (
    ("self.q1 -= pace", "self.q1 -= 1.7 * pace"),
    ("self.q2 -= pace", "self.q2 -= 1.7 * pace"),
)
DECAYED = (
    ("self.q1 -= pace * top * left", "self.q1 -= pace * (top * left + 0.1 * self.q1)"),
    ("self.q2 -= pace * top * right", "self.q2 -= pace * (top * right + 0.1 * self.q2)"),
)
BOUNDED = (
    ("self.q1 -= pace * top * left", "self.q1 -= max(-0.001, min(0.001, pace * top * left))"),
    ("self.q2 -= pace * top * right", "self.q2 -= max(-0.001, min(0.001, pace * top * right))"),
)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [(WITH_ANOTHER_SLOPE, True), (FASTER, False), (DECAYED, False), (BOUNDED, False)],
)
def test_weights_that_most_others_show_to_be_wrong_are_told(changes, wrong, tmp_path):
    text = SINGLE_NUMBERS
    for change in changes:
        text = text.replace(*change)
    (tmp_path / "net.py").write_text(text)
    report = check_file(tmp_path / "net.py", limits=Limits(seconds=5), seed=1977)
    if not wrong:
        assert report.ok or report.unread is not None, str(report)
        return
    assert not report.ok
    assert report.unread is None
    assert "dq1, dq2 are wrong" in str(report)


MANY_SAMPLES = """\
import numpy as np
x = np.linspace(-2, 2, 1500)
y = np.sin(x)
rng = np.random.default_rng(2)
a, b, c = rng.normal(), rng.normal(), rng.normal()
for turn in range(2000):
    guess = a + b * x + c * x ** 2
    slope = 2 * (guess - y)
    grad_a = slope.sum() / 1500
    grad_b = (slope * x).mean()
    grad_c = (slope * x ** 2).mean()
    a -= 0.01 * grad_a
    b -= 0.01 * grad_b
    c -= 0.01 * grad_c
"""


def test_single_numbers_that_meet_large_arrays_are_followed_with_fewer_samples(tmp_path):
    """Of the 60 that are left, a sum over 1500 would be no mean."""
    path = tmp_path / "fit.py"
    path.write_text(MANY_SAMPLES)
    report = check_file(path, seed=7)
    assert report.outcome == "right", report
    assert "from 400 on were lowered to 60" in str(report)
