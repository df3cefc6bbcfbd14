"""The base class of formula printers: one method a kind of node, and the rule of parentheses."""

import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Generic, Literal, TypeVar

import numpy as np

from clearprop.derivation import expression as nodes
from clearprop.derivation.rewriting import contains
from clearprop.derivation.style import Style

Printed = TypeVar("Printed")
Sign = Literal["=", "+", "-", "minus", "·", "⊙", ""]
"""What stands between two parts; ``"minus"`` is the sign of the part after it, ``""`` a space."""
MARKED = re.compile(r"([A-Za-z]+)(?:_(\w+)|(\d+))")
SAMPLE_QUANTITIES = ("x", "y", "z", "a")


class FormulaPrinter(ABC, Generic[Printed]):
    """Turns a formula tree into something to look at. A printer computes no mathematics."""

    def __init__(self, style: Style) -> None:
        self.style = style

    def show(self, part: nodes.Expression) -> Printed:
        """Return a formula, printed."""
        kind = re.sub(r"(?<!^)(?=[A-Z])", "_", type(part).__name__).lower()
        return getattr(self, kind)(part)

    def inside(self, part: nodes.Expression, precedence: int) -> Printed:
        """Return a part, in parentheses if it holds together less tightly than needed."""
        printed = self.show(part)
        return self.parenthesised(printed) if tightness(part) < precedence else printed

    def letter(self, symbol: nodes.Symbol) -> tuple[str, str]:
        """Return the letter of a symbol and its mark: ``"W_new"`` is W, marked new; W5 is W, 5.

        The matrix of several samples is a capital; the z of a general rule is any number.
        """
        names, by_column = self.style.names, self.style.convention == "column"
        match = MARKED.fullmatch(symbol.letter)
        letter, word, number = match.groups() if match else (symbol.letter, None, None)
        through = names.number(symbol, by_column)
        if through is not None:
            return names.called(letter, symbol.layer), str(through)
        is_matrix = not symbol.index and (symbol.layer is not None or letter in ("x", "y"))
        if self.style.batch and is_matrix and letter in SAMPLE_QUANTITIES:
            name = names.called(letter, symbol.layer)
            return (name.upper() if len(name) == 1 else name), word or number or ""
        return names.called(letter, symbol.layer), word or number or ""

    def layer(self, symbol: nodes.Symbol) -> str:
        """Return the layer that is written at a symbol: none at one whose name says it already."""
        names, by_column = self.style.names, self.style.convention == "column"
        letter = symbol.letter.partition("_")[0]
        unseen = symbol.layer is None or names.is_of_layer(letter, symbol.layer)
        return "" if unseen or names.number(symbol, by_column) is not None else str(symbol.layer)

    def indices(self, symbol: nodes.Symbol) -> tuple[str, ...]:
        """Return the indices as they are written, counting from the style's first."""
        first = self.style.first_index
        if self.style.names.number(symbol, self.style.convention == "column") is not None:
            return ()
        return tuple(
            str(one + first) if isinstance(one, int) else one
            for one in symbol.index
            if one is not None
        )

    @abstractmethod
    def parenthesised(self, printed: Printed) -> Printed: ...

    @abstractmethod
    def opened(self, printed: Printed) -> Printed:
        """Return a piece after an opening parenthesis whose partner follows a later piece."""

    @abstractmethod
    def closed(self, printed: Printed) -> Printed:
        """Return a piece before a closing parenthesis whose partner precedes an earlier piece."""

    @abstractmethod
    def after(self, sign: Sign, printed: Printed) -> Printed:
        """Return a piece with a sign before it."""

    @abstractmethod
    def row(self, pieces: Sequence[Printed]) -> Printed:
        """Return pieces side by side."""

    def pieces(self, part: nodes.Expression) -> list[Printed]:
        """Return a formula in pieces between which a line may end; signs begin a piece."""
        if isinstance(part, nodes.Sum):
            return self._terms(part, self._divided_if_large)
        if isinstance(part, (nodes.Product, nodes.MatrixProduct)):
            return self._factors(part, self._divided)
        if isinstance(part, nodes.Negative):
            first, *others = self._divided(part.of, nodes.Product.precedence)
            return [self.after("minus", first), *others]
        return [self.show(part)]

    def _divided(self, part: nodes.Expression, precedence: int) -> list[Printed]:
        """Return what `inside` does, in pieces."""
        pieces = self.pieces(part)
        if tightness(part) >= precedence:
            return pieces
        if len(pieces) == 1:
            return [self.parenthesised(pieces[0])]
        return [self.opened(pieces[0]), *pieces[1:-1], self.closed(pieces[-1])]

    def _divided_if_large(self, part: nodes.Expression, precedence: int) -> list[Printed]:
        return (self._divided if contains(part, nodes.Matrix) else self._whole)(part, precedence)

    def _whole(self, part: nodes.Expression, precedence: int) -> list[Printed]:
        return [self.inside(part, precedence)]

    def _terms(
        self, part: nodes.Sum, divided: Callable[[nodes.Expression, int], list[Printed]]
    ) -> list[Printed]:
        """Return the terms of a sum, each with its sign."""
        pieces: list[Printed] = []
        for position, term in enumerate(part.terms):
            sign, positive = split_sign(term)
            leads = position == 0 and sign == "+"
            first, *others = divided(positive, nodes.Product.precedence - leads)
            if not leads:
                first = self.after(sign if position else "minus", first)
            pieces += [first, *others]
        return pieces

    def _factors(
        self,
        part: nodes.Product | nodes.MatrixProduct,
        divided: Callable[[nodes.Expression, int], list[Printed]],
    ) -> list[Printed]:
        """Return the factors of a product, each after the first with the sign before it."""
        pieces: list[Printed] = []
        sign = product_sign(part)
        for factor in part.factors:
            again = isinstance(factor, (nodes.Product, nodes.MatrixProduct, nodes.Sigma))
            first, *others = divided(factor, nodes.Product.precedence + again)
            pieces += [self.after(sign, first) if pieces else first, *others]
        return pieces

    def negative(self, part: nodes.Negative) -> Printed:
        return self.row([self.after("minus", self.inside(part.of, nodes.Product.precedence))])

    def sum(self, part: nodes.Sum) -> Printed:
        return self.row(self._terms(part, self._whole))

    def product(self, part: nodes.Product) -> Printed:
        return self.row(self._factors(part, self._whole))

    def hadamard(self, part: nodes.Hadamard) -> Printed:
        return self.row(self._factors(part, self._whole))

    def matrix_product(self, part: nodes.MatrixProduct) -> Printed:
        return self.row(self._factors(part, self._whole))

    @abstractmethod
    def number(self, part: nodes.Number) -> Printed: ...

    @abstractmethod
    def matrix(self, part: nodes.Matrix) -> Printed: ...

    @abstractmethod
    def constant(self, part: nodes.Constant) -> Printed: ...

    @abstractmethod
    def symbol(self, part: nodes.Symbol) -> Printed: ...

    @abstractmethod
    def derivative(self, part: nodes.Derivative) -> Printed: ...

    @abstractmethod
    def transpose(self, part: nodes.Transpose) -> Printed: ...

    @abstractmethod
    def fraction(self, part: nodes.Fraction) -> Printed: ...

    @abstractmethod
    def power(self, part: nodes.Power) -> Printed: ...

    @abstractmethod
    def sigma(self, part: nodes.Sigma) -> Printed: ...

    @abstractmethod
    def apply(self, part: nodes.Apply) -> Printed: ...

    @abstractmethod
    def comparison(self, part: nodes.Comparison) -> Printed: ...

    @abstractmethod
    def cases(self, part: nodes.Cases) -> Printed: ...

    @abstractmethod
    def entries(self, part: nodes.Entries) -> Printed: ...

    @abstractmethod
    def differentiate(self, part: nodes.Differentiate) -> Printed: ...

    @abstractmethod
    def limit(self, part: nodes.Limit) -> Printed: ...

    @abstractmethod
    def shaped(self, part: nodes.Shaped) -> Printed: ...

    @abstractmethod
    def word(self, part: nodes.Word) -> Printed: ...

    @abstractmethod
    def equation(self, part: nodes.Equation) -> Printed: ...


def has_layer(part: nodes.Expression) -> bool:
    """Return whether a layer stands above a part, where an exponent would be read as one."""
    inner = part.of if isinstance(part, nodes.Shaped) else part
    return isinstance(inner, nodes.Symbol) and inner.layer is not None


def is_figure(part: nodes.Expression) -> bool:
    """Return whether a part is printed as one number: a 1×1 matrix is."""
    return isinstance(part, nodes.Number) or (
        isinstance(part, nodes.Matrix) and part.values.size == 1
    )


def product_sign(part: nodes.Product | nodes.MatrixProduct) -> Sign:
    """Return the sign of a product; matrices need one only where numbers would read as one."""
    if isinstance(part, nodes.Product):
        return "⊙" if isinstance(part, nodes.Hadamard) else "·"
    neighbours = itertools.pairwise(part.factors)
    return "·" if any(is_figure(a) and is_figure(b) for a, b in neighbours) else ""


def tightness(part: nodes.Expression) -> int:
    """Return the precedence of a part as it is printed: a negative number counts as a negation."""
    if is_figure(part) and np.any(np.signbit(part.evaluate({}))) and np.any(part.evaluate({})):
        return nodes.Negative.precedence
    return part.precedence


def split_sign(term: nodes.Expression) -> tuple[Literal["+", "-"], nodes.Expression]:
    """Return the sign of a term in a sum, and the term without it."""
    return ("-", term.of) if isinstance(term, nodes.Negative) else ("+", term)
