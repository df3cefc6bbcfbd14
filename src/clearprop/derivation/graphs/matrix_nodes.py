"""The nodes and edges of a graph of matrices."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations import Operation


@dataclass(frozen=True)
class MatrixEdge:
    """The use of one node by another.

    Attributes
    ----------
    source : int
        The position of the node that is used.
    written : Text
        What is passed back to it, as a formula or in words.
    """

    source: int
    written: Text


@dataclass(frozen=True, eq=False)
class MatrixNode:
    """A matrix of the graph: an input, a constant, or the result of an operation.

    Attributes
    ----------
    name, kind, sign, written : str
        As of a scalar node.
    value : array
        The matrix.
    operation : Operation or None
        What it is the result of.
    inputs : tuple of int
        The positions of what it is computed from; a node that is used twice stands there twice.
    settings : mapping of str to int
        Of the operation.
    edges : tuple of MatrixEdge
        One for each different node that it is computed from.
    """

    name: str
    kind: str
    sign: str
    written: str
    value: FloatArray
    operation: Operation | None = None
    inputs: tuple[int, ...] = ()
    settings: Mapping[str, int] = field(default_factory=dict)
    edges: tuple[MatrixEdge, ...] = ()
