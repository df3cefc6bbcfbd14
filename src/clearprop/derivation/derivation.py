"""A derivation: titled steps over formula trees, to be printed in any form."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

import numpy as np

from clearprop._errors import unknown_name
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
from clearprop.derivation.notation import Notation
from clearprop.derivation.rewriting import (
    Convention,
    bindings_in,
    contains,
    dimensions,
    elementwise,
    in_convention,
    literal,
    rewrite,
    with_numbers,
    with_shapes,
)
from clearprop.derivation.style import Style


@dataclass(frozen=True)
class Line:
    """A line of a general derivation, and the reason why it follows from the line before."""

    equation: Equation
    why: Text


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
        ends = (first,) if contains(last, Cases) else (first, last)
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


@dataclass(frozen=True)
class Lines:
    """A general derivation: lines that hold for any numbers."""

    title: Text
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Dimensions(Expression):
    """A cell of a table that becomes the shapes that meet in a formula: ``(2×1) (1×3)``."""

    formula: Expression


Cell = Text | Expression


@dataclass(frozen=True)
class Table:
    """A table of words and formulas; without a header it is only an arrangement.

    Attributes
    ----------
    title : Text
        The name of the table.
    header : tuple of Text
        The names of the columns, or nothing.
    rows : tuple of tuple of (Text or Expression)
        The cells, row by row.
    """

    title: Text
    header: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Curves:
    """Functions of z to be drawn, where a form can draw.

    Attributes
    ----------
    title : Text
        The name of the curves.
    z : array of shape (points,)
        The weighted sums at which the functions are drawn.
    functions : tuple of (Expression, array of shape (points,))
        The name of each function, and its values.
    """

    title: Text
    z: Value
    functions: tuple[tuple[Expression, Value], ...]


Item = Step | Lines | Table | Curves | Text


@dataclass(frozen=True)
class Section:
    """Steps, tables and sentences under one heading.

    Attributes
    ----------
    title : Text
        The heading.
    items : tuple of (Step, Lines, Table, Curves or Text)
        The contents in their order.
    """

    title: Text
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Derivation:
    """The derivation of a gradient, step by step. Made by `clearprop.explain`.

    ``print(derivation)`` shows it as text.

    Attributes
    ----------
    title : Text
        The network and the quantity that is derived.
    sections : tuple of Section
        Steps, tables and sentences in the row convention; iterate over the derivation, or read
        `steps`, for the convention of the style.
    notation : Notation
        The symbols, and the numbers that they stand for.
    forms : mapping of str to printer
        The forms in which it can be printed.
    style : Style
        Language, convention, detail and digits of what is printed.
    """

    title: Text
    sections: tuple[Section, ...]
    notation: Notation = field(repr=False)
    forms: "Forms" = field(repr=False, compare=False)
    style: Style = field(default_factory=Style)

    def __iter__(self) -> Iterator[Section]:
        """Iterate over the sections in the convention asked for."""
        bindings = bindings_in(self.notation.bindings, self.style.convention)
        for section in self.sections:
            yield replace(
                section, items=tuple(self._turned(item, bindings) for item in section.items)
            )

    def _turned(self, item: Item, bindings: Bindings) -> Item:
        convention = self.style.convention
        if isinstance(item, Step):
            return item.in_convention(convention, bindings)
        if isinstance(item, Table):
            rows = tuple(tuple(self._cell(cell, bindings) for cell in row) for row in item.rows)
            return replace(item, rows=rows)
        return item

    def _cell(self, cell: Cell, bindings: Bindings) -> Cell:
        if isinstance(cell, Text):
            return cell
        turned = in_convention(cell, self.style.convention)
        return dimensions(turned.formula, bindings) if isinstance(turned, Dimensions) else turned

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step in order, in the convention asked for."""
        return tuple(item for section in self for item in section.items if isinstance(item, Step))

    @property
    def value(self) -> Value:
        """The gradient that was asked for: the value of the last step before any update."""
        return [step for step in self.steps if step.phase != "update"][-1].value

    def styled(self, **changes: Any) -> "Derivation":
        """Return the same derivation in another language, convention, detail …: a `Style`."""
        return replace(self, style=replace(self.style, **changes))

    def printed(self, form: str = "text") -> str:
        """Return the derivation in one of its `forms`, for example ``"markdown"``.

        Raises
        ------
        InputError
            If there is no such form.
        """
        if form not in self.forms:
            raise unknown_name("form", form, self.forms)
        return self.forms[form](self.style).page(self)

    def __str__(self) -> str:
        return self.printed("text")

    def _repr_markdown_(self) -> str:
        return self.printed("markdown")

    def _repr_html_(self) -> str:
        return self.printed("notebook")


class Printer(Protocol):
    """Turns a derivation into a document of one form."""

    def page(self, derivation: Derivation) -> str:
        """Return the whole document."""
        ...


Forms = Mapping[str, Callable[[Style], Printer]]
"""The printers that a derivation is given, by the name of their form."""
