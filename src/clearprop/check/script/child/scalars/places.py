"""What places hold, number by number, and which number before it each came from."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from clearprop.check.script.child.record.recording import Recorder
from clearprop.check.script.child.record.values import MAX_PARTS
from clearprop.check.script.child.scalars.graph import LEAF, Graph, Number
from clearprop.check.script.child.scalars.operations import nodes_made

MAX_STEPS = 1000
"""Steps of a parameter that are followed back."""
DEPTH = 5
"""Sums between a parameter and what it becomes."""


class Held(NamedTuple):
    """A node that a place held, from this time on."""

    time: int
    line: int
    place: str
    node: int


class Update(NamedTuple):
    """A node that took another's place, by adding something to it."""

    time: int
    line: int
    place: str
    before: int
    after: int
    scaled: bool = False
    """True if the old number was multiplied first: a velocity, a mean of gradients."""


class NumberPlaces(Recorder):
    """The part of a recorder that knows which number each place holds, and held before."""

    def clear(self) -> None:
        """Forget all numbers."""
        self.graph = Number.graph = Graph()
        self.held: list[Held] = []
        self.updates: list[Update] = []
        self.came_by: dict[int, int] = {}
        """What was in a number's place before it."""
        self.places: dict[str, set[int]] = {}
        self.before_step: tuple[Any, str, Any] | None = None
        self.elements: tuple[Any, Any, Any] | None = None
        """An array of which an element is being replaced, what it held, and its nodes."""

    def stored(self, line: int, place: str, value: Any) -> None:
        """Record what a place holds from now on."""
        self.tick()
        for name, nodes in self.nodes_in(place, value):
            for node in nodes:
                self.replace(line, name, int(node))

    def touching(self, line: int, place: str, value: Any) -> None:
        """Keep the nodes of a small array of which an element is about to be replaced."""
        self.elements = None
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            nodes = self.graph.nodes_of(value)
            self.elements = None if nodes is None else (value, value.copy(), nodes)

    def touched(self, line: int, place: str, value: Any, adds: bool = False) -> None:
        """Give the elements of an array that stayed their nodes, and the new one that of its step.

        An element was recorded with its own place.
        """
        if self.elements is None or self.elements[0] is not value or not self.updates:
            return
        _, before, nodes = self.elements
        new = self.graph.nodes[self.updates[-1].after].value
        changed = value != before
        if np.count_nonzero(changed) == 1 and (value[changed] == new).all():
            self.graph.remember(value, np.where(changed, self.updates[-1].after, nodes))

    def step(self, line: int, symbol: str, place: str, before: Any, value: Any) -> Any:
        """Record what a place holds, and what is about to be added to it or taken off."""
        self.graph.line = line
        self.before_step = None
        nodes = self.graph.nodes_of(before)
        if nodes is not None:
            self.before_step = nodes, symbol, value
            for part in nodes.ravel():
                self.places.setdefault(common(place), set()).add(int(part))
        return value

    def changed(self, line: int, place: str, value: Any) -> None:
        """Record what the place holds now."""
        before, self.before_step = self.before_step, None
        if before is None:
            return
        self.tick()
        self.graph.line = line
        nodes, symbol, by = before
        added = self.graph.nodes_of(by)
        now = self.graph.nodes_of(value)
        made_itself = now is not None and all(
            node > int(nodes.max()) and self.graph.nodes[node].name != LEAF
            for node in map(int, now.ravel())
        )
        if made_itself and now is not None and nodes.ndim == 0:
            made_itself = int(nodes) in self.graph.nodes[int(now)].operands  # not another 0
        if not made_itself and added is not None and now is not None:
            now = nodes_made(self.graph, symbol, [nodes, added], np.asarray(value, dtype=float))
            if now is not None and isinstance(value, np.ndarray):
                self.graph.remember(value, now)
        if now is None or now.shape != nodes.shape:
            return
        for old, new in zip(nodes.ravel(), now.ravel(), strict=True):
            self.note(line, place, int(old), int(new))

    def hold(self, line: int, place: str, value: Any) -> None:
        """Note what a place holds."""
        if isinstance(value, Number):
            self.held.append(Held(len(self.graph.nodes), line, place, value.node))
            if place:
                self.places.setdefault(common(place), set()).add(value.node)

    def nodes_in(self, place: str, value: Any) -> Iterator[tuple[str, Any]]:
        """Yield the nodes in a value: of a number, of a small array, or of those in lists."""
        if isinstance(value, Number | np.ndarray):
            nodes = None if is_whole(value) else self.graph.nodes_of(value)
            if nodes is not None:
                yield place, nodes.ravel()
        elif isinstance(value, np.floating):  # an element of an array, known by its value
            if float(value) in self.graph.by_value:
                yield place, np.array([self.graph.by_value[float(value)]])
        elif isinstance(value, list | tuple | dict):
            items = list(value.items() if isinstance(value, dict) else enumerate(value))
            for name, part in items[:MAX_PARTS]:
                if isinstance(part, Number | np.ndarray | list | tuple | dict):
                    yield from self.nodes_in(f"{place}[{name!r}]", part)

    def replace(self, line: int, place: str, node: int) -> None:
        """Note what a place holds, and which number before it that came from."""
        known = self.places.setdefault(common(place), set())
        if node not in known:
            before = next((pair for pair in self.summands(node) if pair[0] in known), None)
            if before is not None and not self.came_from(node, before[0]):
                self.note(line, place, before[0], node, scaled=before[1])
        known.add(node)
        self.held.append(Held(len(self.graph.nodes), line, place, node))

    def note(self, line: int, place: str, before: int, after: int, *, scaled: bool = False) -> None:
        """Note that one number took another's place."""
        if before == after:
            return
        time = len(self.graph.nodes)
        self.places.setdefault(common(place), set()).add(after)
        self.updates.append(Update(time, line, place, before, after, scaled))
        self.came_by.setdefault(after, before)
        self.held.append(Held(time, line, place, after))

    def came_from(self, node: int, before: int) -> bool:
        """Return whether a number took another's place in several known steps.

        ``w = net["w"]`` holds, in a later call, what became of the weights meanwhile.
        """
        steps = 0
        while steps < MAX_STEPS and node != before and node in self.came_by:
            node, steps = self.came_by[node], steps + 1
        return node == before and steps > 1

    def summands(self, node: int) -> Iterator[tuple[int, bool]]:
        """Yield what a number was made of by adding, and then the factors of its summands."""
        waiting = [(node, 0)]
        factors: list[int] = []
        while waiting:
            each, depth = waiting.pop(0)
            made = self.graph.nodes[each]
            if made.name in "+-":
                yield from ((part, False) for part in made.operands)
                if depth + 1 < DEPTH:
                    waiting += [(part, depth + 1) for part in made.operands]
            elif made.name == "*":
                factors += made.operands
        yield from ((part, True) for part in factors)


def is_whole(value: Any) -> bool:
    """Return whether an array holds whole numbers by its type: classes, or indices."""
    return isinstance(value, np.ndarray) and value.dtype.kind != "f"


def common(place: str) -> str:
    """Return the name of a place without its indices: ``w[i][j]`` and ``w[0][1]`` are alike.

    So are ``self.weights`` and ``neuron.weights``, of whatever object.

    Examples
    --------
    >>> common("net[0]['weights'][order[j]]"), common("layers[0].bias")
    ("net['weights']", '.bias')
    """
    while (shorter := re.sub(r"\[(?!['\"])[^\[\]]*\]", "", place)) != place:
        place = shorter
    return re.sub(r"^.*(?=\.\w+$)", "", place)
