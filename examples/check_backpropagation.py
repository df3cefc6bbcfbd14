"""Backpropagation as one writes it at first, with a mistake in it; found, named, put right.

2-5-3 network, tanh and softmax, mean cross-entropy. The hidden error term is computed from output
weights that have just been updated.

    python examples/check_backpropagation.py
"""

import numpy as np

import clearprop as cp

NETWORK = cp.Network(
    2,
    [cp.Layer(5, "tanh"), cp.Layer(3, "softmax")],
    loss="categorical_cross_entropy",
    reduction="mean",
)
RATE = 0.3


def batch() -> tuple[np.ndarray, np.ndarray]:
    """Return seven points of three classes, shapes (7, 2) and (7, 3)."""
    random = np.random.default_rng(0)
    return random.standard_normal((7, 2)), np.eye(3)[random.integers(3, size=7)]


def gradients(
    params: dict[str, np.ndarray], X: np.ndarray, Y: np.ndarray, *, update_first: bool
) -> dict[str, np.ndarray]:
    """Return the gradients of one batch, by hand; `update_first` is the mistake."""
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"].copy(), params["b2"]
    a1 = np.tanh(X @ W1 + b1)
    e = np.exp(a1 @ W2 + b2)
    p = e / e.sum(axis=1, keepdims=True)

    dZ2 = (p - Y) / len(X)
    dW2, db2 = a1.T @ dZ2, dZ2.sum(axis=0)
    if update_first:
        W2 -= RATE * dW2
    dZ1 = dZ2 @ W2.T * (1 - a1**2)
    return {"dW1": X.T @ dZ1, "db1": dZ1.sum(axis=0), "dW2": dW2, "db2": db2}


def main() -> None:
    """Diagnose the first try and the corrected one."""
    X, Y = batch()
    params = dict(NETWORK.initialize("xavier", seed=1))
    for title, update_first in (("first try", True), ("corrected", False)):
        own = gradients(params, X, Y, update_first=update_first)
        print(f"== {title} ==\n\n{cp.diagnose(own, NETWORK, params, X, Y)}\n")

    print("== the same, without knowing the network ==\n")
    cp.check_gradients(
        (
            lambda point: NETWORK.loss(flat(point), X, Y),
            lambda point: gradients(point, X, Y, update_first=False),
        ),
        params,
    )


def flat(point: dict[str, np.ndarray]) -> np.ndarray:
    """Return the parameters one behind the other."""
    return np.concatenate([point[name].ravel() for name in ("W1", "b1", "W2", "b2")])


if __name__ == "__main__":
    main()
