"""Record single numbers: what each was computed from, and what took its place."""

import math
import random
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from clearprop.check.script.child.record.calls import Call
from clearprop.check.script.child.record.patience import EnoughError
from clearprop.check.script.child.scalars.graph import MAX_ELEMENTS, Number
from clearprop.check.script.child.scalars.operations import nodes_made
from clearprop.check.script.child.scalars.places import NumberPlaces
from clearprop.check.script.source.fewer import OF_NUMBERS

MAX_NODES = 150_000
LOOKS = (400, 1500, 5000, 15_000, 40_000, 80_000, 120_000)
"""Nodes after which it is asked whether the training has been seen already."""
BUILTINS = {"abs": abs, "max": max, "min": min, "pow": pow, "sum": sum, "round": round}
HOMES = ("math", "random", "numpy", "scipy")
"""Modules whose functions give numbers."""


class ScalarRecorder(NumberPlaces):
    """What a program with single numbers as weights reports to.

    Its numbers are handed back as `Number`, which is a float, and knows its node.
    """

    numbers = True
    counts = OF_NUMBERS

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.clear()

    def clear(self) -> None:
        """Forget all numbers."""
        super().clear()
        self.since = 0
        """The first node that was made since it was last forgotten what places held."""
        self.literals: dict[tuple[int, int], Number] = {}
        self.enough_after = list(LOOKS)

    def start_again(self, seconds: float) -> None:
        """Forget everything, and record for so many more seconds."""
        super().start_again(seconds)
        self.clear()

    def forget(self) -> None:
        """Forget what places held and how that changed; numbers keep their nodes."""
        super().forget()
        self.since = len(self.graph.nodes)
        self.held, self.updates = [], []
        self.enough_after = [self.since + nodes for nodes in LOOKS]

    def known_so_far(self) -> tuple[int, int]:
        """Return how many nodes there are, which is the time as well."""
        return len(self.graph.nodes), len(self.graph.nodes)

    def size(self) -> tuple[int, ...]:
        """Return how much was recorded: the same while there is nothing more."""
        return len(self.graph.nodes), len(self.updates), len(self.held), id(self.graph)

    def tick(self) -> int:
        """Return the time of an event, and end the program when that is late enough."""
        nodes = len(self.graph.nodes)
        self.now += 1
        late = self.now % 64 == 0 and time.process_time() > self.until
        if self.enough or late or nodes > MAX_NODES:
            self.enough = True
            raise EnoughError
        if self.enough_after and nodes > self.enough_after[0]:
            self.enough_after.pop(0)
            if self.has_seen_enough():
                self.has_enough()
        return nodes

    # what a program computes

    def literal(self, line: int, column: int, value: float) -> Number:
        """Return a number that stands in the program, always with the same node."""
        found = self.literals.get((line, column))
        if found is None:
            node = self.graph.add("leaf", (), value)
            self.graph.written.add(node)
            found = self.literals[line, column] = Number.of(value, node)
        return found

    def number(self, value: Any) -> Any:
        """Return a plain number with a node; anything else as it is."""
        if isinstance(value, Number) or not isinstance(value, float | np.floating):
            return value
        return Number.of(float(value), self.graph.leaf(float(value)))

    def binary(self, line: int, symbol: str, left: Any, right: Any) -> Any:
        """Compute and record ``left symbol right``."""
        self.graph.line = line
        return super().binary(line, symbol, left, right)

    def negative(self, line: int, value: Any) -> Any:
        """Compute and record −value."""
        self.graph.line = line
        return super().negative(line, value)

    def operation(
        self,
        name: str,
        line: int,
        operands: tuple[Any, ...],
        result: Any,
        call: Call | None = None,
    ) -> Any:
        """Record an operation, and return its result with its nodes."""
        if isinstance(result, Number):  # it reported itself
            self.tick()
            return result
        single = isinstance(result, float | np.floating)
        small = isinstance(result, np.ndarray) and 0 < result.size <= MAX_ELEMENTS
        if not single and not (small and result.dtype.kind == "f"):
            return result
        self.tick()
        self.graph.line = line
        given = [nodes for part in operands if (nodes := self.graph.nodes_of(part)) is not None]
        if not given:
            return self.number(result)
        nodes = nodes_made(self.graph, name, given, result)
        if single:
            node = int(nodes) if nodes is not None else self.graph.leaf(float(result))
            return Number.of(float(result), node)
        if nodes is not None:
            self.graph.remember(result, nodes)
        return result

    def arrays_in(self, value: Any) -> list[Any]:
        """Return the arrays in an argument; a list of numbers with nodes as it is."""
        if isinstance(value, list | tuple) and any(isinstance(part, Number) for part in value):
            return [value]
        return super().arrays_in(value)

    def method(self, line: int, owner: Any, name: str) -> Any:
        """Return a method; one of an array, or a function of a library, records its calls."""
        found = getattr(owner, name)
        if isinstance(owner, random.Random):
            return self.recording(found, name, line, ())
        return super().method(line, owner, name)

    def function(self, line: int, found: Any) -> Any:
        """Return a function; one that gives numbers records its calls."""
        found = sum if found is math.fsum else found  # of numbers that know their nodes
        name = getattr(found, "__name__", "")
        if BUILTINS.get(name) is found or found is float:
            return self.of_numbers(line, name, found)
        of = getattr(found, "__self__", None)
        home = getattr(found, "__module__", None) or type(of).__module__
        if isinstance(of, random.Random) or home.partition(".")[0] in HOMES[:2]:
            if isinstance(found, type):
                return found
            return self.recording(found, {"fabs": "abs", "pow": "**"}.get(name, name), line, ())
        return super().function(line, found)

    def of_numbers(self, line: int, name: str, found: Callable[..., Any]) -> Callable[..., Any]:
        """Return one of Python's own functions of numbers, which records its calls."""

        def call(*given: Any, **settings: Any) -> Any:
            self.graph.line = line
            if found is float and len(given) == 1 and isinstance(given[0], Number):
                return given[0]
            if found is float:
                self.tick()  # a program may read many numbers before anything else
                return self.number(self.converting(float)(*given))
            result = found(*given, **settings)
            if isinstance(result, Number) and name == "sum":
                return result
            if not isinstance(result, float | int) or isinstance(result, bool) or settings:
                return result
            parts = given if len(given) > 1 else list_of(given[0])
            if not any(isinstance(part, Number) for part in parts):
                return result
            self.tick()
            nodes = [self.graph.node_of(part) for part in parts if isinstance(part, float | int)]
            return Number.of(float(result), self.graph.add(name, tuple(nodes), float(result)))

        return call

    def item(self, line: int, place: str, owner: Any, index: Any) -> Any:
        """Return ``owner[index]``, a number of an array with its own node."""
        value = owner[index]
        if isinstance(owner, np.ndarray) and isinstance(value, np.floating):
            nodes = self.graph.nodes_of(owner)
            value = (
                self.number(value) if nodes is None else Number.of(float(value), int(nodes[index]))
            )
        return self.held_number(line, value, place)

    # what its places hold

    def read(self, line: int, value: Any) -> Any:
        """Record what was read or returned."""
        return self.held_number(line, value, "")

    def held_number(self, line: int, value: Any, place: str) -> Any:
        """Record a single number with its place, and return it with its node."""
        self.tick()
        if not isinstance(value, list | tuple | dict | np.ndarray):
            value = self.number(value)
            self.hold(line, place, value)
        return value


def list_of(value: Any) -> list[Any]:
    """Return a sequence as a list; nothing of an iterator that has been used up."""
    return list(value) if isinstance(value, list | tuple) else []
