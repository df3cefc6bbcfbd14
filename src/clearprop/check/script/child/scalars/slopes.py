"""The derivatives of a single number by others that it was computed from, back through a graph."""

import math
from collections.abc import Callable, Iterable, Mapping

from clearprop.check.script.child.scalars.graph import LEAF, Graph, Node


class UnknownSlopeError(Exception):
    """Nothing is known of how an operation depends on its operands."""


ONE: dict[str, Callable[[float, float], float]] = {
    "negative": lambda u, w: -1.0,
    "exp": lambda u, w: w,
    "log": lambda u, w: 1 / u,
    "sqrt": lambda u, w: 0.5 / w,
    "square": lambda u, w: 2 * u,
    "abs": lambda u, w: math.copysign(1.0, u) if u else 0.0,
    "absolute": lambda u, w: math.copysign(1.0, u) if u else 0.0,
    "tanh": lambda u, w: 1 - w * w,
    "sinh": lambda u, w: math.cosh(u),
    "cosh": lambda u, w: math.sinh(u),
    "sin": lambda u, w: math.cos(u),
    "cos": lambda u, w: -math.sin(u),
    "arctan": lambda u, w: 1 / (1 + u * u),
    "atan": lambda u, w: 1 / (1 + u * u),
    "reciprocal": lambda u, w: -w * w,
    "expit": lambda u, w: w * (1 - w),
}
"""∂w/∂u of functions of one number."""
TWO: dict[str, Callable[[float, float, float], tuple[float, float]]] = {
    "-": lambda u, v, w: (1.0, -1.0),
    "*": lambda u, v, w: (v, u),
    "/": lambda u, v, w: (1 / v, -w / v),
    "**": lambda u, v, w: (v * u ** (v - 1) if v else 0.0, w * math.log(u) if u > 0 else 0.0),
}
"""∂w/∂u and ∂w/∂v of functions of two."""
TWO["power"] = TWO["**"]
CHOOSING = ("max", "min", "maximum", "minimum", "clip")
"""Functions that hand on one of their operands as it is."""


def local(node: Node, values: list[float]) -> Iterable[float]:
    """Return the derivatives of a node by each of its operands.

    Raises
    ------
    UnknownSlopeError
        If they are not known.
    """
    if node.name in ("+", "sum"):
        return [1.0] * len(values)
    try:
        if len(values) == 1 and node.name in ONE:
            return [ONE[node.name](values[0], node.value)]
        if len(values) == 2 and node.name in TWO:
            return TWO[node.name](values[0], values[1], node.value)
    except (ArithmeticError, ValueError, TypeError):
        raise UnknownSlopeError from None
    if node.name in CHOOSING and node.value in values:
        chosen = values.index(node.value)
        return [float(place == chosen) for place in range(len(values))]
    raise UnknownSlopeError


def slopes(
    graph: Graph, seeds: Mapping[int, float], masks: Mapping[int, int], leaves: Mapping[int, int]
) -> dict[int, float]:
    """Return Σ s ∂E/∂θ for the nodes E and factors s in `seeds`, by every θ in `leaves`.

    Nothing goes back through a node that is not in `masks`, nor through a leaf.

    Raises
    ------
    UnknownSlopeError
        If an operation on the way is not known.
    """
    arrived = dict(seeds)
    waiting = sorted(arrived)
    found: dict[int, float] = {}
    first = min(leaves)
    for number in range(max(waiting), first - 1, -1):
        if number not in arrived:
            continue
        g = arrived.pop(number)
        if number in leaves:
            found[number] = g
            continue
        node = graph.nodes[number]
        if node.name == LEAF or not g:
            continue
        values = [graph.nodes[part].value for part in node.operands]
        for part, slope in zip(node.operands, local(node, values), strict=True):
            if part in masks:
                arrived[part] = arrived.get(part, 0.0) + g * slope
    return found
