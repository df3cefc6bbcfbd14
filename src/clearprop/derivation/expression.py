"""A small formula tree: symbols, matrices and what is done with them.

A node knows what it is worth (`evaluate`) and which shape it has (`shape`), given the `Bindings`
of its symbols; printers know how it looks. Every quantity of a network is a matrix, one sample a
row: z¹ of one sample has shape (1, n₁) and is bound to the name ``"z1"``.
"""

import functools
import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import numpy as np

from clearprop.activations import Activation
from clearprop.derivation.functions import FUNCTIONS

Value = Any  # a number, or an array of shape (rows, columns)
Bindings = Mapping[str, Value]
Shape = tuple[int, ...]  # () for a number, (rows, columns) for a matrix
Index = tuple[int | str | None, ...]  # None stands for every row or every column


@dataclass(frozen=True)
class Expression:
    """A formula. Python's operators build one: ``x @ W + b``, ``a * (1 - a)``, ``W.T``."""

    precedence: ClassVar[int] = 9
    """How tightly it holds together; printers put looser parts of it in parentheses."""

    def evaluate(self, bindings: Bindings) -> Value:
        """Return what the formula is worth."""
        raise NotImplementedError(f"{type(self).__name__} has no value")

    def shape(self, bindings: Bindings) -> Shape:
        """Return the shape of the value, inferred from the shapes of the symbols.

        Raises
        ------
        ValueError
            If shapes do not fit together.
        """
        raise NotImplementedError(f"{type(self).__name__} has no shape")

    def __add__(self, other: "Expression | float") -> "Sum":
        return Sum((*_terms(self), *_terms(as_expression(other))))

    def __radd__(self, other: float) -> "Sum":
        return as_expression(other) + self

    def __sub__(self, other: "Expression | float") -> "Sum":
        return Sum((*_terms(self), Negative(as_expression(other))))

    def __rsub__(self, other: float) -> "Sum":
        return as_expression(other) - self

    def __neg__(self) -> "Negative":
        return Negative(self)

    def __mul__(self, other: "Expression | float") -> "Product":
        return Product((*_factors(self), *_factors(as_expression(other))))

    def __rmul__(self, other: float) -> "Product":
        return as_expression(other) * self

    def __truediv__(self, other: "Expression | float") -> "Fraction":
        return Fraction(self, as_expression(other))

    def __rtruediv__(self, other: float) -> "Fraction":
        return Fraction(as_expression(other), self)

    def __pow__(self, exponent: "Expression | float") -> "Power":
        return Power(self, as_expression(exponent))

    def __matmul__(self, other: "Expression") -> "MatrixProduct":
        return MatrixProduct((self, other))

    @property
    def T(self) -> "Transpose":  # noqa: N802
        """The transpose."""
        return Transpose(self)


def as_expression(thing: "Expression | float") -> Expression:
    """Return a number as a `Number`, and an expression as it is."""
    return thing if isinstance(thing, Expression) else Number(thing)


def _terms(thing: Expression) -> tuple[Expression, ...]:
    return thing.terms if isinstance(thing, Sum) else (thing,)


def _factors(thing: Expression) -> tuple[Expression, ...]:
    return thing.factors if isinstance(thing, Product) else (thing,)


# ----- Leaves -----


@dataclass(frozen=True)
class Number(Expression):
    """A number; `of` names the quantity whose value it is."""

    value: float
    of: str = field(default="", compare=False)

    def evaluate(self, bindings: Bindings) -> Value:
        return self.value

    def shape(self, bindings: Bindings) -> Shape:
        return ()


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
    """e or π: stays a letter when numbers are put in."""

    letter: Literal["e", "pi"]

    def evaluate(self, bindings: Bindings) -> Value:
        return {"e": math.e, "pi": math.pi}[self.letter]

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


# ----- Arithmetic -----


@dataclass(frozen=True)
class Negative(Expression):
    """−x."""

    of: Expression
    precedence: ClassVar[int] = 2

    def evaluate(self, bindings: Bindings) -> Value:
        return -self.of.evaluate(bindings)

    def shape(self, bindings: Bindings) -> Shape:
        return self.of.shape(bindings)


@dataclass(frozen=True)
class Sum(Expression):
    """x + y + …; a row added to a matrix is added to each of its rows."""

    terms: tuple[Expression, ...]
    precedence: ClassVar[int] = 1

    def evaluate(self, bindings: Bindings) -> Value:
        return _fold(np.add, self.terms, bindings)

    def shape(self, bindings: Bindings) -> Shape:
        return np.broadcast_shapes(*(term.shape(bindings) for term in self.terms))


@dataclass(frozen=True)
class Product(Expression):
    """x · y · … of numbers, or of a number and a matrix."""

    factors: tuple[Expression, ...]
    precedence: ClassVar[int] = 3

    def evaluate(self, bindings: Bindings) -> Value:
        return _fold(np.multiply, self.factors, bindings)

    def shape(self, bindings: Bindings) -> Shape:
        return np.broadcast_shapes(*(factor.shape(bindings) for factor in self.factors))


@dataclass(frozen=True)
class Hadamard(Product):
    """X ⊙ Y: entry times entry."""


@dataclass(frozen=True)
class MatrixProduct(Expression):
    """X Y …: rows times columns."""

    factors: tuple[Expression, ...]
    precedence: ClassVar[int] = 3

    def evaluate(self, bindings: Bindings) -> Value:
        return _fold(np.matmul, self.factors, bindings)

    def shape(self, bindings: Bindings) -> Shape:
        shapes = [factor.shape(bindings) for factor in self.factors]
        for (_, inner), (other, _) in itertools.pairwise(shapes):
            if inner != other:
                raise ValueError(f"{shapes}: {inner} columns meet {other} rows")
        return (shapes[0][0], shapes[-1][1])


@dataclass(frozen=True)
class Transpose(Expression):
    """Xᵀ."""

    of: Expression
    precedence: ClassVar[int] = 5

    def evaluate(self, bindings: Bindings) -> Value:
        return np.transpose(self.of.evaluate(bindings))

    def shape(self, bindings: Bindings) -> Shape:
        return self.of.shape(bindings)[::-1]


@dataclass(frozen=True)
class Fraction(Expression):
    """The quotient of two numbers."""

    top: Expression
    bottom: Expression
    precedence: ClassVar[int] = 4

    def evaluate(self, bindings: Bindings) -> Value:
        return np.true_divide(self.top.evaluate(bindings), self.bottom.evaluate(bindings))

    def shape(self, bindings: Bindings) -> Shape:
        return np.broadcast_shapes(self.top.shape(bindings), self.bottom.shape(bindings))


@dataclass(frozen=True)
class Power(Expression):
    """Base and exponent."""

    base: Expression
    exponent: Expression
    precedence: ClassVar[int] = 5

    def evaluate(self, bindings: Bindings) -> Value:
        base, exponent = self.base.evaluate(bindings), self.exponent.evaluate(bindings)
        return np.float_power(base, exponent)

    def shape(self, bindings: Bindings) -> Shape:
        return np.broadcast_shapes(self.base.shape(bindings), self.exponent.shape(bindings))


@dataclass(frozen=True)
class Sigma(Expression):
    """Σ of the body over the index 0, 1 … size − 1; without a size it can only be read."""

    index: str
    body: Expression
    size: int | None = None
    precedence: ClassVar[int] = 3

    def evaluate(self, bindings: Bindings) -> Value:
        if self.size is None:
            raise NotImplementedError(f"how far {self.index} runs is not said")
        letter = f"index {self.index}"
        terms = (self.body.evaluate({**bindings, letter: k}) for k in range(self.size))
        return functools.reduce(np.add, terms)

    def shape(self, bindings: Bindings) -> Shape:
        return self.body.shape(bindings)


# ----- Functions -----


@dataclass(frozen=True)
class Apply(Expression):
    """f(x), or f′(x) with one prime. An activation is evaluated by its own `rule`."""

    function: str
    arguments: tuple[Expression, ...]
    primes: int = 0
    rule: Activation | None = None
    by_column: bool = False
    """Whether the units of a sample stand in a column: softmax needs to know."""

    @property
    def name(self) -> str:
        """The name under which the values of a local derivative are bound: ``"ReLU'(z1)"``."""
        inner = ",".join(getattr(one, "whole", "?") for one in self.arguments)
        return f"{self.function}{chr(39) * self.primes}({inner})"

    def is_bound(self, bindings: Bindings) -> bool:
        """Return whether this is a local derivative whose values are bound."""
        return bool(self.primes) and self.name in bindings

    def evaluate(self, bindings: Bindings) -> Value:
        if self.is_bound(bindings):
            index = getattr(self.arguments[0], "index", ())
            return entry(bindings[self.name], numbered(index, bindings))
        values = [np.asarray(one.evaluate(bindings)) for one in self.arguments]
        if self.rule is None and not self.primes:
            return FUNCTIONS[self.function](*values)
        if self.rule is None or self.primes > 1:
            raise NotImplementedError(f"{self.name} has no value")
        z = values[0].T if self.by_column else values[0]
        a = self.rule.value(z)
        value = self.rule.derivative(z, a) if self.primes else a
        return value.T if self.by_column else value

    def shape(self, bindings: Bindings) -> Shape:
        shape = np.broadcast_shapes(*(one.shape(bindings) for one in self.arguments))
        return (max(shape), max(shape)) if self.function == "diag" else shape


@dataclass(frozen=True)
class Comparison(Expression):
    """x > 0, a condition of `Cases`."""

    left: Expression
    sign: Literal["<", ">", "<=", ">=", "="]
    right: Expression
    precedence: ClassVar[int] = 0

    def evaluate(self, bindings: Bindings) -> Value:
        compare = {
            "<": np.less,
            ">": np.greater,
            "<=": np.less_equal,
            ">=": np.greater_equal,
            "=": np.equal,
        }
        return compare[self.sign](self.left.evaluate(bindings), self.right.evaluate(bindings))

    def shape(self, bindings: Bindings) -> Shape:
        return np.broadcast_shapes(self.left.shape(bindings), self.right.shape(bindings))


@dataclass(frozen=True)
class Cases(Expression):
    """One of several values: the first whose condition holds."""

    branches: tuple[tuple[Expression, Comparison], ...]

    def evaluate(self, bindings: Bindings) -> Value:
        conditions = [np.asarray(holds.evaluate(bindings)) for _, holds in self.branches]
        values = [np.asarray(value.evaluate(bindings)) for value, _ in self.branches]
        shape = np.broadcast_shapes(*(one.shape for one in (*conditions, *values)))
        return np.select(
            [np.broadcast_to(one, shape) for one in conditions],
            [np.broadcast_to(one, shape) for one in values],
            default=np.nan,
        )

    def shape(self, bindings: Bindings) -> Shape:
        parts = [part for branch in self.branches for part in branch]
        return np.broadcast_shapes(*(part.shape(bindings) for part in parts))


@dataclass(frozen=True)
class Entries(Expression):
    """A matrix whose entries are formulas."""

    rows: tuple[tuple[Expression, ...], ...]

    def evaluate(self, bindings: Bindings) -> Value:
        values = [[one.evaluate(bindings) for one in row] for row in self.rows]
        return np.array(values, dtype=float).reshape(self.shape(bindings))

    def shape(self, bindings: Bindings) -> Shape:
        return (len(self.rows), len(self.rows[0]))


# ----- What is only read -----


@dataclass(frozen=True)
class Differentiate(Expression):
    """d/dz of a formula, still to be carried out."""

    variable: Symbol
    of: Expression
    precedence: ClassVar[int] = 3


@dataclass(frozen=True)
class Limit(Expression):
    """The limit of a formula as the variable goes to a value."""

    variable: Symbol
    to: Expression
    of: Expression
    precedence: ClassVar[int] = 3


@dataclass(frozen=True)
class Shaped(Expression):
    """A part of a formula with its shape written to it."""

    of: Expression
    dimensions: Shape

    @property
    def precedence(self) -> int:  # type: ignore[override]
        """The precedence of the part itself."""
        return self.of.precedence

    def evaluate(self, bindings: Bindings) -> Value:
        return self.of.evaluate(bindings)

    def shape(self, bindings: Bindings) -> Shape:
        return self.dimensions


@dataclass(frozen=True)
class Word(Expression):
    """A sign that is no quantity: an arrow, three dots."""

    text: str


@dataclass(frozen=True)
class Equation(Expression):
    """left = middle = … = right: parts that are all worth the same."""

    parts: tuple[Expression, ...]
    precedence: ClassVar[int] = 0

    def evaluate(self, bindings: Bindings) -> Value:
        return self.parts[-1].evaluate(bindings)

    def shape(self, bindings: Bindings) -> Shape:
        return self.parts[0].shape(bindings)


def _fold(operation: Any, parts: tuple[Expression, ...], bindings: Bindings) -> Value:
    """Return the parts' values, joined from left to right."""
    return functools.reduce(operation, (part.evaluate(bindings) for part in parts))
