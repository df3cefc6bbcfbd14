"""Derivatives of activations are compared with differences of these, in z and in a."""

import pytest

from clearprop.check.script import check_file

FUNCTIONS = """
import numpy as np
import math

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def sigmoid_prime(x):
    return sigmoid(x) * (1 - sigmoid(x))

def tanh(x):
    return np.tanh(x)

def dtanh(y):
    return 1 - y ** 2

def leaky(x, slope=0.1):
    return x if x > 0 else slope * x

def leaky_derivative(x):
    return 1.0 if x > 0 else 0.1

def bump(x, deriv=False):
    if deriv:
        return -2 * x * np.exp(-x ** 2)
    return np.exp(-x ** 2)

def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()

def softmax_derivative(x):
    return softmax(x) * (1 - softmax(x))

class Plus:
    def __call__(self, z):
        return np.log(1 + np.exp(z))

    def derivative(self, z):
        return 1 / (1 + np.exp(-z))
"""
SLIPS = {
    "f of another": ("return 1 - y ** 2", "return 1 - y", "dtanh"),
    "a product without brackets": (
        "return sigmoid(x) * (1 - sigmoid(x))", "return sigmoid(x) * 1 - sigmoid(x)",
        "sigmoid_prime",
    ),
    "another slope": ("else 0.1", "else 0.0", "leaky_derivative"),
    "without the inner derivative": ("return -2 * x *", "return -1 *", "bump(deriv=True)"),
    "a method": ("return 1 / (1 + np.exp(-z))", "return np.exp(z)", "Plus.derivative"),
}  # fmt: skip


def test_right_derivatives_are_right(tmp_path):
    path = tmp_path / "activations.py"
    path.write_text(FUNCTIONS)
    report = check_file(path)
    assert report.ok, report.text()
    assert report.own_loss.right == (
        "sigmoid_prime", "dtanh", "leaky_derivative", "bump(deriv=True)", "Plus.derivative",
    )  # fmt: skip


TRAINS_ON_A_TABLE = """
import numpy as np
import pandas as pd
def sigmoid(x):
    return 1 / (1 + np.exp(-x))
def sigmoid_prime(x):
    return sigmoid(x) * (1 - sigmoid(x))
table, rain = pd.read_csv('rain.csv'), {}
for i in table.index:
    rain[(table['x'][i], table['y'][i])] = table['rain'][i]
rows, goals = [], []
for x in range(5):
    for y in range(5):
        if rain[(x, y)] < 10:
            rows.append([x, y])
            goals.append([rain[(x, y)]])
X, T = np.array(rows), np.array(goals)
V, W = np.random.randn(2, 3), np.random.randn(3, 1)
for turn in range(9):
    H = sigmoid(X.dot(V))
    A = sigmoid(H.dot(W))
    d = (A - T) * A * (1 - A)
    W -= 0.1 * H.T.dot(d)
    V -= 0.1 * X.T.dot(d.dot(W.T) * H * (1 - H))
"""


def test_right_derivatives_say_nothing_of_a_training_that_was_not_reached(tmp_path):
    path = tmp_path / "training.py"
    path.write_text(TRAINS_ON_A_TABLE)
    assert check_file(path).outcome == "not_read"


@pytest.mark.parametrize("slip", SLIPS)
def test_a_wrong_one_is_told_with_its_line(slip, tmp_path):
    right, wrong, name = SLIPS[slip]
    path = tmp_path / "activations.py"
    path.write_text(FUNCTIONS.replace(right, wrong))
    report = check_file(path)
    assert not report.ok
    assert f"f′ of {name} (of " in report.text()
    assert report.own_loss.wrong == (name,)


CLASS_OF_SIGMOID = """
import numpy as np

class Sigmoid:
    def forward(self, x):
        self.x, self.out = x, 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        return dout * self.out * (1 - self.out)
"""
IN_A_CLASS = {
    "self.out * (1 - self.out)": None,
    "(1 - self.out)": "power_in_derivative",
    "self.x * (1 - self.x)": "derivative_of_weighted_sum",
    "np.exp(-self.out) / (1 + np.exp(-self.out)) ** 2": "derivative_at_activation",
    "(1 - np.tanh(self.x) ** 2)": "derivative_of_another",
    "self.x": "activation_for_derivative",
}


@pytest.mark.parametrize("slope", IN_A_CLASS)
def test_a_slip_in_the_way_back_of_an_activation_has_its_name(slope, tmp_path):
    path = tmp_path / "layers.py"
    path.write_text(CLASS_OF_SIGMOID.replace("self.out * (1 - self.out)", slope))
    report = check_file(path)
    assert report.outcome == ("right" if IN_A_CLASS[slope] is None else "wrong")
    assert report.mistake == IN_A_CLASS[slope]


def test_a_slip_in_a_derivative_alone_has_its_name(tmp_path):
    path = tmp_path / "activations.py"
    path.write_text(FUNCTIONS.replace("return 1 - y ** 2", "return 1 - y"))
    assert check_file(path).mistake == "power_in_derivative"


LOSSES = """
import numpy as np

def mse(y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2)

def mse_prime(y_true, y_pred):
    return 2 * (y_pred - y_true) / y_pred.size

class Entropy:
    def forward(self, y_pred, y_true):
        return -np.sum(y_true * np.log(y_pred), axis=1)

    def backward(self, dvalues, y_true):
        self.dinputs = -y_true / dvalues / len(dvalues)
"""


def test_right_derivatives_of_losses_are_right(tmp_path):
    path = tmp_path / "losses.py"
    path.write_text(LOSSES)
    report = check_file(path)
    assert report.ok, report.text()
    assert set(report.own_loss.right) == {"mse_prime", "Entropy.backward"}


def test_another_derivative_of_a_loss_is_neither_right_nor_accused(tmp_path):
    path = tmp_path / "losses.py"
    path.write_text(LOSSES.replace("-y_true / dvalues", "(dvalues - y_true)"))
    assert check_file(path).outcome == "not_read"


BESIDE = {
    "a way back": """
class Bend:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def gradient(self, dout):
        return dout * (1 - self.y ** 2)
""",
    "a gradient of something else": """
def gradient(w):
    return 2 * w
""",
    "a step": """
def sign(x):
    return np.sign(x)

def sign_derivative(x):
    return 1 - np.tanh(x) ** 2
""",
}


@pytest.mark.parametrize("kind", BESIDE)
def test_what_is_no_derivative_of_it_is_not_accused(kind, tmp_path):
    path = tmp_path / "activations.py"
    path.write_text("import numpy as np\ndef sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n")
    path.write_text(path.read_text() + BESIDE[kind])
    assert check_file(path).outcome != "wrong"


def test_a_step_function_takes_no_steps(tmp_path):
    path = tmp_path / "functions.py"
    path.write_text(
        "import numpy as np\ndef step_function(x):\n    return (x > 0) * 1\n"
        "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n"
        "def sigmoid_grad(x):\n    return sigmoid(x) * (1 - sigmoid(x))\n"
    )
    report = check_file(path)
    assert report.ok, report.text()
    assert report.own_loss.right == ("sigmoid_grad",)
