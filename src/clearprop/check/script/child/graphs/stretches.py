"""Stretches of a graph that work entry by entry on one array, as an activation a = f(z) does."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from typing import Any

import numpy as np

from clearprop.check.script.child.graphs.graph import MULTIPLYING, Graph
from clearprop.check.script.child.graphs.rules import RULES, SLOPES, TWO_SLOPES
from clearprop.check.script.child.record.calls import Placed, through

COPYING = ("copy", "astype", "array", "asarray")
CHOOSING = ("where", "setitem")


class Stretches:
    """Where the stretches of a graph begin and end, of those that E is computed through.

    Parameters
    ----------
    graph : Graph
    seeds : iterable of int
        The nodes that E is computed of.
    """

    def __init__(self, graph: Graph, seeds: Iterable[int]) -> None:
        self.graph = graph
        self.begins: list[int] = []
        """For each node the one, z, that it is a function of entry by entry; or itself."""
        for number in range(len(graph.nodes)):
            self.begins.append(self.beginning(number))
        self.live = live_nodes(graph, seeds)

    def beginning(self, number: int) -> int:
        """Return the only node that this one is a function of entry by entry; or itself."""
        graph, node = self.graph, self.graph.nodes[number]
        firsts = {
            -1 if source == -1 else self.begins[source]
            for source in node.sources
            if source is not None
        }
        first = firsts.pop() if len(firsts) == 1 else -1
        if first == -1 or not is_entrywise(graph, number):
            return number
        return first if graph.value(first).shape == graph.value(number).shape else number

    def inner(self) -> Iterator[int]:
        """Yield every node of a stretch but its first."""
        return (n for n in sorted(self.live) if self.begins[n] != n)

    def activations(self) -> list[int]:
        """Return the last nodes of stretches that other arrays are computed of; no loss is."""
        graph, found = self.graph, set[int]()
        for consumer in self.live:
            for source in graph.nodes[consumer].sources:
                if source is None or source < 0 or self.begins[source] == source:
                    continue
                if self.begins[consumer] != self.begins[source] and graph.value(consumer).size > 1:
                    found.add(source)
        return sorted(found)

    def together(self) -> Iterator[tuple[int, ...]]:
        """Yield which activations are one: all, those of one kind at all times, those of a line."""
        nodes, ends = self.graph.nodes, self.activations()
        kinds: dict[Hashable, dict[int, int]] = defaultdict(dict)
        for number in self.inner():
            kinds[self.kind(number)][self.begins[number]] = number
        usual = sorted({self.kind(end) for end in ends}, key=lambda kind: len(kinds[kind]))
        every = {z: a for kind in usual for z, a in kinds[kind].items()}  # the commonest wins
        if every:
            yield tuple(sorted(every.values()))
        lines: dict[int, list[int]] = defaultdict(list)
        for a in every.values():
            lines[nodes[a].operation.line].append(a)
        for kind in reversed(usual):
            yield tuple(sorted(kinds[kind].values()))
        for of_line in lines.values():
            yield tuple(sorted(of_line))

    def kind(self, number: int) -> Hashable:
        """Return what activations of a network share at all times: their lines, and z = W a + b."""
        operation = self.graph.nodes[number].operation
        first = self.graph.nodes[self.begins[number]].operation
        weights, others = self.own(number)
        settings = [] if first.call is None else through(first.call.arguments, without_arrays)
        parameters = frozenset(weights | others)
        return operation.line, operation.name, first.line, parameters, repr(settings)

    def is_mask(self, end: int) -> bool:
        """Return whether a is z or 0 in each entry: f′ is a mask."""
        z, a = self.graph.value(self.begins[end]), self.graph.value(end)
        return bool(np.all((a == z) | (a == 0)))

    def own(self, end: int) -> tuple[set[int], set[int]]:
        """Return the parameters that z = W a + b is computed of at once: those like W, and b."""
        graph, weights, others = self.graph, set[int](), set[int]()
        first = graph.nodes[self.begins[end]]
        summands = [graph.nodes[s] for s in first.sources if s is not None and s >= 0]
        for node in [first, *(summands if first.operation.name in ("+", "-") else ())]:
            found = weights if node.operation.name in MULTIPLYING else others
            for part, source in zip(node.operation.operands, node.sources, strict=True):
                if source == -1:
                    found.add(part)
                elif source is not None and is_rearranged_parameter(graph, source):
                    found.update(graph.nodes[source].reached)
        return weights, others


def without_arrays(value: Any) -> Any:
    """Return a setting, such as an index; nothing for an array."""
    return None if isinstance(value, Placed | np.ndarray) else value


def live_nodes(graph: Graph, seeds: Iterable[int]) -> set[int]:
    """Return the nodes that something goes back through."""
    found, ahead = set[int](), list(seeds)
    while ahead:
        number = ahead.pop()
        if number not in found:
            found.add(number)
            ahead += [s for s in graph.nodes[number].sources if s is not None and s >= 0]
    return found


def is_entrywise(graph: Graph, number: int) -> bool:
    """Return whether each entry of a result is computed of the operands' entries at its place."""
    operation = graph.nodes[number].operation
    name, call = operation.name, operation.call
    if name in SLOPES or name in TWO_SLOPES or name in CHOOSING or name in COPYING:
        return True
    return call is not None and name not in RULES and isinstance(call.function, np.ufunc)


def is_rearranged_parameter(graph: Graph, number: int) -> bool:
    """Return whether a node is a parameter transposed, reshaped, or a part of it."""
    node = graph.nodes[number]
    changing = [source for source in node.sources if source is not None]
    return changing == [-1] and not is_entrywise(graph, number) and node.operation.name != "@"
