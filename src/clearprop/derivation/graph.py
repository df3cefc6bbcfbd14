"""`graph`: any scalar expression as a computational graph, forward and backward."""

import heapq
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from clearprop._errors import invalid_argument, unknown_name
from clearprop._registry import spelled
from clearprop._text import Language
from clearprop.derivation.graphs import reading
from clearprop.derivation.graphs.nodes import Edge, Node
from clearprop.derivation.style import Style
from clearprop.network.network import Network

_Partial = tuple[float, int, tuple[int, ...], tuple[float, ...], float]
"""A way so far: less the most it can contribute, its turn, its nodes, slopes and their product."""


@dataclass(frozen=True)
class GraphPath:
    """One way from a node to the result, and what it contributes to the gradient."""

    nodes: tuple[int, ...]
    slopes: tuple[float, ...]
    contribution: float


@dataclass(frozen=True)
class Graph:
    """A scalar computation, forward and backward. Made by `clearprop.graph`.

    Examples
    --------
    >>> import clearprop as cp
    >>> graph = cp.graph("price * quantity * (1 + tax)", price=20, quantity=2, tax=0.1)
    >>> round(graph.value, 10), {name: round(g, 10) for name, g in graph.gradient.items()}
    (44.0, {'price': 2.2, 'quantity': 22.0, 'tax': 40.0})
    """

    title: str
    nodes: tuple[Node, ...]
    """Every node after those it is computed from; the last is the result."""

    @property
    def value(self) -> float:
        """The value of the result."""
        return self.nodes[-1].value

    @cached_property
    def gradients(self) -> tuple[float, ...]:
        """∂result/∂node of every node: what its uses pass back, added up."""
        gradients = [0.0] * len(self.nodes)
        gradients[-1] = 1.0
        for position in reversed(range(len(self.nodes))):
            for edge in self.nodes[position].edges:
                if gradients[position] and edge.slope:
                    gradients[edge.source] += gradients[position] * edge.slope
        return tuple(gradients)

    @property
    def gradient(self) -> Mapping[str, float]:
        """∂result/∂input by the name of the input."""
        return {
            node.name: gradient
            for node, gradient in zip(self.nodes, self.gradients, strict=True)
            if node.kind == "input"
        }

    def uses(self, position: int) -> list[tuple[int, Edge]]:
        """Return the nodes that take a node, with the edge by which each does."""
        return self._uses[position]

    @cached_property
    def _uses(self) -> list[list[tuple[int, Edge]]]:
        uses: list[list[tuple[int, Edge]]] = [[] for _ in self.nodes]
        for position, node in enumerate(self.nodes):
            for edge in node.edges:
                uses[edge.source].append((position, edge))
        return uses

    def paths(self, name: str) -> Iterator[GraphPath]:
        """Yield the ways from a node to the result, the strongest contribution first.

        Raises
        ------
        InputError
            If no node has the name.
        """
        names = [node.name for node in self.nodes]
        if name not in names:
            raise unknown_name("name", name, names)
        order = itertools.count()
        start = names.index(name)
        queue: list[_Partial] = [(-self._most[start], next(order), (start,), (), 1.0)]
        while queue:
            bound, _, nodes, slopes, product = heapq.heappop(queue)
            if not bound:
                return
            if nodes[-1] == len(self.nodes) - 1:
                yield GraphPath(nodes, slopes, product)
                continue
            for position, edge in self.uses(nodes[-1]):
                further = product * edge.slope
                ahead = -abs(further) * self._most[position]
                path, factors = (*nodes, position), (*slopes, edge.slope)
                heapq.heappush(queue, (ahead, next(order), path, factors, further))

    @cached_property
    def _most(self) -> list[float]:
        """For every node, the most |contribution| of a single way from it to the result."""
        most = [0.0] * len(self.nodes)
        most[-1] = 1.0
        for position in reversed(range(len(self.nodes))):
            for edge in self.nodes[position].edges:
                most[edge.source] = max(most[edge.source], most[position] * abs(edge.slope))
        return most

    def text(self, lang: Language = "en", digits: int = 6) -> str:
        """Return the graph as lines of text: forward, backward, and which path gave what."""
        from clearprop.derivation.graphs.text import as_text

        Style(lang=lang, digits=digits)  # refuses what cannot be shown
        return as_text(self, lang, digits)

    def svg(self, lang: Language = "en", digits: int = 4) -> str:
        """Return the graph as a drawing: values, local derivatives on the edges, gradients."""
        from clearprop.derivation.graphs.svg import as_svg

        Style(lang=lang, digits=digits)
        return as_svg(self, lang, digits)

    def __str__(self) -> str:
        return self.text()

    def _repr_svg_(self) -> str:
        return self.svg()


def graph(source: str | Network, /, *arguments: Any, **values: float) -> Graph:
    """Return a scalar expression, or a network with one sample, as a computational graph.

    Parameters
    ----------
    source : str or Network
        An expression of numbers, names, ``+ - * / **`` and functions (``exp``, ``ln``, ``sqrt``,
        ``sin``, ``cos``, ``tan``, ``abs``, ``max``, ``min`` and the elementwise activations), or
        a network.
    *arguments
        For a network: its parameters, one sample x of n₀ numbers, its target y of K numbers.
    **values : float
        For an expression: the value of each name.

    Returns
    -------
    Graph
        ``print`` it, draw it with ``svg()``, or read ``value`` and ``gradient``. The graph of a
        network has its weights as inputs W1 … Wn and biases b1 …, neuron by neuron.

    Raises
    ------
    InputError
        If the expression cannot be read, calls for anything else, lacks a value, or has none.

    Examples
    --------
    >>> import clearprop as cp
    >>> print(cp.graph("a * a + a", a=3.0).gradient["a"])
    7.0
    """
    if isinstance(source, Network):
        from clearprop.derivation.graphs.network import unrolled

        if len(arguments) != 3 or values:
            why = "the graph of a network needs parameters, one sample and its target."
            raise invalid_argument("source", source, why, "graph(net, params, x, y).")
        return Graph(_title(source), tuple(unrolled(source, *arguments)))
    if arguments:
        why = "an expression takes its values by name."
        raise invalid_argument("arguments", arguments, why, "graph('a * b', a=2, b=3).")
    return Graph(source, tuple(reading.read(source, values)))


def _title(net: Network) -> str:
    sizes = "-".join(map(str, net.sizes))
    activations = ", ".join(spelled(layer.activation) for layer in net.layers)
    return f"L, {sizes} ({activations}), {spelled(net.loss_rule)}"
