"""A 2-3-1 network by hand: every formula with its shape, and then with numbers.

ReLU hidden layer, sigmoid output, L = ½ (a² − y)², one sample a row. Course notes derive the
formulas; this script puts numbers in, which anybody can follow with a pocket calculator.

    python examples/two_layer_by_hand.py            in English
    python examples/two_layer_by_hand.py zh         in Chinese
    python examples/two_layer_by_hand.py zh f.png   and draws f and f′ of sigmoid and ReLU
"""

import sys

import numpy as np

import clearprop as cp

NETWORK = cp.Network(
    2,
    [cp.Layer(3, "relu"), cp.Layer(1, "sigmoid")],
    loss="half_squared_error",
    reduction="sum",
)
x, y, learning_rate = [[1.0, 2.0]], [[1.0]], 0.5

GRADIENTS = {
    "delta2": "(a2 - y) * a2 (1 - a2)",
    "dW2": "a1.T @ delta2",
    "db2": "delta2",
    "delta1": "(delta2 @ W2.T) * ReLU'(z1)",
    "dW1": "x.T @ delta1",
    "db1": "delta1",
}
"""The gradients of the notes and their formulas, in the order in which one finds them."""


def first_parameters() -> cp.Parameters:
    """Return numbers small enough to multiply by hand; the second hidden unit is off."""
    params = NETWORK.parameters(np.zeros(NETWORK.parameter_count))
    params["W1"] = [[0.1, -0.2, 0.3], [0.4, -0.5, 0.6]]
    params["b1"] = [0.1, 0.2, -0.3]
    params["W2"] = [[0.5], [-0.4], [0.25]]
    params["b2"] = [-0.3]
    return params


def gradient_table(params: cp.Parameters) -> list[str]:
    """Return the table of the notes, with a column for the numbers."""
    trace = NETWORK.trace(params, x, y)
    lines = [f"{'':7} {'formula':28} {'shape':8} value"]
    for name, formula in GRADIENTS.items():
        value = np.atleast_2d(trace[name])
        shape = "x".join(map(str, value.shape))
        lines.append(f"{name:7} {formula:28} {shape:8} {np.round(value, 6).tolist()}")
    return lines


def one_update(params: cp.Parameters) -> cp.Parameters:
    """Return the parameters after W -= lr * dW and b -= lr * db in both layers."""
    _, gradient = NETWORK.gradient(params, x, y)
    return NETWORK.parameters(params.vector - learning_rate * gradient.vector)


def draw(path: str) -> None:
    """Draw sigmoid and ReLU with their derivatives."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    z = np.linspace(-6, 6, 601)
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
    for axis, name in zip(axes, ("sigmoid", "relu"), strict=True):
        rule = cp.ACTIVATIONS.make(name)
        axis.plot(z, rule.value(z), label=f"${rule.latex.partition('=')[0]}$")
        axis.plot(z, rule.derivative(z, rule.value(z)), "--", label="derivative")
        axis.set(title=name, xlabel="z")
        axis.grid(alpha=0.3)
        axis.legend()
    figure.savefig(path, dpi=150)
    plt.close(figure)


def main(lang: str = "en", picture: str = "") -> None:
    params = first_parameters()
    print(cp.explain(NETWORK, params, x, y, lang=lang))

    print("The gradients, one a line:")
    print("\n".join(gradient_table(params)))

    moved = one_update(params)
    print(f"\nOne step of gradient descent with learning rate {learning_rate}:")
    for name in params:
        print(f"{name}: {params[name].tolist()} -> {np.round(moved[name], 6).tolist()}")
    before, after = NETWORK.loss(params, x, y), NETWORK.loss(moved, x, y)
    print(f"The loss falls from {before:.6f} to {after:.6f}.")

    for name in ("sigmoid", "relu"):
        print(f"\nThe derivative of {name}, line by line (LaTeX):")
        for step in cp.ACTIVATIONS[name].derivation:
            print(f"  {step.latex}    ({step.why.in_(lang)})")
    if picture:
        draw(picture)
        print(f"\nwrote {picture}")


if __name__ == "__main__":
    main(*sys.argv[1:])
