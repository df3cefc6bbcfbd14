"""Backpropagation as a student writes it, independent of the library: the oracle of these tests.

`Textbook` computes a right gradient from its own formulas. A planted mistake is a subclass that
gets one method wrong.
"""

import math
from dataclasses import dataclass, field

import numpy as np

erf = np.vectorize(math.erf)


def sigmoid(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), 1 - 1 / (1 + np.exp(-np.abs(z))))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def normal_cdf(z):
    return (1 + erf(z / math.sqrt(2))) / 2


FUNCTIONS = {
    "identity": lambda z: z,
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(0, z),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1),
    "softplus": lambda z: np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0),
    "silu": lambda z: z * sigmoid(z),
    "gelu": lambda z: z * normal_cdf(z),
    "softmax": softmax,
}
DERIVATIVES = {  # of z, all of them
    "identity": np.ones_like,
    "sigmoid": lambda z: sigmoid(z) * (1 - sigmoid(z)),
    "tanh": lambda z: 1 - np.tanh(z) ** 2,
    "relu": lambda z: 1.0 * (z > 0),
    "leaky_relu": lambda z: np.where(z > 0, 1, 0.01),
    "elu": lambda z: np.where(z > 0, 1, np.exp(np.minimum(z, 0))),
    "softplus": sigmoid,
    "silu": lambda z: sigmoid(z) * (1 + z * (1 - sigmoid(z))),
    "gelu": lambda z: normal_cdf(z) + z * np.exp(-z * z / 2) / math.sqrt(2 * math.pi),
}
SLOPES = {
    "half_squared_error": lambda a, y: a - y,
    "squared_error": lambda a, y: 2 * (a - y),
    "absolute_error": lambda a, y: np.sign(a - y),
    "huber": lambda a, y: np.where(np.abs(a - y) <= 1, a - y, np.sign(a - y)),
    "binary_cross_entropy": lambda a, y: (a - y) / (a * (1 - a)),
    "categorical_cross_entropy": lambda a, y: -y / a,
    "poisson": lambda a, y: 1 - y / a,
}


@dataclass
class Textbook:
    """A right backward pass, one sample a row; layers count from 0, as in Python."""

    W: list
    b: list
    functions: list
    loss: str
    reduction: str
    X: np.ndarray
    Y: np.ndarray
    layers: tuple = ()
    """Where a subclass makes its mistake."""
    z: list = field(default_factory=list)
    a: list = field(default_factory=list)

    def gradients(self):
        self.forward()
        found = {}
        for layer in reversed(range(len(self.W))):
            if layer == len(self.W) - 1:
                delta = self.output_delta(layer)
            else:
                delta = self.hidden_delta(layer, self.carried(layer + 1, delta, found))
            self.delta = delta
            dW = self.weight_gradient(layer, delta)
            db = self.bias_gradient(layer, delta)
            found[f"dW{layer + 1}"] = self.averaged(layer, "W", dW)
            found[f"db{layer + 1}"] = self.averaged(layer, "b", db)
        return found

    def forward(self):
        self.z, self.a = [], [self.X]
        for layer, (W, b) in enumerate(zip(self.W, self.b, strict=True)):
            self.z.append(self.a[-1] @ W + b)
            self.a.append(self.activate(layer, self.z[-1]))

    def activate(self, layer, z):
        return FUNCTIONS[self.functions[layer]](z)

    def output_delta(self, layer):
        a, y = self.a[-1], self.Y
        canonical = {"binary_cross_entropy": "sigmoid", "categorical_cross_entropy": "softmax"}
        if canonical.get(self.loss) == self.functions[layer]:
            return a - y
        return self.hidden_delta(layer, SLOPES[self.loss](a, y))

    def hidden_delta(self, layer, error):
        if self.functions[layer] == "softmax":
            p = self.a[layer + 1]
            return np.stack(
                [(np.diag(q) - np.outer(q, q)) @ e for q, e in zip(p, error, strict=True)]
            )
        return error * DERIVATIVES[self.functions[layer]](self.z[layer])

    def carried(self, layer, delta, found):
        return np.einsum("nj,ij->ni", delta, self.W[layer])

    def weight_gradient(self, layer, delta):
        return sum(np.outer(a, d) for a, d in zip(self.a[layer], delta, strict=True))

    def bias_gradient(self, layer, delta):
        return delta.sum(axis=0)

    def averaged(self, layer, kind, gradient):
        return gradient / len(self.X) if self.reduction == "mean" else gradient
