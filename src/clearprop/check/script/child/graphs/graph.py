"""What a program computed of its parameters, as a graph through which derivatives go back."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.child.arrays.history import FRESH, History
from clearprop.check.script.child.arrays.updates import Update
from clearprop.check.script.child.graphs.rules import OpaqueError, passed_back
from clearprop.check.script.child.record.trace import SET, Operation

CONSTANT = frozenset(
    [
        *FRESH, "argmax", "argmin", "argsort", "sign", "round", "around", "rint", "floor", "ceil",
        "heaviside", "greater", "greater_equal", "less", "less_equal", "equal", "not_equal",
        "isclose", "unique", "nonzero", "shape",
    ]
)  # fmt: skip
"""Functions that nothing small changes."""


MAX_OPERATIONS = 10_000
MULTIPLYING = ("@", "*")
"""Operations that pass back to one operand what arrives, multiplied by the other."""


class Node(NamedTuple):
    """An operation on something that depends on the parameters."""

    operation: Operation
    sources: tuple[int | None, ...]
    """For each operand the node that made it, −1 for a parameter, None for what is constant."""
    reached: frozenset[int]
    """The parameters that it depends on, as numbers of contents."""


class WayBack(NamedTuple):
    """What is done on the way back in place of what is right."""

    unchanged: Mapping[int, int] = {}
    """Nodes at which what arrives goes on as it is, each with the node that it goes to."""
    instead: Mapping[int, FloatArray] = {}
    """Contents that others stand for on the way back through products."""
    slopes: Mapping[int, FloatArray] = {}
    """What arrives at nodes that it passes unchanged is multiplied by these."""


RIGHT = WayBack()


class Graph:
    """The operations from one moment to another that depend on the parameters.

    Contents are told apart by their numbers alone: of two operations that gave the same, the later
    one counts.

    Parameters
    ----------
    history : History
    moved : mapping of int to Update
        The parameters, as numbers of contents, and what becomes of each: there the graph ends.
    start, end : int
    ends : iterable of int
        What becomes of parameters that held the same numbers as another.
    """

    def __init__(
        self,
        history: History,
        moved: Mapping[int, Update],
        start: int,
        end: int,
        ends: Iterable[int] = (),
    ) -> None:
        self.history, self.moved = history, dict(moved)
        self.ends = frozenset(ends).union(update.after for update in moved.values())
        self.repeats = False
        """True once derivatives went through a product of two things of one parameter."""
        self.used: dict[int, int] = {}
        """When contents were used first."""
        self.contents = history.trace.contents
        self.read = {seen.content for seen in history.trace.seen}
        """Contents that a name held, or that were read or returned: targets are among them."""
        self.nodes: list[Node] = []
        self.made_by: dict[int, int] = {}
        self.others: dict[int, list[tuple[str, int]]] = {}
        for operation in history.between(start, end)[:MAX_OPERATIONS]:
            self.add(operation)

    def add(self, operation: Operation) -> None:
        """Add an operation, if it depends on the parameters."""
        result = operation.result
        for part in operation.operands:
            self.used.setdefault(part, operation.time)
        if result in self.ends:
            return
        sources = tuple(self.source(part, operation.time) for part in operation.operands)
        if operation.name == SET and sources[0] == -1:  # zeros, which a bias began with as well
            sources = (None, *sources[1:])
        if operation.name in CONSTANT or all(source is None for source in sources):
            self.made_by.pop(result, None)
            return
        if self.is_parameter(result, operation.time):
            if result in self.used:
                return
            del self.moved[result]  # computed of the others: a sum of gradients, as far as it goes
        reached = frozenset[int]().union(
            *(
                {part} if source == -1 else self.nodes[source].reached
                for part, source in zip(operation.operands, sources, strict=True)
                if source is not None
            )
        )
        self.made_by[operation.result] = len(self.nodes)
        self.nodes.append(Node(operation, sources, reached))

    def source(self, content: int, time: int) -> int | None:
        """Return what made a content: a node, −1 for a parameter, None for a constant."""
        if self.is_parameter(content, time) and not self.is_turned_node(content):
            return -1
        if content in self.made_by:
            return self.made_by[content]
        if content not in self.others:
            self.others[content] = self.alike(content)
        for name, other in self.others[content]:
            if other in self.made_by or self.is_parameter(other, time):
                self.add(Operation(time, 0, name, (other,), content))
                return self.made_by.get(content)
        return None

    def is_turned_node(self, content: int) -> bool:
        """Return whether a parameter is what was computed of others, transposed: no parameter."""
        array = self.contents[content]
        turned = self.history.trace.find(array.T) if array.ndim > 1 else None
        node = self.made_by.get(-1 if turned is None else turned)
        if node is None or content == turned or content in self.nodes[node].reached:
            return False
        del self.moved[content]
        return True

    def alike(self, content: int) -> list[tuple[str, int]]:
        """Return contents of which this is the transpose or the negative, which nobody recorded."""
        array, find = self.contents[content], self.history.trace.find
        found = [
            ("transpose", find(array.T) if array.ndim > 1 else None),
            ("negative", find(-array)),
        ]
        return [(name, other) for name, other in found if other is not None and other != content]

    def is_parameter(self, content: int, time: int) -> bool:
        """Return whether a content is a parameter that has not been changed yet."""
        update = self.moved.get(content)
        return update is not None and time < update.time

    def is_repetition(self, node: Node) -> bool:
        """Return whether a parameter is multiplied by what came of it before, as in recurrence."""
        if node.operation.name != "@" or len(node.sources) != 2:
            return False
        one, other = (
            frozenset[int]()
            if source is None
            else frozenset([part])
            if source == -1
            else self.nodes[source].reached
            for part, source in zip(node.operation.operands, node.sources, strict=True)
        )
        return not one.isdisjoint(other)

    def value(self, node: int) -> FloatArray:
        """Return what a node computed."""
        return self.contents[self.nodes[node].operation.result]

    def gradients(
        self, seeds: Iterable[tuple[int, FloatArray]], way: WayBack = RIGHT
    ) -> dict[int, FloatArray]:
        """Return ∂E/∂θ for each parameter θ of an E of which ∂E/∂w is given for some nodes.

        A `way` back that is not the right one gives what comes out in place of it.

        Raises
        ------
        OpaqueError
            If something is in the way of which that cannot be told.
        """
        arriving: dict[int, FloatArray] = {}
        found: dict[int, FloatArray] = {}
        for node, seed in seeds:
            arriving[node] = arriving.get(node, 0) + np.reshape(seed, self.value(node).shape)
        for number in sorted(range(max(arriving) + 1), reverse=True):
            g = arriving.pop(number, None)
            if g is None or not g.any():
                continue
            if number in way.unchanged:
                below = way.unchanged[number]
                arriving[below] = arriving.get(below, 0) + g * way.slopes.get(number, 1.0)
                continue
            node = self.nodes[number]
            self.repeats = self.repeats or self.is_repetition(node)
            others = way.instead if node.operation.name in MULTIPLYING else RIGHT.instead
            inputs = [others.get(part, self.contents[part]) for part in node.operation.operands]
            with np.errstate(all="ignore"):
                shares = passed_back(node.operation, inputs, self.value(number), g)
            for part, source, share in zip(
                node.operation.operands, node.sources, shares, strict=True
            ):
                if source is None or share is None:
                    continue
                if not np.isfinite(share).all():
                    raise OpaqueError(node.operation.name)
                if source == -1:
                    found[part] = found.get(part, 0) + share
                else:
                    arriving[source] = arriving.get(source, 0) + share
        return found
