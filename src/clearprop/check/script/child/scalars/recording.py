"""Record single numbers: what each was computed from, and what took its place."""

import math
import random
import re
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from clearprop.check.script.child.record.calls import Call
from clearprop.check.script.child.record.patience import EnoughError
from clearprop.check.script.child.record.recording import Recorder
from clearprop.check.script.child.record.values import MAX_PARTS
from clearprop.check.script.child.scalars.graph import LEAF, MAX_ELEMENTS, Graph, Number
from clearprop.check.script.source.fewer import OF_NUMBERS

MAX_NODES = 150_000
LOOKS = (400, 1500, 5000, 15_000, 40_000, 80_000, 120_000)
"""Nodes after which it is asked whether the training has been seen already."""
MAX_STEPS = 1000
"""Steps of a parameter that are followed back."""
DEPTH = 5
"""Sums between a parameter and what it becomes."""
ELEMENTWISE = frozenset(
    [
        "+", "-", "*", "/", "**", "negative", "exp", "log", "sqrt", "tanh", "abs", "square",
        "maximum", "minimum", "where", "clip", "power", "reciprocal", "sinh", "cosh", "sin",
        "cos", "arctan", "expit",
    ]
)  # fmt: skip
"""Operations that take an array element by element."""
BUILTINS = {"abs": abs, "max": max, "min": min, "pow": pow, "sum": sum, "round": round}
HOMES = ("math", "random", "numpy", "scipy")
"""Modules whose functions give numbers."""


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


class ScalarRecorder(Recorder):
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
        self.graph = Number.graph = Graph()
        self.since = 0
        """The first node that was made since it was last forgotten what places held."""
        self.held: list[Held] = []
        self.updates: list[Update] = []
        self.came_by: dict[int, int] = {}
        """What was in a number's place before it."""
        self.places: dict[str, set[int]] = {}
        self.literals: dict[tuple[int, int], Number] = {}
        self.enough_after = list(LOOKS)
        self.before_step: tuple[Any, str, Any] | None = None
        self.elements: tuple[Any, Any, Any] | None = None
        """An array of which an element is being replaced, what it held, and its nodes."""

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
        nodes = self.made(name, given, result)
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

    def made(self, name: str, given: list[Any], result: Any) -> Any:
        """Return new nodes for a result, in its shape; None where it is not known what made it."""
        if name in ("@", "inner", "dot") and len(given) == 2:
            return self.product(given[0], given[1], result)
        if name in ("sum", "mean", "average") and np.ndim(result) == 0:
            return np.asarray(self.summed(given[0].ravel(), float(result), mean=name != "sum"))
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
            return np.asarray(self.graph.add(name, operands, float(flat[0]))) if not shape else None
        columns = [nodes.ravel() for nodes in spread]
        made = [
            self.graph.add(name, tuple(int(column[n]) for column in columns), float(flat[n]))
            for n in range(flat.size)
        ]
        return np.array(made).reshape(shape)

    def summed(self, nodes: Any, result: float, *, mean: bool) -> int:
        """Return the node of a sum, or of a mean: a sum over the count."""
        count = len(nodes) if mean else 1
        total = self.graph.add("+", tuple(map(int, nodes)), result * count)
        if count == 1:
            return total
        return self.graph.add("/", (total, self.graph.leaf(float(count))), result)

    def product(self, left: Any, right: Any, result: Any) -> Any:
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
                value = self.graph.nodes[pair[0]].value * self.graph.nodes[pair[1]].value
                terms.append(self.graph.add("*", pair, value))
            made.append(self.graph.add("+", tuple(terms), float(flat[number])))
        return np.array(made).reshape(np.shape(result))

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
            now = self.made(symbol, [nodes, added], np.asarray(value, dtype=float))
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


def list_of(value: Any) -> list[Any]:
    """Return a sequence as a list; nothing of an iterator that has been used up."""
    return list(value) if isinstance(value, list | tuple) else []


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
