"""A 2-3-1 network by hand: every formula with its shape, and then with numbers.

ReLU hidden layer, sigmoid output, L = ½ (a² − y)², one sample a row. Course notes derive the
formulas; here numbers go in, small enough to follow with a pocket calculator.

    python examples/two_layer_by_hand.py             in English
    python examples/two_layer_by_hand.py zh          in Chinese
    python examples/two_layer_by_hand.py zh FOLDER   and draws f and f′ of sigmoid and ReLU there
"""

import sys
from pathlib import Path

import numpy as np

import clearprop as cp

NETWORK = cp.Network(
    2,
    [cp.Layer(3, "relu"), cp.Layer(1, "sigmoid")],
    loss="half_squared_error",
    reduction="sum",
)
x, y, learning_rate = [[1.0, 2.0]], [[1.0]], 0.5


def first_parameters() -> cp.Parameters:
    """Return numbers for which the first hidden layer gives 1, −1 and 1.2: one unit is off."""
    params = NETWORK.parameters(np.zeros(NETWORK.parameter_count))
    params["W1"] = [[0.1, -0.2, 0.3], [0.4, -0.5, 0.6]]
    params["b1"] = [0.1, 0.2, -0.3]
    params["W2"] = [[0.5], [-0.4], [0.25]]
    params["b2"] = [-0.3]
    return params


def one_update(params: cp.Parameters) -> cp.Parameters:
    """Return the parameters after W -= lr * dW and b -= lr * db in both layers."""
    _, gradient = NETWORK.gradient(params, x, y)
    return NETWORK.parameters(params.vector - learning_rate * gradient.vector)


def draw(folder: Path, lang: str) -> None:
    """Draw f and f′ of both activation functions."""
    from clearprop.plots import plot_activation

    for name in ("sigmoid", "relu"):
        axes = plot_activation(name, language=lang)
        axes.figure.savefig(folder / f"{name}.png", dpi=150)


def main(lang: str = "en", folder: str = "") -> None:
    params = first_parameters()
    told = ("symbols", "forward", "loss", "backward", "gradients", "summary", "rules")
    print(
        cp.explain(NETWORK, params, x, y, topics=told, learning_rate=learning_rate, lang=lang),
    )

    moved = one_update(params)
    before, after = NETWORK.loss(params, x, y), NETWORK.loss(moved, x, y)
    print(f"L: {before:.6f} -> {after:.6f}")
    for name in params:
        print(f"{name}: {params[name].tolist()} -> {moved[name].round(6).tolist()}")
    if folder:
        draw(Path(folder), lang)


if __name__ == "__main__":
    main(*sys.argv[1:])
