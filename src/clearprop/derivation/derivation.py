"""A derivation: sections of steps, tables and sentences, to be printed in any form."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, cast

from clearprop._errors import unknown_name
from clearprop._text import Text
from clearprop.derivation.expression import Bindings, Equation, Expression, Value, Word
from clearprop.derivation.notation import Notation
from clearprop.derivation.rewriting import bindings_in, dimensions, in_convention
from clearprop.derivation.scope import Scope
from clearprop.derivation.steps import Step
from clearprop.derivation.style import Style
from clearprop.updates import UpdateRule


@dataclass(frozen=True)
class Line:
    """A line of a general derivation, and the reason why it follows from the line before."""

    equation: Equation
    why: Text


@dataclass(frozen=True)
class Lines:
    """A general derivation: lines that hold for any numbers."""

    title: Text
    lines: tuple[Line, ...]
    turns: bool = False
    """True if the lines speak of matrices, so that the column convention turns them."""


@dataclass(frozen=True)
class Letters(Expression):
    """A cell of a table that is a shape in letters, ``m×n₁``; turned with the convention.

    Attributes
    ----------
    rows, columns : str
        The letters.
    of : Expression or None
        The quantity whose numbers follow: ``m×n₁ = 3×4``.
    """

    rows: str
    columns: str
    of: Expression | None = None


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


@dataclass(frozen=True)
class Listing:
    """Lines that keep their form: a program, its output, pseudocode, a chart made of characters.

    Attributes
    ----------
    title : Text
        The name of what is listed.
    lines : Text
        The lines, in both languages.
    language : str
        ``"python"`` for a program, ``"text"`` for anything else.
    mermaid : Text or None
        The same chart as Mermaid, which Markdown readers such as GitHub draw.
    """

    title: Text
    lines: Text
    language: str = "text"
    mermaid: Text | None = None


Item = Step | Lines | Table | Curves | Listing | Text


@dataclass(frozen=True)
class Question:
    """The question that a derivation answers, beside the network and its data.

    Attributes
    ----------
    scope : Scope
        The quantity that is derived.
    rule : UpdateRule or None
        The rule whose steps are shown.
    weight_decay : float
        λ of the penalty ½ λ Σ W².
    dropout : float
        p: the probability with which units of hidden layers were dropped.
    """

    scope: Scope
    rule: UpdateRule | None = None
    weight_decay: float = 0.0
    dropout: float = 0.0


@dataclass(frozen=True)
class Section:
    """Steps, tables and sentences under one heading.

    Attributes
    ----------
    title : Text
        The heading.
    items : tuple of (Step, Lines, Table, Curves, Listing or Text)
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
    notation : Notation or None
        The symbols, and the numbers that they stand for; None where there are only letters.
    forms : mapping of str to printer
        The forms in which it can be printed.
    style : Style
        Language, convention, detail and digits of what is printed.
    question : Question or None
        What was asked for; None where there are only letters.
    """

    title: Text
    sections: tuple[Section, ...]
    notation: Notation | None = field(repr=False)
    forms: "Forms" = field(repr=False, compare=False)
    style: Style = field(default_factory=Style)
    question: Question | None = field(default=None, repr=False, compare=False)

    def __iter__(self) -> Iterator[Section]:
        """Iterate over the sections in the convention asked for."""
        known = {} if self.notation is None else self.notation.bindings
        bindings = bindings_in(known, self.style.convention)
        for section in self.sections:
            yield replace(
                section, items=tuple(self._turned(item, bindings) for item in section.items)
            )

    def _turned(self, item: Item, bindings: Bindings) -> Item:
        convention = self.style.convention
        if isinstance(item, Step):
            if self.notation is None or item.bindings is not self.notation.bindings:
                bindings = bindings_in(item.bindings, convention)  # a step with numbers of its own
            return item.in_convention(convention, bindings)
        if isinstance(item, Lines) and item.turns:
            return replace(item, lines=tuple(map(self._line, item.lines)))
        if isinstance(item, Table):
            rows = tuple(tuple(self._cell(cell, bindings) for cell in row) for row in item.rows)
            return replace(item, rows=rows)
        return item

    def _line(self, line: Line) -> Line:
        equation = in_convention(line.equation, self.style.convention)
        return Line(cast(Equation, equation), line.why)

    def _cell(self, cell: Cell, bindings: Bindings) -> Cell:
        if isinstance(cell, Text):
            return cell
        if isinstance(cell, Letters):
            pair = (cell.rows, cell.columns)
            letters = "×".join(pair if self.style.convention == "row" else pair[::-1])
            if cell.of is None:
                return Word(letters)
            shape = in_convention(cell.of, self.style.convention).shape(bindings)
            return Word(f"{letters} = {'×'.join(map(str, shape))}")
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
