"""Functions that find weights and data in the globals of the script; ReLU, squared error."""

import numpy as np

np.random.seed(1)
W1 = np.random.randn(3, 5)
b1 = np.zeros(5)
W2 = np.random.randn(5, 4)
b2 = np.zeros(4)


def forward(x):
    global z1, a1, z2
    z1 = x @ W1 + b1
    a1 = np.maximum(z1, 0)
    z2 = a1 @ W2 + b2
    return z2


def mse(y_pred, y_true):
    return np.mean(np.sum((y_pred - y_true) ** 2, axis=1))


def backward(x, y):
    dz2 = 2 * (z2 - y) / len(x)
    dW2 = a1.T @ dz2
    db2 = dz2.sum(axis=0)
    dz1 = dz2 @ W2.T * (z1 > 0)
    dW1 = x.T @ dz1
    db1 = dz1.sum(axis=0)
    return dW1, db1, dW2, db2
