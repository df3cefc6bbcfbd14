"""Computational graphs of numbers: values forward, gradients backward, paths by contribution."""

import heapq
import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from clearprop._errors import unknown_name
from clearprop._text import Language
from clearprop.derivation.graphs.nodes import Edge, Node
from clearprop.derivation.style import Style

_Partial = tuple[float, int, tuple[int, ...], tuple[float, ...], float]
"""A way so far: less the most it can contribute, its turn, its nodes, slopes and their product."""


@dataclass(frozen=True)
class GraphPath:
    """One path from a node to the result, and its contribution to the gradient.

    Attributes
    ----------
    nodes : tuple of int
        The positions of the nodes that it passes, the result last.
    slopes : tuple of float
        The local derivatives along it.
    contribution : float
        Their product.
    """

    nodes: tuple[int, ...]
    slopes: tuple[float, ...]
    contribution: float


@dataclass(frozen=True)
class Graph:
    """A scalar computation, forward and backward. Made by `clearprop.graph`.

    Attributes
    ----------
    title : str
        The expression, or the network in short.
    nodes : tuple of Node
        Every node after those it is computed from; the last is the result.
    forms : mapping of str to printer
        The forms in which it can be shown, ``"text"`` and ``"svg"``.
    lang : {"en", "zh"}
        The language in which it is shown where none is asked for.

    Examples
    --------
    >>> import clearprop as cp
    >>> graph = cp.graph("price * quantity * (1 + tax)", price=20, quantity=2, tax=0.1)
    >>> round(graph.value, 10), {name: round(g, 10) for name, g in graph.gradient.items()}
    (44.0, {'price': 2.2, 'quantity': 22.0, 'tax': 40.0})
    """

    title: str
    nodes: tuple[Node, ...]
    forms: "GraphForms" = field(repr=False, compare=False)
    lang: Language = "en"

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

    def recomputed(self, name: str, value: float) -> float | None:
        """Return the result with another value of one input; None where it cannot be had."""
        numbers: list[float] = []
        for node in self.nodes:
            if node.kind != "result":
                numbers.append(value if node.name == name and node.kind == "input" else node.value)
                continue
            if node.compute is None:
                return None
            try:
                numbers.append(float(node.compute(*(numbers[one] for one in node.inputs))))
            except (ArithmeticError, ValueError, TypeError):  # complex numbers too
                return None
        return numbers[-1] if math.isfinite(numbers[-1]) else None

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

    def text(self, lang: Language | None = None, digits: int = 6) -> str:
        """Return the graph as lines of text: forward, backward, and which path gave what."""
        return self._shown("text", lang or self.lang, digits)

    def svg(self, lang: Language | None = None, digits: int = 4) -> str:
        """Return the graph as a drawing: values, local derivatives on the edges, gradients."""
        return self._shown("svg", lang or self.lang, digits)

    def in_language(self, lang: Language) -> "Graph":
        """Return the same graph, shown in another language, in notebooks too."""
        return replace(self, lang=lang)

    def _shown(self, form: str, lang: Language, digits: int) -> str:
        Style(lang=lang, digits=digits)  # refuses what cannot be shown
        return self.forms[form](self, lang, digits)

    def __str__(self) -> str:
        return self.text()

    def _repr_svg_(self) -> str:
        return self.svg()


GraphForms = Mapping[str, Callable[[Graph, Language, int], str]]
"""The printers that a graph is given: functions of the graph, the language and the digits."""
