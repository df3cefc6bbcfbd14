"""Everything in main(), data read from a file; class numbers beside one-hot targets; B for b."""

import no_such_library
import numpy as np


def main():
    table = np.loadtxt("flowers.csv", delimiter=",")
    X_train, y_train = table[:, :-1], table[:, -1].astype(int)
    one_hot = np.eye(3)[y_train]
    n_in, n_hid, n_out = 4, 8, 3
    W1, B1 = np.random.randn(n_in, n_hid) * 0.1, np.zeros((1, n_hid))
    W2, B2 = np.random.randn(n_hid, n_out) * 0.1, np.zeros((1, n_out))
    learning_rate = 0.05
    for epoch in range(200):
        Z1 = X_train.dot(W1) + B1
        A1 = np.maximum(Z1, 0)
        E = np.exp(A1.dot(W2) + B2)
        A2 = E / E.sum(axis=1, keepdims=True)
        loss = -np.mean(np.log(A2[np.arange(len(y_train)), y_train]))
        dZ2 = (A2 - one_hot) / len(X_train)
        dW2 = A1.T.dot(dZ2)
        dB2 = dZ2.sum(axis=0, keepdims=True)
        dZ1 = dZ2.dot(W2.T)
        dZ1[Z1 <= 0] = 0
        dW1 = X_train.T.dot(dZ1)
        dB1 = dZ1.sum(axis=0, keepdims=True)
        W1 -= learning_rate * dW1
        B1 -= learning_rate * dB1
        W2 -= learning_rate * dW2
        B2 -= learning_rate * dB2
        print(f"epoch {epoch}: loss {loss:.4f}")
    no_such_library.show(W1)


if __name__ == "__main__":
    main()
