"""The graph of single numbers that a program computes: each a node, with the nodes it came from."""

import math
from collections import defaultdict
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.child.record.trace import key

MAX_ELEMENTS = 400
"""Numbers of an array that is taken apart."""
LEAF = "leaf"
"""The name of nodes that nothing recorded made: constants, data, weights at their start."""


class Node(NamedTuple):
    """A number, the operation that made it, and the nodes of its operands."""

    time: int
    line: int
    name: str
    operands: tuple[int, ...]
    value: float


class Number(np.float64):
    """A number of the watched program that knows its node."""

    graph: ClassVar["Graph | None"] = None
    """The graph that arithmetic outside the rewritten program reports to: that of ``sum``, say."""
    node: int

    @classmethod
    def of(cls, value: float, node: int) -> "Number":
        """Return a number with its node."""
        made = cls(value)
        made.node = node
        return made

    def __add__(self, other: Any) -> Any:
        return joined("+", self, other, np.float64.__add__(self, other))

    def __radd__(self, other: Any) -> Any:
        return joined("+", other, self, np.float64.__radd__(self, other))

    def __sub__(self, other: Any) -> Any:
        return joined("-", self, other, np.float64.__sub__(self, other))

    def __rsub__(self, other: Any) -> Any:
        return joined("-", other, self, np.float64.__rsub__(self, other))

    def __mul__(self, other: Any) -> Any:
        return joined("*", self, other, np.float64.__mul__(self, other))

    def __rmul__(self, other: Any) -> Any:
        return joined("*", other, self, np.float64.__rmul__(self, other))

    def __truediv__(self, other: Any) -> Any:
        return joined("/", self, other, np.float64.__truediv__(self, other))

    def __rtruediv__(self, other: Any) -> Any:
        return joined("/", other, self, np.float64.__rtruediv__(self, other))

    def __pow__(self, other: Any, modulus: Any = None) -> Any:
        return joined("**", self, other, np.float64.__pow__(self, other))

    def __neg__(self) -> Any:
        return joined("negative", self, self, np.float64.__neg__(self))

    def __reduce__(self) -> Any:
        return float, (float(self),)


def joined(name: str, left: Any, right: Any, result: Any) -> Any:
    """Return a result with its node, if it is a single number; else as it is."""
    graph = Number.graph
    if graph is None or not isinstance(result, np.float64):
        return result
    nodes = [graph.node_of(part) for part in ((left,) if name == "negative" else (left, right))]
    return Number.of(result, graph.add(name, tuple(nodes), float(result)))


class Graph:
    """The numbers that were computed, in the order of time.

    An array is known by its contents, an element of one by its value if that is no round one.
    """

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.line = 0
        self.by_value: dict[float, int] = {}
        self.constants: dict[float, int] = {}
        self.arrays: dict[bytes, Any] = {}
        self.written: set[int] = set()
        """Numbers that stand in the text of the program."""

    def value(self, node: int | None) -> float:
        """Return the value of a node; NaN for none."""
        return float("nan") if node is None else self.nodes[node].value

    def add(self, name: str, operands: tuple[int, ...], value: float) -> int:
        """Return the number of a new node."""
        node = len(self.nodes)
        self.nodes.append(Node(node, self.line, name, operands, value))
        if not is_round(value):
            self.by_value.setdefault(value, node)
        return node

    def leaf(self, value: float) -> int:
        """Return the node of a number that came from nowhere."""
        known = self.constants if is_round(value) else self.by_value
        found = known.get(value)
        if found is None:
            found = known[value] = self.add(LEAF, (), value)
        return found

    def node_of(self, value: Any) -> int:
        """Return the node of a single number."""
        return value.node if isinstance(value, Number) else self.leaf(float(value))

    def nodes_of(self, value: Any) -> Any:
        """Return the nodes of an array or a list of numbers, in its shape; None for all else."""
        if isinstance(value, Number):
            return np.asarray(value.node)
        if isinstance(value, bool | np.bool_ | str):
            return None
        if isinstance(value, float | int | np.number):
            return np.asarray(self.leaf(float(value)))
        if isinstance(value, list | tuple) and 0 < len(value) <= MAX_ELEMENTS:
            parts = [self.nodes_of(part) for part in value]
            shapes = {None if part is None else part.shape for part in parts}
            return np.array(parts) if len(shapes) == 1 and None not in shapes else None
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiu":
            return None
        if not 0 < value.size <= MAX_ELEMENTS:
            return None
        array = np.asarray(value, dtype=float)
        name = key(array)
        if name not in self.arrays:
            self.arrays[name] = self.elements(array)
        return self.arrays[name]

    def elements(self, array: FloatArray) -> Any:
        """Return a node for every element of an array that is seen for the first time."""
        flat = [
            self.add(LEAF, (), float(v)) if is_round(v) else self.leaf(float(v))
            for v in array.ravel()
        ]
        return np.array(flat).reshape(array.shape)

    def remember(self, array: Any, nodes: Any) -> None:
        """Note the nodes of a computed array."""
        self.arrays[key(np.asarray(array, dtype=float))] = nodes

    @cached_property
    def consumers(self) -> dict[int, list[int]]:
        """The nodes that each node went into; asked for when the program has ended."""
        found: dict[int, list[int]] = defaultdict(list)
        for number, node in enumerate(self.nodes):
            for operand in dict.fromkeys(node.operands):
                found[operand].append(number)
        return found


def is_round(value: float) -> bool:
    """Return whether a number is likely to occur twice by chance: 0, 1, 0.5 …."""
    return not math.isfinite(value) or float(value * 64).is_integer()
