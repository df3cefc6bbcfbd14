"""2-2-2, sigmoid, cross-entropy of both outputs: each gradient as a sum over paths."""

import math

import numpy as np


def sigma(z):
    return 1 / (1 + math.exp(-z))


class PathNetwork:
    def __init__(self):
        rng = np.random.default_rng(0)
        self.W1 = rng.normal(size=(2, 2))
        self.b1 = rng.normal(size=2)
        self.W2 = rng.normal(size=(2, 2))
        self.b2 = rng.normal(size=2)

    def forward(self, X):
        self.a = [
            [sigma(sum(x[i] * self.W1[i, j] for i in range(2)) + self.b1[j]) for j in range(2)]
            for x in X
        ]
        self.p = [
            [sigma(sum(a[j] * self.W2[j, k] for j in range(2)) + self.b2[k]) for k in range(2)]
            for a in self.a
        ]
        return np.array(self.p)

    def loss(self, p, y):
        return -sum(
            y[n][k] * math.log(p[n][k]) + (1 - y[n][k]) * math.log(1 - p[n][k])
            for n in range(len(y))
            for k in range(2)
        )

    def backward(self, X, y):
        self.dW1, self.db1 = np.zeros((2, 2)), np.zeros(2)
        self.dW2, self.db2 = np.zeros((2, 2)), np.zeros(2)
        for n, x in enumerate(X):
            for k in range(2):
                error = self.p[n][k] - y[n][k]
                self.db2[k] += error
                for j in range(2):
                    a = self.a[n][j]
                    self.dW2[j, k] += error * a
                    through_a = error * self.W2[j, k] * a * (1 - a)
                    self.db1[j] += through_a
                    for i in range(2):
                        self.dW1[i, j] += through_a * x[i]
