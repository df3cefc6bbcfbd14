"""Operations on arrays taken apart: the nodes of the single numbers that they make."""

from typing import Any

import numpy as np

from clearprop.check.script.child.scalars.graph import MAX_ELEMENTS, Graph

ELEMENTWISE = frozenset(
    [
        "+", "-", "*", "/", "**", "negative", "exp", "log", "sqrt", "tanh", "abs", "square",
        "maximum", "minimum", "where", "clip", "power", "reciprocal", "sinh", "cosh", "sin",
        "cos", "arctan", "expit",
    ]
)  # fmt: skip
"""Operations that take an array element by element."""


def nodes_made(graph: Graph, name: str, given: list[Any], result: Any) -> Any:
    """Return new nodes for a result, in its shape; None where it is not known what made it."""
    if name in ("@", "inner", "dot") and len(given) == 2:
        return product(graph, given[0], given[1], result)
    if name in ("sum", "mean", "average") and np.ndim(result) == 0:
        return np.asarray(summed(graph, given[0].ravel(), float(result), mean=name != "sum"))
    if name not in ELEMENTWISE and np.ndim(result) > 0:
        return None
    shape = np.shape(result)
    try:
        spread = [np.broadcast_to(nodes, shape) for nodes in given]
    except ValueError:
        spread = []
    flat = np.ravel(result)
    if not spread:
        operands = tuple(int(n) for nodes in given for n in nodes.ravel())
        return np.asarray(graph.add(name, operands, float(flat[0]))) if not shape else None
    columns = [nodes.ravel() for nodes in spread]
    made = [
        graph.add(name, tuple(int(column[n]) for column in columns), float(flat[n]))
        for n in range(flat.size)
    ]
    return np.array(made).reshape(shape)


def summed(graph: Graph, nodes: Any, result: float, *, mean: bool) -> int:
    """Return the node of a sum, or of a mean: a sum over the count."""
    count = len(nodes) if mean else 1
    total = graph.add("+", tuple(map(int, nodes)), result * count)
    if count == 1:
        return total
    return graph.add("/", (total, graph.leaf(float(count))), result)


def product(graph: Graph, left: Any, right: Any, result: Any) -> Any:
    """Return the nodes of a product of matrices: sums of products of numbers."""
    if left.ndim == 0 or right.ndim == 0 or left.shape[-1] != right.shape[-2:][0]:
        return None
    if left.ndim > 2 or right.ndim > 2 or left.size * right.size > MAX_ELEMENTS**1.5:
        return None
    rows = left.reshape(-1, left.shape[-1])
    columns = right.reshape(right.shape[0], -1).T
    flat = np.ravel(result)
    made = []
    for number, (row, column) in enumerate((r, c) for r in rows for c in columns):
        terms = []
        for one, other in zip(row, column, strict=True):
            pair = int(one), int(other)
            value = graph.nodes[pair[0]].value * graph.nodes[pair[1]].value
            terms.append(graph.add("*", pair, value))
        made.append(graph.add("+", tuple(terms), float(flat[number])))
    return np.array(made).reshape(np.shape(result))
