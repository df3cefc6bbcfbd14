"""The formula tree: numbers, and sums, products, fractions and powers of formulas."""

import functools
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

Value = Any  # a number, or an array of shape (rows, columns)
Bindings = Mapping[str, Value]
Shape = tuple[int, ...]  # () for a number, (rows, columns) for a matrix
Index = tuple[int | str | None, ...]  # None stands for every row or every column


@dataclass(frozen=True)
class Expression:
    """A formula. Python's operators build one: ``x @ W + b``, ``a * (1 - a)``, ``W.T``.

    Attributes
    ----------
    precedence : int
        The tightness of the node; printers put looser parts of it in parentheses.
    """

    precedence: ClassVar[int] = 9

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


@dataclass(frozen=True)
class Number(Expression):
    """A number; `of` names the quantity whose value it is."""

    value: float
    of: str = field(default="", compare=False)

    def evaluate(self, bindings: Bindings) -> Value:
        return self.value

    def shape(self, bindings: Bindings) -> Shape:
        return ()


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


def _fold(operation: Any, parts: tuple[Expression, ...], bindings: Bindings) -> Value:
    """Return the parts' values, joined from left to right."""
    return functools.reduce(operation, (part.evaluate(bindings) for part in parts))
