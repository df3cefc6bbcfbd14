"""A curve fitted at the top level; draws, prints and pauses in its loop; one output."""

import time

import matplotlib.pyplot as plt
import numpy as np

name = input("Your name? ")
print("Hello", name)
x = np.linspace(-2, 2, 30)[:, None]
y = np.cos(x)
plt.scatter(x, y)
w1, b1 = np.random.randn(1, 8), np.zeros((1, 8))
w2, b2 = np.random.randn(8, 1), np.zeros((1, 1))
lr = 0.05
for epoch in range(300):
    h = np.tanh(x @ w1 + b1)
    y_hat = h @ w2 + b2
    loss = np.mean((y_hat - y) ** 2)
    grad_y = 2 * (y_hat - y) / len(x)
    grad_w2 = h.T @ grad_y
    grad_b2 = grad_y.sum(axis=0, keepdims=True)
    grad_z = (grad_y @ w2.T) * (1 - h**2)
    if epoch % 100 == 0:
        plt.cla()
        plt.plot(x, y_hat)
        plt.pause(1)
        time.sleep(1)
        print("epoch", epoch, loss.round(3), y_hat[20])
    grad_w1 = x.T @ grad_z
    grad_b1 = grad_z.sum(axis=0, keepdims=True)
    w1 -= lr * grad_w1
    b1 -= lr * grad_b1
    w2 -= lr * grad_w2
    b2 -= lr * grad_b2
