"""One sample after the other, inside the epochs; the parameters change with each."""

import numpy as np

X = np.random.randn(50, 3)
Y = np.random.randn(50, 2)
W1, b1 = np.random.randn(3, 5), np.zeros((1, 5))
W2, b2 = np.random.randn(5, 2), np.zeros((1, 2))
eta = 0.1
for _ in range(100):
    for i in range(len(X)):
        x, t = X[i : i + 1], Y[i : i + 1]
        z1 = x @ W1 + b1
        a1 = 1 / (1 + np.exp(-z1))
        a2 = a1 @ W2 + b2
        error = 0.5 * np.sum((a2 - t) ** 2)
        delta2 = a2 - t
        delta1 = delta2 @ W2.T * a1 * (1 - a1)
        dW2, db2 = a1.T @ delta2, delta2
        dW1, db1 = x.T @ delta1, delta1
        W2 -= eta * dW2
        b2 -= eta * db2
        W1 -= eta * dW1
        b1 -= eta * db1
