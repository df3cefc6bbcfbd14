"""Mini-batches of shuffled samples inside the epochs; momentum; columns never."""

import numpy as np

X = np.random.randn(300, 4)
y = np.random.randint(0, 3, 300)
W1, b1 = np.random.randn(4, 6), np.zeros(6)
W2, b2 = np.random.randn(6, 3), np.zeros(3)
vW1 = np.zeros_like(W1)
batch_size, lr = 32, 0.1
for _ in range(20):
    order = np.random.permutation(X.shape[0])
    X_shuffled, y_shuffled = X[order], y[order]
    for start in range(0, X.shape[0] - batch_size + 1, batch_size):
        xb, yb = X_shuffled[start : start + batch_size], y_shuffled[start : start + batch_size]
        a1 = np.tanh(xb @ W1 + b1)
        e = np.exp(a1 @ W2 + b2)
        probs = e / e.sum(axis=1, keepdims=True)
        loss = -np.mean(np.log(probs[np.arange(len(yb)), yb]))
        dz2 = probs.copy()
        dz2[np.arange(len(yb)), yb] -= 1
        dz2 /= len(yb)
        dW2, db2 = a1.T @ dz2, dz2.sum(axis=0)
        dz1 = dz2 @ W2.T * (1 - a1**2)
        dW1, db1 = xb.T @ dz1, dz1.sum(axis=0)
        vW1 = 0.9 * vW1 + dW1
        W1 -= lr * vW1
        b1 -= lr * db1
        W2 -= lr * dW2
        b2 -= lr * db2
