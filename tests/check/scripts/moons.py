"""Two moons: 2-4-1, tanh and sigmoid, mean binary cross-entropy; the training is left out."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def initialize(n, h, k):
    return {
        "W1": np.random.randn(n, h),
        "b1": np.zeros((1, h)),
        "W2": np.random.randn(h, k),
        "b2": np.zeros((1, k)),
    }


def forward_propagation(X, parameters):
    W1, b1, W2, b2 = parameters["W1"], parameters["b1"], parameters["W2"], parameters["b2"]
    Z1 = np.dot(X, W1) + b1
    A1 = np.tanh(Z1)
    Z2 = np.dot(A1, W2) + b2
    A2 = sigmoid(Z2)
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def compute_cost(A2, Y):
    m = Y.shape[0]
    return -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[0]
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = A2 - Y
    dW2 = A1.T @ dZ2 / m
    db2 = np.sum(dZ2, axis=0, keepdims=True) / m
    dZ1 = dZ2 @ parameters["W2"].T * (1 - A1**2)
    dW1 = X.T @ dZ1 / m
    db1 = np.sum(dZ1, axis=0, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


def model(X, Y):
    return initialize(2, 4, 1)


p = model(1, 2)
