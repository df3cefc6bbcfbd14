"""Weights whose names have no number, changed at the top level without a named gradient."""

import numpy as np


def squash(v):
    return 1 / (1 + np.exp(-v))


points = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
labels = np.array([[0], [1], [1], [0]])
rng = np.random.default_rng(4)
hidden_weights = rng.uniform(-1, 1, (2, 3))
hidden_bias = np.zeros((1, 3))
output_weights = rng.uniform(-1, 1, (3, 1))
output_bias = np.zeros((1, 1))
rate = 0.5
inputs = points
for _ in range(200):
    hidden_sum = inputs @ hidden_weights + hidden_bias
    hidden_values = squash(hidden_sum)
    predicted = squash(hidden_values @ output_weights + output_bias)
    miss = labels - predicted
    output_term = miss * predicted * (1 - predicted)
    hidden_term = (output_term @ output_weights.T) * hidden_values * (1 - hidden_values)
    output_weights += rate * hidden_values.T @ output_term
    output_bias += rate * output_term.sum(axis=0, keepdims=True)
    hidden_weights += rate * inputs.T @ hidden_term
    hidden_bias += rate * hidden_term.sum(axis=0, keepdims=True)
