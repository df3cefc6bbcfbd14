"""A graph of matrices forward and backward: as it should be, or with mistakes in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from clearprop._typing import FloatArray
from clearprop.derivation.graphs.matrix_nodes import MatrixNode
from clearprop.derivation.operations.mistake import OperationMistake, Place

Use = tuple[int, int]
"""The use of a node: the position of the user, and the number of its input."""
Places = Sequence[Place | None]
"""The operation of every node with its numbers; None for inputs and constants."""


@dataclass(frozen=True)
class Change:
    """What is done wrong in a graph.

    Attributes
    ----------
    wrong : mapping of int to OperationMistake
        The mistake that is made at a node.
    forgotten : frozenset of (int, int)
        Uses that pass nothing back, written as (user, number of its input).
    """

    wrong: Mapping[int, OperationMistake] = field(default_factory=dict)
    forgotten: frozenset[Use] = frozenset()

    def joined(self, other: "Change") -> "Change | None":
        """Return both changes together; None where they speak of the same place."""
        if self.wrong.keys() & other.wrong.keys() or self.forgotten & other.forgotten:
            return None
        return Change({**self.wrong, **other.wrong}, self.forgotten | other.forgotten)


RIGHT = Change()


def places_of(nodes: Sequence[MatrixNode], values: Sequence[FloatArray]) -> list[Place | None]:
    """Return every operation with the numbers that were computed before."""
    places: list[Place | None] = []
    for node, w in zip(nodes, values, strict=True):
        inputs = tuple(values[source] for source in node.inputs)
        places.append(_place(node, inputs, w, places))
    return places


def forward(nodes: Sequence[MatrixNode], change: Change = RIGHT) -> list[Place | None]:
    """Return every operation with its numbers, computed anew.

    Raises
    ------
    ValueError
        If shapes do not fit with these mistakes, or one of them cannot be made here.
    """
    values: list[FloatArray] = []
    places: list[Place | None] = []
    for position, node in enumerate(nodes):
        if node.operation is None:
            values.append(node.value)
            places.append(None)
            continue
        inputs = tuple(values[source] for source in node.inputs)
        w = np.asarray(node.operation.value(*inputs, **node.settings), dtype=float)
        place = _place(node, inputs, w, places)
        mistake = change.wrong.get(position)
        if place is not None and mistake is not None and mistake.value is not None:
            w = mistake.value(place)
            place = replace(place, w=w)
        values.append(w)
        places.append(place)
    return places


def backward(
    nodes: Sequence[MatrixNode], places: Places, change: Change = RIGHT
) -> tuple[list[FloatArray], dict[Use, FloatArray]]:
    """Return dL/d node of every node, and what each use passes back.

    Raises
    ------
    ValueError
        As `forward`.
    """
    arrived: list[FloatArray | None] = [None] * len(nodes)
    last = places[-1].w if places[-1] is not None else nodes[-1].value
    arrived[-1] = np.ones_like(last)
    passed: dict[Use, FloatArray] = {}
    for position in reversed(range(len(nodes))):
        place, g = places[position], arrived[position]
        if place is None or g is None:
            continue
        place = replace(place, g=g)
        mistake = change.wrong.get(position)
        wrong = mistake.pull_back if mistake is not None else None
        for slot, share in enumerate(place.right() if wrong is None else wrong(place)):
            if (position, slot) in change.forgotten:
                share = np.zeros_like(share)
            passed[position, slot] = share
            source = nodes[position].inputs[slot]
            before = arrived[source]
            arrived[source] = share if before is None else before + share
    gradients = [
        np.zeros_like(node.value) if g is None else g
        for node, g in zip(nodes, arrived, strict=True)
    ]
    return gradients, passed


def _place(
    node: MatrixNode, inputs: tuple[FloatArray, ...], w: FloatArray, places: Places
) -> Place | None:
    if node.operation is None:
        return None
    before = tuple(places[source] for source in node.inputs)
    return Place(node.operation, inputs, w, dict(node.settings), before)
