"""2-3-1, ReLU and sigmoid, half squared error of one sample: every gradient by its own name."""

import numpy as np


def relu(z):
    return np.maximum(0, z)


def relu_derivative(z):
    return (z > 0).astype(float)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def loss_and_gradients(x, y, W1, b1, W2, b2):
    z1 = x @ W1 + b1
    a1 = relu(z1)
    z2 = a1 @ W2 + b2
    a2 = sigmoid(z2)
    L = 0.5 * np.sum((a2 - y) ** 2)

    dL_da2 = a2 - y
    delta2 = dL_da2 * a2 * (1 - a2)
    dL_dW2 = a1.T @ delta2
    dL_db2 = delta2.sum(axis=0, keepdims=True)
    delta1 = (delta2 @ W2.T) * relu_derivative(z1)
    dL_dW1 = x.T @ delta1
    dL_db1 = delta1.sum(axis=0, keepdims=True)
    return L, dL_dW1, dL_db1, dL_dW2, dL_db2
