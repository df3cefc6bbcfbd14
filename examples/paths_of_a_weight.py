"""The gradient of one weight, path by path.

2-2-2 network, sigmoid everywhere, E = −Σ [y ln p + (1 − y) ln(1 − p)] over both outputs. Names
as in course notes: W1, W2 lead into the first hidden unit and W3, W4 into the second; W5, W6 into
the first output and W7, W8 into the second. Every neuron has a bias of its own (the figure of the
notes shares names between neurons).

    python examples/paths_of_a_weight.py             in English
    python examples/paths_of_a_weight.py zh          in Chinese
    python examples/paths_of_a_weight.py zh FOLDER   and draws the graph there
"""

import sys
from pathlib import Path

import numpy as np

import clearprop as cp

NETWORK = cp.Network(
    2,
    [cp.Layer(2, "sigmoid"), cp.Layer(2, "sigmoid")],
    loss="binary_cross_entropy",
    reduction="sum",
)
x, y = np.array([0.05, 0.10]), np.array([1.0, 0.0])
W1, W2, W3, W4, W5, W6, W7, W8 = 0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55


def parameters() -> cp.Parameters:
    """Return the weights in their places: one column a unit."""
    params = NETWORK.parameters(np.zeros(NETWORK.parameter_count))
    params["W1"] = [[W1, W3], [W2, W4]]
    params["b1"] = [0.35, 0.30]
    params["W2"] = [[W5, W7], [W6, W8]]
    params["b2"] = [0.60, 0.65]
    return params


def formulas_of_the_notes(params: cp.Parameters) -> dict[str, float]:
    """Return dE/dW5, its bias, and dE/dW1 by the closed formulas of the notes."""
    trace = NETWORK.trace(params, x, y)
    (a1, _), (p1, p2) = trace["a1"][0], trace["a2"][0]
    (y1, y2), (x1, _) = y, x
    return {
        "W5": (p1 - y1) * a1,
        "b3": p1 - y1,
        "W1": ((p1 - y1) * W5 + (p2 - y2) * W7) * a1 * (1 - a1) * x1,
    }


def by_backpropagation(params: cp.Parameters) -> dict[str, float]:
    """Return the same three from the four equations of backpropagation."""
    _, gradient = NETWORK.gradient(params, x, y)
    return {"W5": gradient["W2"][0, 0], "b3": gradient["b2"][0], "W1": gradient["W1"][0, 0]}


def multiplications(width: int, depth: int) -> tuple[int, int]:
    """Return the multiplications for all weight gradients by walking paths, and by sharing δ.

    `depth` layers of `width` units each, one sample, δ of the output given.
    """
    walking = sharing = 0
    for above in range(depth):  # layers above the weights in question
        weights, paths, factors = width**2, width**above, 2 * above + 2
        walking += weights * paths * (factors - 1)
        sharing += weights + (width * (width + 1) if above else 0)
    return walking, sharing


def main(lang: str = "en", folder: str = "") -> None:
    params = parameters()
    print(cp.explain(NETWORK, params, x, y, wrt="W1[0,0]", first_index=1, lang=lang))

    graph = cp.graph(NETWORK, params, x, y)  # every neuron with its numbers, forward and backward
    print(graph.text(lang))

    print("\nBy the formulas of the notes, and by backpropagation:")
    found = by_backpropagation(params)
    for name, value in formulas_of_the_notes(params).items():
        print(f"  dE/d{name} = {value:.12f}   {found[name]:.12f}")

    print("\nMultiplications for all weights of layers of 10 units:")
    print("  layers   walking every path   sharing δ")
    for depth in range(1, 7):
        walking, sharing = multiplications(10, depth)
        print(f"  {depth:6}   {walking:18,}   {sharing:9,}")
    print("With the number of layers the paths grow tenfold each time, the weights do not:")
    print("the gain is not from n² to n but from exponential to linear in the depth.")
    if folder:
        Path(folder, "graph.svg").write_text(graph.svg(lang), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
