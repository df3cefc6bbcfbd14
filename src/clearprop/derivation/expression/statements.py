"""Formulas as they stand on the page: equations, and signs that are read but not computed."""

from dataclasses import dataclass
from typing import ClassVar

from clearprop.derivation.expression.arithmetic import Bindings, Expression, Shape, Value
from clearprop.derivation.expression.quantities import Symbol


@dataclass(frozen=True)
class Differentiate(Expression):
    """d/dz or ∂/∂z of a formula, still to be carried out."""

    variable: Symbol
    of: Expression
    partial: bool = False
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
    dimensions: tuple[int | str, ...]

    @property
    def precedence(self) -> int:  # type: ignore[override]
        """The precedence of the part itself."""
        return self.of.precedence

    def evaluate(self, bindings: Bindings) -> Value:
        return self.of.evaluate(bindings)

    def shape(self, bindings: Bindings) -> Shape:
        return tuple(one for one in self.dimensions if isinstance(one, int))


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
