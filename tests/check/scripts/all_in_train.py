"""Everything inside one training function; columns, tanh and softmax."""

import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def train(X, Y, n_h, n_iter=10000, lr=0.1, verbose=True):
    n_x, m = X.shape
    n_y = Y.shape[0]
    W1 = np.random.randn(n_h, n_x) * 0.1
    b1 = np.zeros((n_h, 1))
    W2 = np.random.randn(n_y, n_h) * 0.1
    b2 = np.zeros((n_y, 1))
    for _ in range(n_iter):
        A1 = np.tanh(W1 @ X + b1)
        A2 = softmax(W2 @ A1 + b2)
        loss = -np.sum(Y * np.log(A2)) / m
        if np.isnan(loss):
            return None
        dZ2 = A2 - Y
        dW2 = dZ2 @ A1.T / m
        db2 = np.sum(dZ2, axis=1, keepdims=True) / m
        dZ1 = W2.T @ dZ2 * (1 - A1**2)
        dW1 = dZ1 @ X.T / m
        db1 = np.sum(dZ1, axis=1, keepdims=True) / m
        W1 -= lr * dW1
        b1 -= lr * db1
        W2 -= lr * dW2
        b2 -= lr * db2
    return W1, b1, W2, b2
