"""A right gradient that the training adds: the step goes up, which is wrong."""

import pytest

from clearprop.check.script import check_file

MODEL = """\
import numpy as np

def forward_propagation(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    A2 = 1 / (1 + np.exp(-(parameters["W2"] @ A1 + parameters["b2"])))
    return A2, {"A1": A1, "A2": A2}

def compute_cost(A2, Y):
    return -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    dZ2 = cache["A2"] - Y
    dZ1 = parameters["W2"].T @ dZ2 * (1 - cache["A1"] ** 2)
    return {"dW2": dZ2 @ cache["A1"].T / m, "db2": dZ2.sum(1, keepdims=True) / m,
            "dW1": dZ1 @ X.T / m, "db1": dZ1.sum(1, keepdims=True) / m}

def model(X, Y, turns=50, learning_rate=0.7):
    parameters = {"W1": np.random.randn(4, 2), "b1": np.zeros((4, 1)),
         "W2": np.random.randn(1, 4), "b2": np.zeros((1, 1))}
    for turn in range(turns):
        A2, cache = forward_propagation(X, parameters)
        cost = compute_cost(A2, Y)
        grads = backward_propagation(parameters, cache, X, Y)
        for key in parameters:
            parameters[key] = parameters[key] - learning_rate * grads["d" + key]
    return parameters

X = np.random.randn(2, 60)
model(X, (X[:1] * X[1:] > 0) * 1.0)
"""
DOWN, UP = (
    'parameters[key] - learning_rate * grads["d" + key]',
    'parameters[key] + learning_rate * grads["d" + key]',
)


@pytest.fixture
def checked(tmp_path):
    """Check the program with some of its text replaced."""

    def check(old, new):
        assert old in MODEL
        path = tmp_path / "model.py"
        path.write_text(MODEL.replace(old, new))
        return check_file(path, seed=1977)

    return check


def test_a_training_that_adds_a_right_gradient_is_wrong(checked):
    report = checked(DOWN, UP)
    assert report.mistake == "sign"
    assert UP in report.line
    assert any("the training adds it" in note.en for note in report.notes)


def test_one_that_takes_it_off_is_right(checked):
    assert checked(DOWN, DOWN).ok


UNUSED = """\
import numpy as np

class Layer:
    def __init__(self, n_in, n_out):
        self.W = np.random.uniform(-0.1, 0.1, (n_out, n_in))
        self.b = np.zeros((n_out, 1))

    def forward(self, x):
        self.x = x
        self.output = 1 / (1 + np.exp(-(self.W @ x + self.b)))
        return self.output

    def backward(self, delta):
        self.W_grad = delta @ self.x.T
        self.b_grad = delta
        self.delta = self.x * (1 - self.x) * (self.W.T @ delta)

    def update(self, rate):
        self.W += rate * self.W_grad
        self.b += rate * self.b_grad

class Network:
    def __init__(self, sizes):
        self.layers = [Layer(a, b) for a, b in zip(sizes, sizes[1:])]

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def loss(self, output, label):
        return 0.5 * ((label - output) ** 2).sum()

    def calc_gradient(self, label):
        output = self.layers[-1].output
        delta = output * (1 - output) * (label - output)
        for layer in self.layers[::-1]:
            layer.backward(delta)
            delta = layer.delta
"""


@pytest.mark.parametrize(("sign", "mistake"), [("+=", None), ("-=", "sign")])
def test_what_is_kept_to_be_added_is_the_negative_gradient(tmp_path, sign, mistake):
    path = tmp_path / "network.py"
    path.write_text(UNUSED.replace("+=", sign))
    assert check_file(path, seed=1978).mistake == mistake
    assert check_file(path, seed=1978).ok == (mistake is None)


def test_a_training_that_adds_one_right_gradient_is_wrong_in_that_line(checked):
    report = checked(
        DOWN,
        'parameters[key] + (1 if key == "b2" else -1) * learning_rate * grads["d" + key]',
    )
    assert report.mistake == "sign"
    assert [array.name for array in report.diagnosis.arrays if not array.right] == ["db2"]
    assert 'key == "b2"' in report.line


SUMMED = """\
import numpy as np

class Network:
    def __init__(self, sizes):
        self.biases = [np.random.randn(y, 1) for y in sizes[1:]]
        self.weights = [np.random.randn(y, x) for x, y in zip(sizes, sizes[1:])]

    def forward(self, x):
        activations = [x]
        for b, w in zip(self.biases, self.weights):
            activations.append(1 / (1 + np.exp(-(w @ activations[-1] + b))))
        return activations

    def update_mini_batch(self, mini_batch, eta):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        for x, y in mini_batch:
            delta_nabla_b, delta_nabla_w = self.backprop(x, y)
            nabla_b = [nb + dnb for nb, dnb in zip(nabla_b, delta_nabla_b)]
            nabla_w = [nw + dnw for nw, dnw in zip(nabla_w, delta_nabla_w)]
        self.weights = [w - eta / len(mini_batch) * nw for w, nw in zip(self.weights, nabla_w)]
        self.biases = [b - eta / len(mini_batch) * nb for b, nb in zip(self.biases, nabla_b)]

    def backprop(self, x, y):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        activations = self.forward(x)
        delta = activations[-1] - y
        for layer in range(1, len(self.weights) + 1):
            a = activations[-layer]
            delta = (delta if layer == 1 else self.weights[1 - layer].T @ delta) * a * (1 - a)
            nabla_b[-layer] = delta
            nabla_w[-layer] = delta @ activations[-layer - 1].T
        return nabla_b, nabla_w
"""


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("", "", None),
        ("activations[-1] - y", "y - activations[-1]", "sign"),
        (
            "\n        return nabla_b, nabla_w",
            "\n            return nabla_b, nabla_w",
            "left_at_zero",
        ),
    ],
)
def test_gradients_that_are_summed_over_samples_are_not_added_to_weights(
    tmp_path, old, new, mistake
):
    path = tmp_path / "network.py"
    path.write_text(SUMMED.replace(old, new))
    report = check_file(path, seed=3)
    assert (report.ok, report.mistake) == (mistake is None, mistake)


def test_a_sign_is_named_where_the_step_keeps_some_of_the_one_before(tmp_path):
    velocity = (
        "        for key in parameters:\n"
        '            speed[key] = 0.9 * speed.get(key, 0) + 0.1 * grads["d" + key]\n'
        "            parameters[key] = parameters[key] - learning_rate * speed[key]\n"
    )
    plain = MODEL[
        MODEL.index("        for key in parameters:\n") : MODEL.index("    return parameters")
    ]
    text = MODEL.replace(plain, velocity).replace("    for turn", "    speed = {}\n    for turn")
    text = text.replace('cache["A2"] - Y', 'Y - cache["A2"]')
    path = tmp_path / "program.py"
    path.write_text(text.replace("learning_rate=0.7", "learning_rate=0.1"))
    report = check_file(path, seed=7)
    assert report.mistake == "sign", report
    assert "dZ2" in report.line


SIGN_IN_ONE = """\
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

class Network:
    def __init__(self, x, y):
        self.input, self.y = x, y
        self.weights1, self.weights2 = np.random.rand(x.shape[1], 4), np.random.rand(4, 1)
        self.output = np.zeros(y.shape)

    def feedforward(self):
        self.layer1 = sigmoid(self.input @ self.weights1)
        self.output = sigmoid(self.layer1 @ self.weights2)

    def backprop(self):
        delta = 2 * (self.y - self.output) * self.output * (1 - self.output)
        change2 = self.layer1.T @ delta
        change1 = self.input.T @ (delta @ self.weights2.T * self.layer1 * (1 - self.layer1))
        self.weights1 -= change1
        self.weights2 += change2

network = Network(np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]), np.eye(4)[:, :1])
for turn in range(50):
    network.feedforward()
    network.backprop()
"""


def test_a_called_update_has_the_line_that_the_own_run_shows(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(SIGN_IN_ONE)
    report = check_file(path, seed=7)
    assert report.mistake == "sign"
    assert "self.weights1 -= change1" in report.line
