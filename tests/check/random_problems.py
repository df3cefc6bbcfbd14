"""Random networks, parameters and data whose m, K and widths all differ and are not 2."""

from dataclasses import dataclass

import numpy as np

import clearprop as cp

HIDDEN = ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "silu", "gelu", "identity"]
PAIRS = [
    ("sigmoid", "binary_cross_entropy"),
    ("softmax", "categorical_cross_entropy"),
    ("sigmoid", "half_squared_error"),
    ("tanh", "squared_error"),
    ("softmax", "half_squared_error"),
    ("identity", "half_squared_error"),
    ("identity", "squared_error"),
    ("identity", "absolute_error"),
    ("identity", "huber"),
    ("softplus", "poisson"),
]


@dataclass
class RandomProblem:
    """A network, where it stands, and a batch."""

    net: cp.Network
    params: cp.Parameters
    X: np.ndarray
    Y: np.ndarray

    @property
    def textbook_arguments(self):
        return {
            "W": [W for W, _ in self.params.layers],
            "b": [b for _, b in self.params.layers],
            "functions": [layer.activation.name for layer in self.net.layers],
            "loss": self.net.loss_rule.name,
            "reduction": self.net.reduction,
            "X": self.X,
            "Y": self.Y,
        }

    @property
    def arguments(self):
        return self.net, self.params, self.X, self.Y


def random_problem(
    random,
    depth=None,
    hidden=None,
    pairs=None,
    outputs=None,
    reduction=None,
    samples=None,
    equal_widths=False,
):
    """Return a random problem; each keyword fixes what it names."""
    depth = depth or int(random.integers(1, 5))
    output, loss = (
        pairs[random.integers(len(pairs))] if pairs else PAIRS[random.integers(len(PAIRS))]
    )
    free = [number for number in range(3, 13) if number not in (samples, outputs)]
    numbers = random.permutation(free)
    m = samples or int(numbers[0])
    K = outputs or (1 if random.random() < 0.3 and output != "softmax" else int(numbers[1]))
    widths = [int(n) for n in numbers[2 : 1 + depth]]
    inputs = int(numbers[7])
    if equal_widths:
        widths = [K] * (depth - 1)
    functions = [str(random.choice(hidden or HIDDEN)) for _ in widths]
    layers = [cp.Layer(n, f) for n, f in zip(widths, functions, strict=True)]
    net = cp.Network(
        inputs,
        [*layers, cp.Layer(K, output)],
        loss,
        reduction or str(random.choice(["mean", "sum"])),
    )
    params = net.initialize("xavier", seed=random)
    params.vector[:] *= random.uniform(0.7, 1.6)
    for name in params:
        if name.startswith("b"):
            params[name] = 0.3 * random.standard_normal(params[name].shape)
    X = random.standard_normal((m, inputs))
    return RandomProblem(net, params, X, targets(random, net, m))


def targets(random, net, m):
    """Return targets for which the loss exists."""
    shape = (m, net.outputs)
    name, output = net.loss_rule.name, net.layers[-1].activation.name
    if output == "softmax":
        return np.eye(net.outputs)[random.integers(net.outputs, size=m)]
    if name == "binary_cross_entropy":
        return random.integers(0, 2, shape).astype(float)
    if name == "poisson":
        return random.poisson(2.0, shape).astype(float)
    return random.standard_normal(shape)
