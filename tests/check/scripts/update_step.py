"""A step of training under a name of its own; it changes the parameters itself."""

import numpy as np

params = {
    "W1": np.random.randn(3, 5),
    "b1": np.zeros(5),
    "W2": np.random.randn(5, 2),
    "b2": np.zeros(2),
}


def step(params, xb, yb, lr):
    a1 = np.tanh(xb @ params["W1"] + params["b1"])
    a2 = a1 @ params["W2"] + params["b2"]
    d2 = a2 - yb
    d1 = (d2 @ params["W2"].T) * (1 - a1**2)
    g = {"W2": a1.T @ d2, "b2": d2.sum(0), "W1": xb.T @ d1, "b1": d1.sum(0)}
    for k in params:
        params[k] -= lr * g[k]
    return 0.5 * np.sum(d2**2)


X, Y = np.random.randn(100, 3), np.random.randn(100, 2)
for _ in range(10):
    order = np.random.permutation(len(X))
    for i in range(0, len(X), 20):
        loss = step(params, X[order[i : i + 20]], Y[order[i : i + 20]], 0.1)
