"""Gradients that stand alone, as courses hand them to an optimizer, are called and judged."""

import pytest

from clearprop.check.script import check_file

SIGMOID = """
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
"""

NETWORK = (
    SIGMOID
    + """
def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    cut, m = hidden_layer_size * (input_layer_size + 1), len(X)
    one = nn_params[:cut].reshape((hidden_layer_size, input_layer_size + 1), order="F")
    two = nn_params[cut:].reshape((num_labels, hidden_layer_size + 1), order="F")
    a1 = np.hstack([np.ones((m, 1)), X])
    z2 = a1 @ one.T
    a2 = np.hstack([np.ones((m, 1)), sigmoid(z2)])
    h = sigmoid(a2 @ two.T)
    Y = np.zeros((m, num_labels))
    for i in range(m):
        Y[i, y[i] - 1] = 1
    J = -np.sum(Y * np.log(h) + (1 - Y) * np.log(1 - h)) / m
    d3 = h - Y
    d2 = d3 @ two[:, 1:] * sigmoid(z2) * (1 - sigmoid(z2))
    g1, g2 = d2.T @ a1 / m, d3.T @ a2 / m
    g1[:, 1:] += lambda_ / m * one[:, 1:]
    g2[:, 1:] += lambda_ / m * two[:, 1:]
    return J, np.concatenate([g1.ravel(order="F"), g2.ravel(order="F")])
"""
)

MATRICES = (
    SIGMOID
    + """
def gradientReg(theta, X, y, learningRate):
    theta, X, y = np.matrix(theta), np.matrix(X), np.matrix(y)
    grad = np.zeros(theta.shape[1])
    error = sigmoid(X * theta.T) - y
    for i in range(theta.shape[1]):
        grad[i] = np.sum(np.multiply(error, X[:, i])) / len(X)
        if i > 0:
            grad[i] += learningRate / len(X) * theta[0, i]
    return grad
"""
)

TWO_FUNCTIONS = (
    SIGMOID
    + """
def cost(theta, X, y):
    h = sigmoid(X @ theta)
    return -(y.T @ np.log(h) + (1 - y).T @ np.log(1 - h)) / len(y)

def gradient(theta, X, y):
    return (1 / len(X)) * X.T @ (sigmoid(X @ theta) - y)
"""
)

COLUMNS = (
    SIGMOID
    + """
def cost(theta, x_data, y_data, l):
    m = len(y_data)
    h = sigmoid(x_data.dot(theta)).reshape(-1, 1)
    J = -(y_data.T.dot(np.log(h)) + (1 - y_data).T.dot(np.log(1 - h))) / m
    grad = (h - y_data).T.dot(x_data) / m
    grad[0, 1:] += l / m * theta[1:]
    return J + l / (2 * m) * np.sum(theta[1:] ** 2), grad
"""
)

LINEAR = """
import numpy as np
def linearRegCostFunction(X, y, theta, lambda_=0.0):
    m = y.size
    h = X.dot(theta)
    grad = (h - y).dot(X) / m
    grad[1:] = grad[1:] + lambda_ / m * theta[1:]
    return np.sum((h - y) ** 2) / (2 * m) + lambda_ / (2 * m) * np.sum(theta[1:] ** 2), grad
"""

RIGHT = {
    "a network": (NETWORK, "sigmoid sigmoid"),
    "matrices filled entry by entry": (MATRICES, "sigmoid"),
    "cost and gradient apart": (TWO_FUNCTIONS, "sigmoid"),
    "columns of targets in a loss yᵀ ln a": (COLUMNS, "sigmoid"),
    "a linear regression": (LINEAR, "identity"),
}


def checked(folder, program):
    """Return the report on a program."""
    path = folder / "program.py"
    path.write_text(program)
    return check_file(path)


@pytest.mark.parametrize("kind", RIGHT)
def test_a_gradient_that_nobody_calls_is_judged(kind, tmp_path):
    program, activations = RIGHT[kind]
    report = checked(tmp_path, program)
    assert report.outcome == "right", report
    assert report.network is not None
    assert " ".join(each.activation.name for each in report.network.layers) == activations
    assert "made-up numbers" in str(report)


def test_a_slip_in_one_is_named(tmp_path):
    whole = " * sigmoid(z2) * (1 - sigmoid(z2))"
    assert whole in NETWORK
    report = checked(tmp_path, NETWORK.replace(whole, ""))
    assert report.mistake == "derivative_left_out"


def test_the_slope_of_an_activation_beside_one_is_not_all_that_is_judged(tmp_path):
    program = NETWORK + "def sigmoid_gradient(z):\n    return sigmoid(z) * (1 - sigmoid(z))\n"
    program = program.replace("_layer_size", "_layer").replace("num_labels", "out_layer")
    report = checked(tmp_path, program)
    assert report.outcome == "right"
    assert report.network is not None
    wrong = program.replace(" * sigmoid(z2) * (1 - sigmoid(z2))", "", 1)
    assert checked(tmp_path, wrong).mistake == "derivative_left_out"


def test_a_wrong_penalty_is_not_right(tmp_path):
    penalty = "lambda_ / m * theta[1:]\n"
    assert penalty in LINEAR
    assert (
        checked(tmp_path, LINEAR.replace(penalty, "lambda_ / m * theta[:-1]\n")).outcome != "right"
    )


def test_a_function_that_takes_a_step_is_no_gradient(tmp_path):
    program = SIGMOID + (
        "def gradient_step(theta, X, y, learning_rate):\n"
        "    return theta - learning_rate * X.T @ (sigmoid(X @ theta) - y) / len(y)\n"
    )
    assert checked(tmp_path, program).outcome == "not_read"


BATCHES = (
    SIGMOID
    + """
class Network:
    def __init__(self, shape):
        self.biases = [np.random.randn(n, 1) for n in shape[1:]]
        self.weights = [np.random.randn(n, k) for k, n in zip(shape[:-1], shape[1:])]

    def SGD(self, training_data, epochs, batch_size, lr_rate):
        for _ in range(epochs):
            for k in range(0, len(training_data), batch_size):
                self.update_batch(training_data[k:k + batch_size], lr_rate)

    def update_batch(self, batch, lr_rate):
        sum_w = [np.zeros(w.shape) for w in self.weights]
        sum_b = [np.zeros(b.shape) for b in self.biases]
        for x, y in batch:
            dw, db = self.backprop(x, y)
            sum_w = [one + other for one, other in zip(dw, sum_w)]
            sum_b = [one + other for one, other in zip(db, sum_b)]
        self.weights = [w - lr_rate / len(batch) * d for w, d in zip(self.weights, sum_w)]
        self.biases = [b - lr_rate / len(batch) * d for b, d in zip(self.biases, sum_b)]

    def backprop(self, x, y):
        kept = [x]
        for w, b in zip(self.weights, self.biases):
            kept.append(sigmoid(w @ kept[-1] + b))
        error = kept[-1] - y
        dw, db = [], []
        for w, a in zip(reversed(self.weights), reversed(kept[:-1])):
            dw.insert(0, error @ a.T)
            db.insert(0, error)
            error = w.T @ error * a * (1 - a)
        return dw, db
"""
)


def test_a_rate_is_told_by_a_part_of_its_name(tmp_path):
    assert checked(tmp_path, BATCHES).outcome == "right"


SHAPED = (
    SIGMOID
    + """
def compute_grad(theta, X, y):
    theta.shape = (1, theta.size)
    grad = np.zeros(theta.size)
    delta = sigmoid(X.dot(theta.T)).ravel() - y
    for i in range(grad.size):
        grad[i] = delta.dot(X[:, i]) / len(y)
    theta.shape = (theta.size,)
    return grad
"""
)


@pytest.mark.parametrize(("end", "ok"), [("len(y)", True), ("m", True), ("m * -1", False)])
def test_a_vector_of_parameters_whose_shape_is_set_is_no_dict(tmp_path, end, ok):
    path = tmp_path / "logistic.py"
    path.write_text(SHAPED.replace("/ len(y)", f"/ {end}"))
    report = check_file(path, seed=1981)
    assert report.failure is None
    assert report.ok == ok


OF_FEWER_SAMPLES = """\
import numpy as np

SHAPES = [(4, 3), (3, 5)]

def unrolled(theta):
    first = SHAPES[0][0] * SHAPES[0][1]
    return [theta[:first].reshape(SHAPES[0]), theta[first:].reshape(SHAPES[1])]

def outputs(theta, x):
    layers = [x]
    for W in unrolled(theta):
        a = np.ones((len(x), len(W) + 1))
        a[:, 1:] = 1 / (1 + np.exp(-(layers[-1] @ W.T)))
        layers.append(a)
    return layers

def shown(theta, x, y):
    h = outputs(theta, x)[-1][:, 1:]
    return sum(-np.log(h[:, k]) @ y[:, k] - np.log(1 - h[:, k]) @ (1 - y[:, k]) for k in range(3))

def slopes(theta, x, y):
    _, a, last = outputs(theta, x)
    h, W = last[:, 1:], unrolled(theta)[1]
    first, second = 0, 0
    for i in range(len(x)):
        d2 = (h[i] - y[i, :].T[0]).reshape(-1, 1)
        d1 = (W.T @ d2 * a[i].reshape(-1, 1) * (1 - a[i].reshape(-1, 1)))[1:]
        second = second + d2 @ a[i].reshape(1, -1)
        first = first + d1 @ x[i].reshape(1, -1)
    g = np.zeros(theta.size)
    g[:first.size], g[first.size:] = first.flatten(), second.flatten()
    return g / len(x)

x = np.hstack([np.ones((20, 1)), np.random.randn(20, 2)])
y = np.eye(3)[np.random.randint(0, 3, 20)][:, :, None]
theta = np.random.randn(27)
print(shown(theta, x, y))
print(slopes(theta, x[3:13], y[3:13]))
print(shown(theta, x, y))
"""


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("", "", None),
        (" * a[i].reshape(-1, 1) * (1 - a[i].reshape(-1, 1))", "", "derivative_left_out"),
    ],
)
def test_a_loss_of_other_samples_has_no_share_in_a_gradient_that_is_shown(
    tmp_path, old, new, mistake
):
    path = tmp_path / "rolled.py"
    path.write_text(OF_FEWER_SAMPLES.replace(old, new))
    report = check_file(path, seed=3)
    assert report.mistake == mistake
    assert {array.name for array in report.diagnosis.arrays} >= {"dW1", "dW2"}


DESCENT = """
def gradientDescent(X, y, theta, bias, alpha, num_iters):
    for _ in range(num_iters):
        off = sigmoid(X @ theta + bias) - y
        theta = theta - alpha * X.T @ off / len(y)
        bias = bias - alpha * np.sum(off) / len(y)
    return theta, bias
"""
SOFTMAX = """
import numpy as np
def gradient_descent(X, Y, W, lr, epochs):
    for _ in range(epochs):
        e = np.exp(X @ W)
        W = W - lr * X.T @ (e / e.sum(axis=1, keepdims=True) - Y) / len(X)
    return W
"""


@pytest.mark.parametrize(
    ("program", "activation"),
    [
        (SIGMOID + DESCENT, "sigmoid"),
        (SOFTMAX, "softmax"),
    ],
)
def test_a_descent_that_is_handed_its_weights_is_judged(program, activation, tmp_path):
    report = checked(tmp_path, program)
    assert report.outcome == "right", report
    assert report.network is not None
    assert [each.activation.name for each in report.network.layers] == [activation]
    assert (
        checked(tmp_path, program.replace("- alpha", "+ alpha").replace("- lr", "+ lr")).mistake
        == "sign"
    )


SEVERAL = (
    SIGMOID
    + """
def cost(theta, X, y):
    h = sigmoid(X @ theta)
    return -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h))

def gradient(theta, X, y):
    return X.T @ (sigmoid(X @ theta) - y) / len(X)

def costReg(theta, X, y, lambda_):
    return cost(theta, X, y) + lambda_ / (2 * len(X)) * np.sum(theta[1:] ** 2)

def gradientReg(theta, X, y, lambda_):
    grad = gradient(theta, X, y)
    grad[1:] += lambda_ / len(X) * theta[1:]
    return grad
"""
)


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (("", ""), "right"),
        (("* theta[1:]\n", "* theta[0]\n"), "wrong"),
        (("grad[1:] += lambda_", "grad[1:] -= lambda_"), "wrong"),
    ],
)
def test_each_of_several_gradients_is_judged_by_the_loss_of_its_arguments(
    change, outcome, tmp_path
):
    path = tmp_path / "several.py"
    path.write_text(SEVERAL.replace(*change))
    report = check_file(path, seed=7)
    assert report.outcome == outcome, report
