"""The steps of a derivation: a formula, its shapes, its numbers and its value."""

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from clearprop._text import Text
from clearprop.derivation.expression import (
    Apply,
    Bindings,
    Cases,
    Equation,
    Expression,
    Matrix,
    Number,
    Power,
    Value,
)
from clearprop.derivation.rewriting import (
    Convention,
    contains,
    elementwise,
    in_convention,
    literal,
    rewrite,
    with_numbers,
    with_shapes,
)


@dataclass(frozen=True)
class Step:
    """One step: the quantity found, the reason, the formula, its shapes, its numbers, its value.

    The formula is a chain of equal parts, the quantity first. The value is the quantity's, from
    the record of the pass; the last part, evaluated, must give it too (`recomputed`).

    Attributes
    ----------
    title : Text
        The quantity in words.
    why : Text
        The reason why the formula holds.
    formula : Equation
        Quantity = … = last part.
    bindings : mapping of str to number or array
        The numbers of the symbols by name, those of matrices with one sample a row.
    entries : tuple of Equation
        The same, entry by entry, as one writes it by hand.
    note : Text or None
        A warning, for example where rounding spoils the formula.
    phase : {"forward", "loss", "backward", "update", "theory"}
        The part of the pass that the step belongs to.
    layer : int or None
        The layer, counted from 1; None if it belongs to no single one.
    """

    title: Text
    why: Text
    formula: Equation
    bindings: Bindings
    entries: tuple[Equation, ...] = ()
    note: Text | None = None
    phase: Literal["forward", "loss", "backward", "update", "theory"] = "theory"
    layer: int | None = None

    @property
    def quantity(self) -> Expression:
        """The quantity that the step finds: the first part of the formula."""
        return self.formula.parts[0]

    @property
    def value(self) -> Value:
        """The value of the quantity, from the record of the pass."""
        return self.quantity.evaluate(self.bindings)

    @property
    def recomputed(self) -> Value:
        """The value that the last part of the formula gives."""
        return self.formula.parts[-1].evaluate(self.bindings)

    @property
    def left_out(self) -> int:
        """The number of entries of the quantity that are not worked out one by one."""
        return max(np.size(self.value) - len(self.entries), 0) if self.entries else 0

    @property
    def is_exact(self) -> bool:
        """True if the formula, evaluated in floating point, gives the value."""
        with np.errstate(all="ignore"):
            value, again = np.asarray(self.value), np.asarray(self.recomputed)
        scale = np.max(np.abs(value), initial=1.0)
        return bool(np.allclose(again, value, rtol=1e-9, atol=1e-12 * scale))

    @property
    def shapes(self) -> Equation | None:
        """The formula with a shape at every matrix; None if there are only numbers."""
        first, last = self.formula.parts[0], self.formula.parts[-1]
        if not first.shape(self.bindings):
            return None
        alone = len(self.formula.parts) == 1 or contains(last, Cases)
        ends = (first,) if alone else (first, last)
        return Equation(tuple(with_shapes(part, self.bindings) for part in ends))

    @property
    def has_formula(self) -> bool:
        """True if there is more to show than the value."""
        return len(self.formula.parts) > 1

    @property
    def numbers(self) -> Equation:
        """The quantity, the last part of the formula with numbers in it, and the value."""
        return numeric(self.formula, self.bindings)

    @property
    def entry_lines(self) -> tuple[Equation, ...]:
        """Every entry: symbol = formula = formula with numbers = value."""
        whole = elementwise(self.formula.parts[-1])
        return tuple(
            Equation((*one.parts, *numeric(one, self.bindings).parts[1:]))
            for one in self.entries
            if len(self.entries) > 1 or elementwise(one.parts[-1]) != whole
        )

    def in_convention(self, convention: Convention, bindings: Bindings) -> "Step":
        """Return this step with formulas turned to the convention of these bindings."""

        def turned(equation: Equation) -> Any:
            return in_convention(equation, convention)

        return replace(
            self,
            formula=turned(self.formula),
            bindings=bindings,
            entries=tuple(turned(one) for one in self.entries),
        )


def numeric(equation: Equation, bindings: Bindings) -> Equation:
    """Return quantity = last part with numbers = value, or two of these where two are the same."""
    quantity, last = equation.parts[0], equation.parts[-1]
    value = literal(quantity.evaluate(bindings), getattr(quantity, "name", ""))
    filled = with_numbers(last, bindings)
    if isinstance(filled, Cases) and len(filled.branches) == 1:
        return Equation((quantity, filled))
    if isinstance(quantity, Apply) and _is_hard_to_read(filled):
        inner = tuple(with_numbers(one, bindings) for one in quantity.arguments)
        filled = replace(quantity, arguments=inner)
    if isinstance(filled, (Number, Matrix)):
        return Equation((quantity, value))
    return Equation((quantity, filled, value))


def _is_hard_to_read(filled: Expression) -> bool:
    """Return whether matrices stand where only numbers can be read: in cases, in an exponent."""
    exponents: list[Expression] = []

    def look(part: Expression) -> None:
        if isinstance(part, Power):
            exponents.append(part.exponent)

    rewrite(filled, look)
    return isinstance(filled, Cases) or any(contains(one, Matrix) for one in exponents)
