"""Functions that go back are called beside those that go forward, and compared with differences."""

import pytest

from clearprop.check.script import check_file

pytestmark = pytest.mark.long

LAYERS = """
import numpy as np

def affine_forward(x, w, b):
    out = x.reshape(len(x), -1) @ w + b
    return out, (x, w, b)

def affine_backward(dout, cache):
    x, w, b = cache
    dx = (dout @ w.T).reshape(x.shape)
    dw = x.reshape(len(x), -1).T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db

def relu_forward(x):
    return np.maximum(0, x), x

def relu_backward(dout, cache):
    x = cache
    dx = dout * (x > 0)
    return dx

def sigmoid_forward(x):
    out = 1 / (1 + np.exp(-x))
    return out, out

def sigmoid_backward(dout, cache):
    return dout * cache * (1 - cache)

def scale_forward(x, gamma, beta, scale_param):
    spread = np.sqrt(x.var(axis=0) + scale_param.get("eps", 1e-5))
    xhat = (x - x.mean(axis=0)) / spread
    return gamma * xhat + beta, (xhat, gamma, spread)

def scale_backward(dout, cache):
    xhat, gamma, spread = cache
    dgamma, dbeta = (dout * xhat).sum(axis=0), dout.sum(axis=0)
    g = dout * gamma
    dx = (g - g.mean(axis=0) - xhat * (g * xhat).mean(axis=0)) / spread
    return dx, dgamma, dbeta

def margin_loss(x, y):
    rows = np.arange(len(x))
    margins = np.maximum(0, x - x[rows, y][:, None] + 1.0)
    margins[rows, y] = 0
    dx = (margins > 0) * 1.0
    dx[rows, y] -= dx.sum(axis=1)
    return margins.sum() / len(x), dx / len(x)
"""

CONVOLUTION = """
import numpy as np

def conv_forward(A_prev, W, b, hparameters):
    s, p = hparameters["stride"], hparameters["pad"]
    f = len(W)
    padded = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    high = (padded.shape[1] - f) // s + 1
    Z = np.zeros((len(A_prev), high, high, W.shape[3]))
    for i in range(high):
        for j in range(high):
            part = padded[:, i * s:i * s + f, j * s:j * s + f]
            Z[:, i, j] = np.tensordot(part, W, 3) + b[0, 0, 0]
    return Z, (A_prev, W, b, hparameters)

def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    s, p, f = hparameters["stride"], hparameters["pad"], len(W)
    padded = np.pad(A_prev, ((0, 0), (p, p), (p, p), (0, 0)))
    dpadded, dW = np.zeros_like(padded), np.zeros_like(W)
    for i in range(dZ.shape[1]):
        for j in range(dZ.shape[2]):
            part = np.s_[:, i * s:i * s + f, j * s:j * s + f]
            dpadded[part] += np.tensordot(dZ[:, i, j], W, ((1,), (3,)))
            dW += np.tensordot(padded[part], dZ[:, i, j], ((0,), (0,)))
    db = dZ.sum(axis=(0, 1, 2)).reshape(1, 1, 1, -1)
    dA_prev = dpadded[:, p:-p, p:-p]
    return dA_prev, dW, db
"""

RECURRENT = """
import numpy as np

def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]
    a_next = np.tanh(Wax @ xt + Waa @ a_prev + ba)
    yt = parameters["Wya"] @ a_next + parameters["by"]
    return a_next, yt, (a_next, a_prev, xt, parameters)

def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dz = da_next * (1 - a_next ** 2)
    gradients = {
        "dxt": parameters["Wax"].T @ dz,
        "da_prev": parameters["Waa"].T @ dz,
        "dWax": dz @ xt.T,
        "dWaa": dz @ a_prev.T,
        "dba": dz.sum(axis=1, keepdims=True),
    }
    return gradients
"""

BESIDE_SHARES = RECURRENT.replace(
    'yt = parameters["Wya"] @ a_next + parameters["by"]',
    'e = np.exp(parameters["Wya"] @ a_next + parameters["by"])\n    yt = e / e.sum(axis=0)',
)

AVERAGED = """
import numpy as np

def linear_forward(A, W, b):
    Z = W @ A + b
    return Z, (A, W, b)

def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = dZ @ A_prev.T / m
    db = dZ.sum(axis=1, keepdims=True) / m
    dA_prev = W.T @ dZ
    return dA_prev, dW, db
"""

OBJECT = """
import numpy as np

class PictureNet:
    def __init__(self, input_dim=(3, 8, 8), hidden_dim=9, num_classes=3, reg=0.0):
        pixels = int(np.prod(input_dim))
        self.params = {"W1": np.random.randn(pixels, hidden_dim), "b1": np.zeros(hidden_dim),
                       "W2": np.random.randn(hidden_dim, num_classes), "b2": np.zeros(num_classes)}
        self.reg = reg

    def loss(self, X, y=None):
        p, rows = self.params, X.reshape(len(X), -1)
        h = np.tanh(rows @ p["W1"] + p["b1"]) * rows.mean(axis=1, keepdims=True)
        s = h @ p["W2"] + p["b2"]
        if y is None:
            return s
        e = np.exp(s - s.max(axis=1, keepdims=True))
        e /= e.sum(axis=1, keepdims=True)
        loss = -np.log(e[np.arange(len(y)), y]).mean() + 0.5 * self.reg * (p["W2"] ** 2).sum()
        e[np.arange(len(y)), y] -= 1
        d = e / len(y)
        k = rows.mean(axis=1, keepdims=True)
        dh = d @ p["W2"].T * k * (1 - (h / k) ** 2)
        grads = {"W1": rows.T @ dh, "b1": dh.sum(axis=0),
                 "W2": h.T @ d + self.reg * p["W2"], "b2": d.sum(axis=0)}
        return loss, grads
"""

LAYER_OBJECTS = """
import numpy as np

class Dense:
    def __init__(self, n_in, n_out):
        self.weights, self.biases = np.random.randn(n_in, n_out), np.zeros((1, n_out))

    def forward(self, inputs):
        self.inputs = inputs
        return inputs @ self.weights + self.biases

    def backward(self, dvalues):
        self.dweights = self.inputs.T @ dvalues
        self.dbiases = dvalues.sum(axis=0, keepdims=True)
        return dvalues @ self.weights.T

class Stepping:
    def __init__(self, nin, nout):
        self.W = np.random.randn(nin, nout)

    def forward(self, X):
        self.kept = X
        return X @ self.W

    def backward(self, grad, lr):
        below = grad @ self.W.T
        self.W -= lr * self.kept.T @ grad / len(grad)
        return below

class Ramp:
    def forward(self, inputs):
        self.inputs = inputs
        self.output = np.maximum(0, inputs)

    def backward(self, dvalues):
        self.dinputs = dvalues.copy()
        self.dinputs[self.inputs <= 0] = 0

class Product:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dout):
        dx, dy = dout * self.y, dout * self.x
        return dx, dy

class Softmax:
    def forward(self, x):
        e = np.exp(x)
        return e / e.sum(axis=1, keepdims=True)

    def backward(self, grad):  # of the shares and their cross-entropy together
        return grad
"""

TWO_METHODS = """
import numpy as np

class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW, self.db = self.x.T @ dout, dout.sum(axis=0)
        dx = dout @ self.W.T
        return dx

class BatchScaled:
    def __init__(self, input_size, hidden_size_list, output_size, weight_decay_lambda=0):
        sizes = [input_size, *hidden_size_list, output_size]
        self.decay, self.params, self.layers = weight_decay_lambda, {}, []
        for n, (n_in, n_out) in enumerate(zip(sizes, sizes[1:]), start=1):
            self.params[f"W{n}"] = np.random.randn(n_in, n_out)
            self.params[f"b{n}"] = np.zeros(n_out)
            self.layers.append(Affine(self.params[f"W{n}"], self.params[f"b{n}"]))

    def predict(self, x, train_flg=False):
        for layer in self.layers[:-1]:
            z = layer.forward(x)
            self.spread = np.sqrt((z ** 2).mean() + 1e-5)
            x = layer.scaled = z / self.spread if train_flg else z
            layer.spread = self.spread
        return self.layers[-1].forward(x)

    def loss(self, x, t, train_flg=False):
        y = self.predict(x, train_flg)
        y = np.exp(y - y.max(axis=1, keepdims=True))
        self.y = y / y.sum(axis=1, keepdims=True)
        decay = sum(0.5 * self.decay * (layer.W ** 2).sum() for layer in self.layers)
        return -np.log(self.y[np.arange(len(t)), t]).mean() + decay

    def gradient(self, x, t):
        self.loss(x, t, train_flg=True)
        d = self.y.copy()
        d[np.arange(len(t)), t] -= 1
        d = self.layers[-1].backward(d / len(t))
        for layer in reversed(self.layers[:-1]):
            d = (d - layer.scaled * (d * layer.scaled).mean()) / layer.spread
            d = layer.backward(d)
        grads = {}
        for n, layer in enumerate(self.layers, start=1):
            grads[f"W{n}"], grads[f"b{n}"] = layer.dW + self.decay * layer.W, layer.db
        return grads
"""

OF_SHAPE = """
import numpy as np

class Dense:
    def __init__(self, shape):
        self.weights, self.bias = np.random.randn(*shape), np.zeros(shape[-1])

    def forward(self, x):
        self.last = x
        return x @ self.weights + self.bias

    def backward(self, prev_delta):
        self.weights_grad = self.last.T @ prev_delta
        self.bias_grad = np.sum(prev_delta, axis=0)
        return prev_delta @ self.weights.T

class MaxPooling:
    def __init__(self, shape):
        self.shape = shape

    def forward(self, x):
        h, w = self.shape
        self.x, (n, c, H, W) = x, x.shape
        self.parts = x.reshape(n, c, H // h, h, W // w, w)
        return self.parts.max(axis=(3, 5))

    def backward(self, prev_delta):
        best = self.parts == self.parts.max(axis=(3, 5), keepdims=True)
        return (best * prev_delta[:, :, :, None, :, None]).reshape(self.x.shape)
"""

STEPS_OF_ITS_OWN = """
import numpy as np

class Dense:
    def __init__(self, input_size, output_size):
        self.weights = np.random.rand(input_size, output_size) - 0.5
        self.bias = np.random.rand(1, output_size) - 0.5

    def forward(self, x):
        self.x = x
        return x @ self.weights + self.bias

    def backward(self, err, learning_rate):
        back = err @ self.weights.T
        self.weights -= learning_rate * self.x.T @ err
        self.bias -= 2 * learning_rate * err.sum(axis=0, keepdims=True)
        return back
"""

HANDED_ITS_INPUT = """
import numpy as np

class Linear:
    def __init__(self, n_in, n_out):
        self.W, self.b = np.random.randn(n_in, n_out), np.random.randn(1, n_out)

    def forward(self, input):
        return input @ self.W + self.b

    def backward(self, input, grad_output):
        self.grad_W = input.T @ grad_output
        self.grad_b = grad_output.sum(axis=0)
        return grad_output @ self.W.T

class ReLU:
    def forward(self, input):
        return np.maximum(0, input)

    def backward(self, input, grad_output):
        return grad_output * (input > 0)
"""
RIGHT = {
    "layers that are handed their input again": HANDED_ITS_INPUT,
    "biases with a rate of their own": STEPS_OF_ITS_OWN,
    "loss and gradient": TWO_METHODS,
    "layers that are objects": LAYER_OBJECTS,
    "layers of a shape": OF_SHAPE,
    "layers": LAYERS,
    "a convolution": CONVOLUTION,
    "a cell": RECURRENT,
    "a cell that gives shares": BESIDE_SHARES,
    "averaged on the spot": AVERAGED,
    "an object": OBJECT,
}
WRONG = {
    "a bias, averaged": (HANDED_ITS_INPUT, ".sum(axis=0)", ".mean(axis=0)", "average_twice"),
    "of a layer that takes its own step": (
        STEPS_OF_ITS_OWN,
        "self.x.T @ err",
        "np.abs(self.x).T @ err",
        "unexplained",
    ),
    "of parameters, beside what is right": (
        OF_SHAPE,
        "np.sum(prev_delta, axis=0)",
        "-np.sum(prev_delta, axis=0)",
        "sign",
    ),
    "no mask": (LAYERS, "dx = dout * (x > 0)", "dx = dout * 1.0", "relu_mask"),
    "the mask turned round": (
        LAYERS,
        "dx = dout * (x > 0)",
        "dx = dout * (x <= 0)",
        "relu_mask_inverted",
    ),
    "the mask of the error": (LAYERS, "(x > 0)", "(dout > 0)", "relu_mask_source"),
    "a sign": (LAYERS, "db = dout", "db = -dout", "sign"),
    "part of a slope": (LAYERS, " - g.mean(axis=0)", "", "unexplained"),
    "of a loss": (LAYERS, "dx[rows, y] -= dx.sum(axis=1)", "dx[rows, y] -= 1", "unexplained"),
    "f′ of a cell": (RECURRENT, "da_next * (1 - a_next ** 2)", "da_next", "unexplained"),
    "beside shares": (BESIDE_SHARES, "da_next * (1 - a_next ** 2)", "da_next", "unexplained"),
    "one array averaged": (AVERAGED, "keepdims=True) / m", "keepdims=True)", "average_missing"),
    "the biases alone averaged": (LAYERS, "db = dout.sum(", "db = dout.mean(", "average_twice"),
    "one number for all biases": (
        LAYERS,
        "dout.sum(axis=0)\n    return",
        "dout.sum()\n    return",
        "bias_axis",
    ),
    "one number for all biases of an object": (
        LAYER_OBJECTS,
        "dvalues.sum(axis=0, keepdims=True)",
        "np.sum(dvalues)",
        "bias_axis",
    ),
    "an output that is kept, twice": (
        LAYERS,
        "cache * (1 - cache)",
        "cache ** 2 * (1 - cache)",
        "power_in_derivative",
    ),
    "a name": (LAYERS, "(x > 0)", "(inputs > 0)", "unexplained"),
    "scale of an object": (
        TWO_METHODS,
        " - layer.scaled * (d",
        " + layer.scaled * (d",
        "unexplained",
    ),
    "a ramp": (LAYER_OBJECTS, "[self.inputs <= 0] = 0", "[self.inputs <= 0] *= 1", "relu_mask"),
    "of a product": (LAYER_OBJECTS, "dout * self.y, dout", "dout * self.x, dout", "unexplained"),
    "of an object": (OBJECT, "dh.sum(axis=0)", "dh.mean(axis=0)", "unexplained"),
}


def checked(folder, program):
    """Return the report on a program."""
    path = folder / "program.py"
    path.write_text(program)
    return check_file(path)


@pytest.mark.parametrize("kind", RIGHT)
def test_ways_back_that_nobody_calls_are_judged(kind, tmp_path):
    report = checked(tmp_path, RIGHT[kind])
    assert report.outcome == "right", report


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_one_is_named_with_its_line(kind, tmp_path):
    program, right, wrong, mistake = WRONG[kind]
    assert right in program
    slipped = program.replace(right, wrong)
    report = checked(tmp_path, slipped)
    assert report.outcome == "wrong", report
    assert report.mistake == mistake
    if "object" not in kind:
        assert report.line is not None
        number = int(report.line.split(":")[0])
        changed = slipped.splitlines()[number - 1]
        assert changed != program.splitlines()[number - 1] or kind == "of a loss"


def test_what_is_told_names_each_pair(tmp_path):
    report = checked(tmp_path, LAYERS.replace("db = dout", "db = 2 * dout"))
    assert "db of affine_backward (of affine_forward)" in str(report)
    assert "Right: relu_backward, sigmoid_backward, scale_backward, margin_loss" in str(report)
    assert "affine_backward（对应 affine_forward）的 db" in report.text("zh")


def test_a_loss_with_a_name_that_nothing_defines_is_wrong_in_its_line(tmp_path):
    program = LAYERS.replace("margins[rows, y] = 0", "margin[rows, y] = 0")
    report = checked(tmp_path, program)
    assert report.outcome == "wrong", report
    assert "margin_loss fails: NameError: name 'margin' is not defined" in str(report)
    assert report.line is not None
    assert "margin[rows, y] = 0" in report.line
    elsewhere = "from course_of_ours import *\n" + program
    assert "margin_loss fails" not in str(checked(tmp_path, elsewhere))


SOFTMAX_WITH_TARGETS = """
import numpy as np

def softmax_forward(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    out = e / e.sum(axis=1, keepdims=True)
    return out, out

def softmax_backward(targets, cache):
    return cache - targets
"""


def test_a_way_back_that_takes_the_targets_is_not_accused(tmp_path):
    assert checked(tmp_path, SOFTMAX_WITH_TARGETS).outcome != "wrong"


DELTA_OF_Z = """
import numpy as np

def layer_forward(x, w, b):
    a = np.tanh(x @ w + b)
    return a, (x, w, a)

def layer_backward(dz, cache):
    x, w, a = cache
    return dz @ w.T, x.T @ dz, dz.sum(axis=0)
"""


def test_a_slope_by_something_else_than_the_output_is_not_accused(tmp_path):
    assert checked(tmp_path, DELTA_OF_Z).outcome != "wrong"


DENSE = """
import numpy as np

class Dense:
    def __init__(self, n_in, n_out):
        self.W, self.b = np.random.randn(n_in, n_out), np.zeros((1, n_out))
        self.vW, self.vb = np.zeros_like(self.W), np.zeros_like(self.b)

    def forward(self, x):
        self.x = x
        self.out = x @ self.W + self.b
        return self.out

    def backward(self, grad):
        below = grad @ self.W.T
        self.dW = self.x.T @ grad
        self.db = grad.sum(axis=0, keepdims=True)
        return below
"""
SIGMOID_AT_THE_END = """
class Sigmoid:
    def forward(self, z):
        self.a = 1 / (1 + np.exp(-z))
        return self.a

    def backward(self, grad):  # the loss hands down a - y
        return grad
"""
SIGMOIDS = DENSE.replace("x @ self.W + self.b", "1 / (1 + np.exp(-(x @ self.W + self.b)))")
STEPPING = DENSE.replace("backward(self, grad)", "backward(self, error, lr)").replace(
    "        return below", "        self.W += lr * self.dW\n        return below"
)
MEANT = {
    "a mean of gradients": DENSE.replace("self.dW = ", "self.dW = self.vW = 0.4 * self.vW + "),
    "momentum": STEPPING.replace(
        "        self.W += lr * self.dW",
        "        self.vb = 0.9 * self.vb + 0.1 * self.db\n"
        "        self.W -= lr * 0.1 * self.dW\n        self.b -= lr * self.vb",
    ).replace("error", "grad"),
    "a gradient that begins with 0": DENSE.replace("self.dW =", "self.vW +=")
    + "\n    def zero_grad(self):\n        self.vW[:] = 0\n",
    "steps up": DENSE.replace(" self.x.T @", " -self.x.T @").replace(" grad.sum", " -grad.sum")
    + "\n    def update(self):\n        self.W += 0.1 * self.dW\n        self.b += 0.1 * self.db\n",
    "steps up an error": STEPPING.replace("grad", "error"),
    "a sigmoid at the end": DENSE + SIGMOID_AT_THE_END,
    "the last layer": SIGMOIDS.replace("Dense", "OutputLayer"),
    "a step function": """
import numpy as np

class Signs:
    def forward(self, x):
        self.x = x
        return np.sign(x)

    def backward(self, grad):
        return grad * (np.abs(self.x) <= 1)
""",
    "a derivative that is left unfinished": """
import numpy as np

def tanh(z):
    return np.tanh(z)

def tanh_prime(a):
    d = 1 - a * a
""",
    "a slope that is turned round": """
class Reversal:
    def forward(self, x):
        return x * 1.0

    def backward(self, grad):
        return -0.5 * grad
""",
}


@pytest.mark.parametrize("kind", MEANT)
def test_what_differs_from_the_slope_on_purpose_is_not_accused(kind, tmp_path):
    report = checked(tmp_path, MEANT[kind])
    assert report.outcome != "wrong", report


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("self.dW = self.x.T", "self.dW = -self.x.T"),
        ("below = grad", "below = -grad"),
        ("grad.sum(axis=0, keepdims=True)", "grad.mean(axis=0, keepdims=True)"),
    ],
)
def test_the_same_layer_with_a_slip_is_accused(right, wrong, tmp_path):
    assert right in DENSE
    assert checked(tmp_path, DENSE).outcome == "right"
    assert checked(tmp_path, DENSE.replace(right, wrong)).outcome == "wrong"


BRICKS = """
class Product:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dout):
        return dout * self.y, dout * self.x
"""
ASKED = """
from bricks import Product
price, tax = Product(), Product()
print(tax.forward(price.forward(100, 2), 1.1))
total, by_tax = tax.backward(1)
print(by_tax, price.backward(total))
"""


@pytest.mark.parametrize(
    ("slip", "outcome"), [(("", ""), "right"), (("dout * self.x", "dout * self.y"), "wrong")]
)
def test_layers_of_a_module_are_judged_where_a_program_only_asks_them(slip, outcome, tmp_path):
    (tmp_path / "bricks.py").write_text(BRICKS.replace(*slip) if all(slip) else BRICKS)
    path = tmp_path / "program.py"
    path.write_text(ASKED)
    report = check_file(path, seed=7)
    assert report.outcome == outcome, report
    assert "Product.backward" in str(report)
    assert outcome == "right" or "bricks.py 8" in report.line
