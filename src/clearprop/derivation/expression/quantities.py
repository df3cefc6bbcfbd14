"""Quantities and their entries: symbols, derivatives, matrices of numbers, e and π."""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from clearprop.derivation.expression.arithmetic import Bindings, Expression, Index, Shape, Value


@dataclass(frozen=True, eq=False)
class Matrix(Expression):
    """A matrix of numbers: the quantity `of`, or, if `transposed`, that quantity on its side."""

    values: Any
    of: str = ""
    transposed: bool = False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Matrix) and np.array_equal(self.values, other.values)

    __hash__ = None  # type: ignore[assignment]

    def evaluate(self, bindings: Bindings) -> Value:
        return self.values

    def shape(self, bindings: Bindings) -> Shape:
        return np.shape(self.values)


@dataclass(frozen=True)
class Constant(Expression):
    """e, π or ∞: stays a sign when numbers are put in."""

    letter: Literal["e", "pi", "infinity"]

    def evaluate(self, bindings: Bindings) -> Value:
        return {"e": math.e, "pi": math.pi, "infinity": math.inf}[self.letter]

    def shape(self, bindings: Bindings) -> Shape:
        return ()


@dataclass(frozen=True)
class Symbol(Expression):
    """A quantity (W¹), an entry of it (W¹₀₂), or, with an index letter, any entry (W¹ᵢⱼ).

    One index counts along a row or a column. In a pair, None takes all rows or all columns.
    """

    letter: str
    layer: int | str | None = None
    index: Index = ()

    @property
    def whole(self) -> str:
        """The name of the quantity: ``"W1"``."""
        return self.letter if self.layer is None else f"{self.letter}{self.layer}"

    @property
    def name(self) -> str:
        """The name of the entry: ``"W1[0,2]"``."""
        return self.whole + subscript(self.index)

    def __getitem__(self, index: int | str | Index | None) -> "Symbol":
        return Symbol(self.letter, self.layer, index if isinstance(index, tuple) else (index,))

    def evaluate(self, bindings: Bindings) -> Value:
        return entry(bindings[self.whole], numbered(self.index, bindings))

    def shape(self, bindings: Bindings) -> Shape:
        return entry_shape(np.shape(bindings[self.whole]), self.index)


@dataclass(frozen=True)
class Derivative(Expression):
    """∂ of / ∂ by, a quantity like any other: its numbers are bound, not computed."""

    of: Symbol
    by: Symbol

    @property
    def whole(self) -> str:
        """The name under which all entries are bound: ``"dL/dW1"``."""
        return f"d{self.of.whole}/d{self.by.whole}"

    @property
    def name(self) -> str:
        """The name of this entry: ``"dL/dW1[0,2]"``."""
        return f"d{self.of.name}/d{self.by.name}"

    def evaluate(self, bindings: Bindings) -> Value:
        if self.name in bindings:
            return bindings[self.name]
        return entry(bindings[self.whole], numbered(self.by.index, bindings))

    def shape(self, bindings: Bindings) -> Shape:
        if self.name in bindings:
            return np.shape(bindings[self.name])
        return entry_shape(np.shape(bindings[self.whole]), self.by.index)


def subscript(index: Index) -> str:
    """Return ``"[0,2]"`` for (0, 2), and nothing for no index."""
    return f"[{','.join(':' if one is None else str(one) for one in index)}]" if index else ""


def numbered(index: Index, bindings: Bindings) -> Index:
    """Return the index with the numbers that a `Sigma` gave to its letters."""
    return tuple(bindings[f"index {one}"] if isinstance(one, str) else one for one in index)


def entry(value: Value, index: Index) -> Value:
    """Return the entry of a matrix, or the row (1, n) or column (n, 1) of which None is a part."""
    if not index:
        return value
    array: Any = np.asarray(value)
    if len(index) == 1:
        return array.reshape(-1)[index[0]]
    row, column = index
    if row is None:
        return array[:, column].reshape(-1, 1)
    return array[row].reshape(1, -1) if column is None else array[row, column]


def entry_shape(shape: Shape, index: Index) -> Shape:
    """Return the shape of `entry` for a matrix of this shape."""
    if not index:
        return shape
    if None not in index:
        return ()
    return (shape[0], 1) if index[0] is None else (1, shape[1])
