"""A loop whose updates hold the learning rate as a number and name no gradient."""

import numpy as np

rng = np.random.default_rng(0)
X, y = rng.normal(size=(40, 2)), rng.integers(0, 2, (40, 1))
W1, b1 = rng.normal(size=(2, 4)), np.zeros((1, 4))
W2, b2 = rng.normal(size=(4, 1)), np.zeros((1, 1))
for _ in range(20):
    a1 = np.tanh(X @ W1 + b1)
    a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
    loss = -np.mean(y * np.log(a2) + (1 - y) * np.log(1 - a2))
    dz2 = (a2 - y) / len(X)
    dz1 = dz2 @ W2.T * (1 - a1**2)
    W2 -= 0.1 * a1.T @ dz2
    b2 -= 0.1 * dz2.sum(axis=0, keepdims=True)
    W1 -= 0.1 * X.T @ dz1
    b1 -= 0.1 * dz1.sum(axis=0, keepdims=True)
