"""Expressions of matrices as computational graphs: values forward, total derivatives backward.

Every node is a matrix. g = dL/dw is the total derivative that arrives at a node, what an operation
passes back to an input is its local share; where a node is used several times, the shares add up.
The same part of an expression, written twice, is one node: the mean in a batch norm is.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._text import Language, Text
from clearprop._typing import FloatArray
from clearprop.derivation.graphs.matrix_nodes import MatrixEdge, MatrixNode
from clearprop.derivation.graphs.matrix_pass import backward, places_of
from clearprop.derivation.operations import Elementwise, Operation
from clearprop.derivation.style import Style


@dataclass(frozen=True)
class MatrixGraph:
    """A computation with matrices, forward and backward. Made by `clearprop.graph`.

    Attributes
    ----------
    title : str
        The expression.
    nodes : tuple of MatrixNode
        Every node after those it is computed from; the last is the result, a single number.
    forms : mapping of str to printer
        The forms in which it can be shown, ``"text"`` and ``"svg"``.
    lang : {"en", "zh"}
        The language in which it is shown where none is asked for.

    Examples
    --------
    >>> import clearprop as cp
    >>> graph = cp.graph("sum(x @ W)", x=[[1.0, 2.0]], W=[[3.0], [4.0]])
    >>> graph.value, graph.gradient["W"].ravel()
    (11.0, array([1., 2.]))
    """

    title: str
    nodes: tuple[MatrixNode, ...]
    forms: "MatrixForms" = field(repr=False, compare=False)
    lang: Language = "en"

    @property
    def value(self) -> float:
        """The result."""
        return float(self.nodes[-1].value.item())

    @cached_property
    def shares(self) -> dict[tuple[int, int], FloatArray]:
        """What each node passes back to each node that it is computed from, by (user, source)."""
        return self._backward[1]

    @cached_property
    def gradients(self) -> tuple[FloatArray, ...]:
        """dL/d node of every node: what its uses pass back, added up."""
        return self._backward[0]

    @cached_property
    def _backward(self) -> tuple[tuple[FloatArray, ...], dict[tuple[int, int], FloatArray]]:
        values = [node.value for node in self.nodes]
        gradients, passed = backward(self.nodes, places_of(self.nodes, values))
        shares: dict[tuple[int, int], FloatArray] = {}
        for (position, slot), share in passed.items():
            source = self.nodes[position].inputs[slot]
            shares[position, source] = shares.get((position, source), 0.0) + share
        return tuple(gradients), shares

    @property
    def gradient(self) -> Mapping[str, FloatArray]:
        """dL/d input by the name of the input."""
        pairs = zip(self.nodes, self.gradients, strict=True)
        return {node.name: total for node, total in pairs if node.kind == "input"}

    def uses(self, position: int) -> list[tuple[int, MatrixEdge]]:
        """Return the nodes that take a node, with the edge by which each does."""
        return [
            (user, edge)
            for user, node in enumerate(self.nodes)
            for edge in node.edges
            if edge.source == position
        ]

    def text(self, lang: Language | None = None, digits: int = 4) -> str:
        """Return the graph as lines of text: values and shapes forward, totals backward."""
        return self._shown("text", lang or self.lang, digits)

    def svg(self, lang: Language | None = None, digits: int = 4) -> str:
        """Return the graph as a drawing: operations in the nodes, shapes on the edges."""
        return self._shown("svg", lang or self.lang, digits)

    def in_language(self, lang: Language) -> "MatrixGraph":
        """Return the same graph, shown in another language, in notebooks too."""
        return replace(self, lang=lang)

    def _shown(self, form: str, lang: Language, digits: int) -> str:
        Style(lang=lang, digits=digits)  # refuses what cannot be shown
        return self.forms[form](self, lang, digits)

    def __str__(self) -> str:
        return self.text()

    def _repr_svg_(self) -> str:
        return self.svg()


MatrixForms = Mapping[str, Callable[[MatrixGraph, Language, int], str]]
"""The printers that a graph is given: functions of the graph, the language and the digits."""


REPEATED = Text(
    "{formula}, added up over the rows or columns to which it was repeated",
    "{formula}，并对被重复的行或列求和",
)


class MatrixBuilder:
    """Puts nodes together; the same operation on the same nodes is one node."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        self.nodes: list[MatrixNode] = []
        self._known: dict[object, int] = {}
        self._names = (f"v{n}" for n in count(1) if f"v{n}" not in taken)

    def input(self, name: str, value: FloatArray) -> int:
        """Return the position of an input."""
        return self._kept(("input", name), MatrixNode(name, "input", "", name, value))

    def constant(self, value: FloatArray, shown: str) -> int:
        """Return the position of a constant."""
        return self._kept(("constant", shown), MatrixNode(shown, "constant", "", shown, value))

    def apply(
        self,
        operation: Operation,
        sources: Sequence[int],
        settings: Mapping[str, int],
        name: str = "",
    ) -> int:
        """Return the position of the result of an operation on other nodes."""
        key = (operation, tuple(sources), tuple(sorted(settings.items())))
        if key in self._known:
            return self._known[key]
        names = [self.nodes[one].name for one in sources]
        name = name or next(self._names)
        letters = dict(zip("uv", names, strict=False)) | {"w": name, "g": f"dL/d{name}"}
        written = operation.written.format(**letters, **_said(settings)).replace(", )", ")")
        others = [
            f", {setting} {value}"
            for setting, value in settings.items()
            if value != operation.settings[setting] and f"{{{setting}}}" not in operation.written
        ]
        written = written.removesuffix(")") + "".join(others) + ")" if others else written
        value = self._computed(operation, sources, settings, written)
        edges: dict[int, MatrixEdge] = {}
        for source, passed in zip(sources, operation.passed_back, strict=True):
            formula = Text(*((passed,) * 2 if isinstance(passed, str) else passed))
            formula = formula.filled(**letters)
            repeated = self.nodes[source].value.shape != value.shape
            if isinstance(operation, Elementwise) and repeated:
                formula = REPEATED.filled(formula=formula)
            before = edges.get(source)
            if before is not None:
                pairs = zip(before.written, formula, strict=True)
                formula = Text(*(f"{one} + {other}" for one, other in pairs))
            edges[source] = MatrixEdge(source, formula)
        node = MatrixNode(
            name, "result", operation.sign, written, value, operation, tuple(sources),
            dict(settings), tuple(edges.values()),
        )  # fmt: skip
        return self._kept(key, node)

    def _kept(self, key: object, node: MatrixNode) -> int:
        if key not in self._known:
            self.nodes.append(node)
            self._known[key] = len(self.nodes) - 1
        return self._known[key]

    def _computed(
        self,
        operation: Operation,
        sources: Sequence[int],
        settings: Mapping[str, int],
        written: str,
    ) -> FloatArray:
        inputs = [self.nodes[one].value for one in sources]
        shapes = " and ".join("×".join(map(str, one.shape)) for one in inputs)
        try:
            with np.errstate(all="ignore"):
                value = np.asarray(operation.value(*inputs, **settings), dtype=float)
        except (ValueError, IndexError, TypeError):
            why = f"the shapes {shapes} do not fit."
            raise invalid_argument("expression", written, why, "other shapes, or .T.") from None
        if not value.size or not np.isfinite(value).all():
            why = "it has no finite value here."
            raise invalid_argument("expression", written, why, "other values.")
        return value


def _said(settings: Mapping[str, int]) -> dict[str, str]:
    """Return settings as they are written; an axis that is not chosen is left out."""
    return {
        name: "" if name == "axis" and value < 0 else str(value) for name, value in settings.items()
    }
