"""The nodes of a scalar graph, and how they are put together."""

import math
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from clearprop._errors import invalid_argument
from clearprop.derivation.graphs.operations import Operation

REDUCED = re.compile(r" \^ \((\d+) − 1\)")
"""The exponent in the derivative of a power of numbers."""


@dataclass(frozen=True)
class Edge:
    """The use of one node by another.

    Attributes
    ----------
    source : int
        The position of the node that is used.
    slope : float
        The local derivative ∂(this node)/∂(the node that is used).
    written : str
        The local derivative as a formula.
    """

    source: int
    slope: float
    written: str


@dataclass(frozen=True)
class Node:
    """A number of the graph: an input, a constant, or the result of an operation.

    Attributes
    ----------
    name : str
        The name of an input or result, or the digits of a constant.
    kind : {"input", "constant", "result"}
        The kind of the node.
    sign : str
        The operation's sign; nothing for inputs and constants.
    written : str
        The formula in the names of the nodes that it is computed from.
    value : float
        The number.
    edges : tuple of Edge
        The nodes that it is computed from, each once.
    compute : callable or None
        From the numbers of its inputs, in the order of `inputs`, to its own.
    inputs : tuple of int
        The positions of what it is computed from; a node that is used twice stands there twice.
    """

    name: str
    kind: str
    sign: str
    written: str
    value: float
    edges: tuple[Edge, ...] = ()
    compute: Callable[..., float] | None = field(default=None, repr=False, compare=False)
    inputs: tuple[int, ...] = ()


class Builder:
    """Puts nodes together; each one only after those it is computed from."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        self.taken = taken  # names that no result on the way may have
        self.nodes: list[Node] = []
        self._inputs: dict[str, int] = {}
        self._results = 0

    def add(self, node: Node) -> int:
        """Take a node in and return its position.

        Raises
        ------
        InputError
            If its value is no finite number.
        """
        if not math.isfinite(node.value):
            why = f"{node.written} = {node.value:g} here."
            raise invalid_argument("expression", node.written, why, "other values.")
        self.nodes.append(node)
        return len(self.nodes) - 1

    def input(self, name: str, value: float) -> int:
        """Return the position of an input; the same name is the same node wherever it is used."""
        if name not in self._inputs:
            self._inputs[name] = self.add(Node(name, "input", "", name, value))
        return self._inputs[name]

    def constant(self, value: float) -> int:
        """Return the position of a new constant."""
        shown = f"{value:g}" if float(f"{value:g}") == value else repr(value)
        return self.add(Node(shown, "constant", "", shown, value))

    def apply(self, operation: Operation, sources: Sequence[int], name: str = "") -> int:
        """Return the position of the result of an operation on other nodes."""
        names = [self.nodes[one].name for one in sources]
        values = [self.nodes[one].value for one in sources]
        while not name:
            self._results += 1
            name = f"v{self._results}" if f"v{self._results}" not in self.taken else ""
        letters = dict(zip("uv", names, strict=False)) | {"w": name}
        written = operation.written.format(**letters)
        value = _computed(operation, values, written)
        slopes = _slopes(operation, values, value, written)
        for source, slope in zip(sources, slopes, strict=True):
            if math.isnan(slope) and self.nodes[source].kind != "constant":
                why = f"it has no derivative by {self.nodes[source].name} here."
                raise invalid_argument("expression", written, why, "other values.")
        edges = (
            Edge(source, float(slope), tidied(formula.format(**letters)))
            for source, slope, formula in zip(
                sources, slopes, operation.slopes_written, strict=True
            )
        )
        return self.add(
            Node(name, "result", operation.sign, written, value, merged(edges),
                 operation.value, tuple(sources))
        )  # fmt: skip


def tidied(formula: str) -> str:
    """Return a formula with the exponent n − 1 of a power of numbers worked out.

    Examples
    --------
    >>> tidied("3 · x ^ (3 − 1)"), tidied("2 · x ^ (2 − 1)"), tidied("n · x ^ (n − 1)")
    ('3 · x ^ 2', '2 · x', 'n · x ^ (n − 1)')
    """
    return REDUCED.sub(lambda found: "" if found[1] == "2" else f" ^ {int(found[1]) - 1}", formula)


def merged(edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """Return edges with those from one node as one: in a · a the derivative by a is a + a."""
    found: dict[int, Edge] = {}
    for edge in edges:
        before = found.get(edge.source)
        if before is not None:
            both = f"{before.written} {_plus(edge.written)}"
            edge = Edge(edge.source, before.slope + edge.slope, both)
        found[edge.source] = edge
    return tuple(found.values())


def _plus(written: str) -> str:
    """Return a term with the sign that joins it to a sum."""
    return f"− {written[1:]}" if written[0] in "−-" else f"+ {written}"


def _computed(operation: Operation, values: Sequence[float], written: str) -> float:
    """Return an operation's result, or say for which node there is none."""
    try:
        result = operation.value(*values)
    except ZeroDivisionError:
        why = "it divides by zero."
    except OverflowError:
        why = "its result is too large."
    except ValueError:
        why = f"it does not exist for {', '.join(f'{value:g}' for value in values)}."
    else:
        if isinstance(result, complex):
            why = f"it does not exist for {', '.join(f'{value:g}' for value in values)}."
        else:
            return float(result)
    raise invalid_argument("expression", written, why, "other values.")


def _slopes(
    operation: Operation, values: Sequence[float], result: float, written: str
) -> Sequence[float]:
    """Return an operation's local derivatives, or say for which node there are none."""
    try:
        return operation.slopes(*values, result)
    except (ZeroDivisionError, OverflowError, ValueError):
        shown = ", ".join(f"{value:g}" for value in values)
        why = f"it has no derivative at {shown}."
        raise invalid_argument("expression", written, why, "other values.") from None
