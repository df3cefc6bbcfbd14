"""Activation functions that exporters write as several operators, recognised by how these join."""

import math
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from clearprop._typing import FloatArray

Found = tuple[str, str, float]
"""What goes in, the name of the activation function, and what it is multiplied by."""


class Nodes(Protocol):
    """What a pattern looks at.

    Attributes
    ----------
    producers : dict of str to node
        The node that computes each result.
    constants : dict of str to array
    """

    producers: dict[str, Any]
    constants: dict[str, FloatArray]


def pattern_of(graph: Nodes, node: Any) -> Found | None:
    """Return the activation function whose last operator a node is, None if it is none."""
    reader = PATTERNS.get(node.op_type)
    return None if reader is None else reader(graph, node)


def _product(graph: Nodes, node: Any) -> Found | None:
    """Return z σ(z), which is silu; and z (1 + erf(z / √2)), which is twice gelu."""
    for x, factor in _both_ways(node.input):
        if _argument(graph, factor, "Sigmoid") == x:
            return x, "silu", 1.0
        inside = _argument(graph, _plus(graph, factor, 1.0), "Erf")
        if inside is not None and _scaled(graph, inside, 1 / math.sqrt(2)) == x:
            return x, "gelu", 2.0
    return None


def _quotient(graph: Nodes, node: Any) -> Found | None:
    """Return z / (1 + |z|), which is softsign."""
    x, below = node.input
    inside = _argument(graph, _plus(graph, below, 1.0), "Abs")
    return (x, "softsign", 1.0) if inside == x else None


def _choice(graph: Nodes, node: Any) -> Found | None:
    """Return z > 20 ? z : softplus(z), as torch writes it."""
    for x, other in _both_ways(node.input[1:]):
        if _argument(graph, other, "Softplus") == x:
            return x, "softplus", 1.0
    return None


PATTERNS: dict[str, Callable[[Nodes, Any], Found | None]] = {
    "Mul": _product,
    "Div": _quotient,
    "Where": _choice,
}
"""The last operators of patterns."""


def _both_ways(names: Any) -> list[tuple[str, str]]:
    one, other = names
    return [(one, other), (other, one)]


def _argument(graph: Nodes, name: str | None, operator: str) -> str | None:
    """Return what an operator takes, if a result is that operator's."""
    node = graph.producers.get(name) if name else None
    return node.input[0] if node is not None and node.op_type == operator else None


def _plus(graph: Nodes, name: str, amount: float) -> str | None:
    """Return the other part of a sum with this amount."""
    node = graph.producers.get(name)
    if node is None or node.op_type != "Add":
        return None
    for x, other in _both_ways(node.input):
        if _is(graph, other, amount):
            return x
    return None


def _scaled(graph: Nodes, name: str, rate: float) -> str | None:
    """Return what a result is so many times of."""
    node = graph.producers.get(name)
    if node is None:
        return None
    if node.op_type == "Div" and _is(graph, node.input[1], 1 / rate):
        return node.input[0]
    if node.op_type == "Mul":
        for x, other in _both_ways(node.input):
            if _is(graph, other, rate):
                return x
    return None


def _is(graph: Nodes, name: str, value: float) -> bool:
    """Return whether a constant is this number, as float32 holds it."""
    array = graph.constants.get(name)
    return array is not None and array.size == 1 and bool(np.isclose(array.item(), value, 1e-6))
