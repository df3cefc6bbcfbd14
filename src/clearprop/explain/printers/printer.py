"""What every printer of formulas shares: one method a kind of node, and where parentheses go."""

import itertools
import re
from abc import ABC, abstractmethod
from typing import Generic, TypeVar

import numpy as np

from clearprop.explain.derivation import Style
from clearprop.explain.expression import (
    Apply,
    Cases,
    Comparison,
    Constant,
    Derivative,
    Differentiate,
    Entries,
    Equation,
    Expression,
    Fraction,
    Hadamard,
    Limit,
    Matrix,
    MatrixProduct,
    Negative,
    Number,
    Power,
    Product,
    Shaped,
    Sigma,
    Sum,
    Symbol,
    Transpose,
    Word,
)

Printed = TypeVar("Printed")
MARKED = re.compile(r"([A-Za-z]+)(?:_(\w+)|(\d+))")
SAMPLE_QUANTITIES = ("x", "y", "z", "a")


class FormulaPrinter(ABC, Generic[Printed]):
    """Turns a formula tree into something to look at. A printer computes no mathematics."""

    def __init__(self, style: Style) -> None:
        self.style = style

    def show(self, part: Expression) -> Printed:
        """Return a formula, printed."""
        kind = re.sub(r"(?<!^)(?=[A-Z])", "_", type(part).__name__).lower()
        return getattr(self, kind)(part)

    def inside(self, part: Expression, precedence: int) -> Printed:
        """Return a part, in parentheses if it holds together less tightly than needed."""
        printed = self.show(part)
        return self.parenthesised(printed) if tightness(part) < precedence else printed

    def letter(self, symbol: Symbol) -> tuple[str, str]:
        """Return the letter of a symbol and its mark: ``"W_new"`` is W, marked new; W5 is W, 5.

        The matrix of several samples is a capital.
        """
        match = MARKED.fullmatch(symbol.letter)
        letter, word, number = match.groups() if match else (symbol.letter, None, None)
        if self.style.batch and not symbol.index and letter in SAMPLE_QUANTITIES:
            letter = letter.upper()
        return letter, word or number or ""

    def indices(self, symbol: Symbol) -> tuple[str, ...]:
        """Return the indices as they are written, counting from the style's first."""
        first = self.style.first_index
        return tuple(
            str(one + first) if isinstance(one, int) else one
            for one in symbol.index
            if one is not None
        )

    @abstractmethod
    def parenthesised(self, printed: Printed) -> Printed: ...

    @abstractmethod
    def number(self, part: Number) -> Printed: ...

    @abstractmethod
    def matrix(self, part: Matrix) -> Printed: ...

    @abstractmethod
    def constant(self, part: Constant) -> Printed: ...

    @abstractmethod
    def symbol(self, part: Symbol) -> Printed: ...

    @abstractmethod
    def derivative(self, part: Derivative) -> Printed: ...

    @abstractmethod
    def negative(self, part: Negative) -> Printed: ...

    @abstractmethod
    def sum(self, part: Sum) -> Printed: ...

    @abstractmethod
    def product(self, part: Product) -> Printed: ...

    @abstractmethod
    def hadamard(self, part: Hadamard) -> Printed: ...

    @abstractmethod
    def matrix_product(self, part: MatrixProduct) -> Printed: ...

    @abstractmethod
    def transpose(self, part: Transpose) -> Printed: ...

    @abstractmethod
    def fraction(self, part: Fraction) -> Printed: ...

    @abstractmethod
    def power(self, part: Power) -> Printed: ...

    @abstractmethod
    def sigma(self, part: Sigma) -> Printed: ...

    @abstractmethod
    def apply(self, part: Apply) -> Printed: ...

    @abstractmethod
    def comparison(self, part: Comparison) -> Printed: ...

    @abstractmethod
    def cases(self, part: Cases) -> Printed: ...

    @abstractmethod
    def entries(self, part: Entries) -> Printed: ...

    @abstractmethod
    def differentiate(self, part: Differentiate) -> Printed: ...

    @abstractmethod
    def limit(self, part: Limit) -> Printed: ...

    @abstractmethod
    def shaped(self, part: Shaped) -> Printed: ...

    @abstractmethod
    def word(self, part: Word) -> Printed: ...

    @abstractmethod
    def equation(self, part: Equation) -> Printed: ...


def is_figure(part: Expression) -> bool:
    """Return whether a part is printed as one number: a 1×1 matrix is."""
    return isinstance(part, Number) or (isinstance(part, Matrix) and part.values.size == 1)


def needs_dot(part: MatrixProduct) -> bool:
    """Return whether numbers would stand side by side in a matrix product, and read as one."""
    return any(is_figure(a) and is_figure(b) for a, b in itertools.pairwise(part.factors))


def tightness(part: Expression) -> int:
    """Return the precedence of a part as it is printed: a negative number counts as a negation."""
    if is_figure(part) and np.any(np.signbit(part.evaluate({}))) and np.any(part.evaluate({})):
        return Negative.precedence
    return part.precedence


def split_sign(term: Expression) -> tuple[str, Expression]:
    """Return the sign of a term in a sum, and the term without it."""
    return ("-", term.of) if isinstance(term, Negative) else ("+", term)
