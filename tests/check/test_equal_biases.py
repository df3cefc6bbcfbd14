"""Biases of several layers that begin with the same zeros, in a program that takes one step."""

import pytest

from clearprop.check.script import check_file

ONE_STEP = """
import numpy as np
rng = np.random.default_rng(5)
X, labels = rng.normal(size=(30, 2)), rng.integers(0, 3, 30)

class Dense:
    def __init__(self, inputs, outputs):
        self.weights, self.biases = rng.normal(size=(inputs, outputs)), np.zeros((1, outputs))
    def forward(self, inputs):
        self.inputs = inputs
        return inputs @ self.weights + self.biases
    def backward(self, delta):
        self.dweights = self.inputs.T @ delta
        self.dbiases = np.sum(delta, axis=0, keepdims=True)
        return delta @ self.weights.T
    def update(self, rate):
        self.weights -= rate * self.dweights
        self.biases -= rate * self.dbiases

one, two = Dense(2, 3), Dense(3, 3)
z = one.forward(X)
out = two.forward(np.maximum(z, 0))
shares = np.exp(out) / np.exp(out).sum(axis=1, keepdims=True)
loss = -np.mean(np.log(shares[range(30), labels]))
print(loss)
delta = shares.copy()
delta[range(30), labels] -= 1
one.backward(two.backward(delta / 30) * (z > 0))
one.update(1.0)
two.update(1.0)
"""
SUM = "np.sum(delta, axis=0, keepdims=True)"


@pytest.mark.parametrize("turn", [False, True])
@pytest.mark.parametrize(
    ("gradient", "mistake"), [(SUM, None), ("delta[:1]", "bias_of_one_sample")]
)
def test_each_is_judged_by_the_change_beside_that_of_its_weights(turn, gradient, mistake, tmp_path):
    text = ONE_STEP.replace(SUM, gradient)
    if turn:
        lines = text.splitlines(keepends=True)
        place = next(k for k, line in enumerate(lines) if "self.weights -=" in line)
        lines[place : place + 2] = reversed(lines[place : place + 2])
        text = "".join(lines)
    path = tmp_path / "layers.py"
    path.write_text(text)
    report = check_file(path, seed=7)
    assert report.mistake == mistake, report
    assert report.outcome == ("right" if mistake is None else "wrong")
    assert mistake is not None or not report.diagnosis.missing
