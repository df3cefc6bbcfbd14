"""A person's gradients of a graph beside the right ones, and what counts as agreement."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from clearprop._errors import invalid_argument, unknown_name
from clearprop._typing import FloatArray
from clearprop.check.case import CLOSE, distance, size
from clearprop.check.printed import Printed
from clearprop.check.views import as_numpy
from clearprop.derivation.graphs.matrices import MatrixGraph
from clearprop.derivation.graphs.matrix_pass import RIGHT, Change, backward, forward, places_of

PREFIX = re.compile(r"(?:d[lj]_?/?d_?|grad_?|dl_?|d_?|∂l/∂)", re.IGNORECASE)
"""What people put before a name: dL/dW, dL_dW, dW, grad_W."""
NOISE = 1e-9
"""The relative size of the disturbances that measure how strongly rounding acts."""


@dataclass(frozen=True, eq=False)
class GraphCase:
    """A graph and what a person computed for it.

    Attributes
    ----------
    graph : MatrixGraph
        The graph.
    given : mapping of int to array
        The person's dL/d node by the position of the node.
    itemsize : int
        Bytes of the person's numbers: 8 for float64, 4 for float32.
    printed : Printed or None
        How they were rounded.
    """

    graph: MatrixGraph
    given: Mapping[int, FloatArray]
    itemsize: int = 8
    printed: Printed | None = None

    @cached_property
    def names(self) -> tuple[int, ...]:
        """The positions of the given arrays, from the result down."""
        return tuple(sorted(self.given, reverse=True))

    @cached_property
    def slack(self) -> dict[int, float]:
        """The change that rounding alone may make: what small disturbances do, on its scale."""
        rng, found = np.random.default_rng(0), dict.fromkeys(self.given, 0.0)
        unit = 100 * float(np.finfo(f"f{self.itemsize}").eps) / NOISE
        for _ in range(3):
            values = [
                node.value if node.operation is None
                else node.value * (1 + NOISE * rng.standard_normal(node.value.shape))
                for node in self.graph.nodes
            ]  # fmt: skip
            gradients, _ = backward(self.graph.nodes, places_of(self.graph.nodes, values))
            for at in self.given:
                moved = size(gradients[at] - self.graph.gradients[at])
                found[at] = max(found[at], unit * moved)
        return found

    @cached_property
    def wrong(self) -> tuple[int, ...]:
        """The positions of the arrays that are not right, from the result down."""
        right = self.graph.gradients
        return tuple(
            at for at in self.names if not distance(self.given[at], right[at]) <= self.allowed(at)
        )

    def allowed(self, at: int, predicted: FloatArray | None = None) -> float:
        """Return the largest difference from a prediction that still counts as equal."""
        expected = self.graph.gradients[at] if predicted is None else predicted
        return CLOSE[self.itemsize] * size(expected) + self.slack[at] + self.rounded(at)

    def rounded(self, at: int) -> float:
        """Return half a unit of the last digit that was printed."""
        return 0.0 if self.printed is None else self.printed.half_unit(self.given[at])

    def agreeing(self, predicted: Sequence[FloatArray]) -> frozenset[int]:
        """Return the positions whose arrays a prediction accounts for, wrong arrays tellingly."""
        found = set()
        for at, given in self.given.items():
            apart = distance(given, predicted[at])
            before = distance(given, self.graph.gradients[at])
            telling = at not in self.wrong or apart <= 1e-3 * before + self.rounded(at)
            if apart <= self.allowed(at, predicted[at]) and telling:
                found.add(at)
        return frozenset(found)

    def predicted(self, change: Change) -> Sequence[FloatArray] | None:
        """Return every dL/d node with mistakes in the graph; None where they do not fit there."""
        if change == RIGHT:
            return self.graph.gradients
        nodes = self.graph.nodes
        ahead = any(mistake.value is not None for mistake in change.wrong.values())
        try:
            with np.errstate(all="ignore"):
                places = forward(nodes, change) if ahead else self._places
                return backward(nodes, places, change)[0]
        except (ValueError, IndexError):
            return None

    @cached_property
    def _places(self) -> list[Any]:
        return places_of(self.graph.nodes, [node.value for node in self.graph.nodes])


def case_of(graph: MatrixGraph, gradients: Any, digits: int | None) -> GraphCase:
    """Return the case of a person's arrays by name, ``"W"``, ``"dW"``, ``"dL/dW"`` or ``"v3"``.

    Raises
    ------
    InputError
        If it is no mapping of names to arrays, or a name is none of the graph's.
    """
    if not isinstance(gradients, Mapping) or not gradients:
        hint = "{'W': dW}, with the names of the expression."
        raise invalid_argument("gradients", gradients, "they must be arrays by name.", hint)
    if digits is not None and (isinstance(digits, bool) or not 0 <= digits <= 17):
        raise invalid_argument("digits", digits, "it is no number of decimals.", "4.")
    given: dict[int, FloatArray] = {}
    itemsize = 8
    for name, value in gradients.items():
        at = _position(graph, str(name))
        if at in given:
            raise invalid_argument("gradients", name, "it is given twice.", "one name an array.")
        try:
            array = as_numpy(value)
            itemsize = 4 if array.dtype.kind == "f" and array.dtype.itemsize <= 4 else itemsize
            given[at] = _as_matrix(np.asarray(array, dtype=float), graph.nodes[at].value.shape)
        except (TypeError, ValueError):
            raise invalid_argument(
                "gradients", name, "it holds no rectangle of numbers.", "[[1, 2], [3, 4]]."
            ) from None
    return GraphCase(graph, given, itemsize, None if digits is None else Printed(digits))


def _position(graph: MatrixGraph, name: str) -> int:
    """Return the position of the node that a name means, with or without what d begins it."""
    known = {node.name: at for at, node in enumerate(graph.nodes) if node.kind != "constant"}
    start = PREFIX.match(name)
    for one in (name, name[start.end() :] if start else name):
        if one in known:
            return known[one]
    raise unknown_name("gradients", name, known)


def _as_matrix(array: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Return an array as a matrix: a vector takes the shape of the row or column that is meant."""
    if array.ndim < 2 and array.size == np.prod(shape) and 1 in shape:
        return array.reshape(shape)
    return np.atleast_2d(array)
