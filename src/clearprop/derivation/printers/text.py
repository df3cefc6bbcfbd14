"""Derivations for the terminal."""

from collections.abc import Sequence
from dataclasses import replace

from clearprop._aligned import padded, width_of
from clearprop._text import Text
from clearprop.derivation.boxes import Box, beside, text_box, wrapped_text
from clearprop.derivation.derivation import (
    Cell,
    Curves,
    Derivation,
    Item,
    Lines,
    Listing,
    Table,
)
from clearprop.derivation.expression import Equation
from clearprop.derivation.printers.page_printer import (
    ENTRIES,
    FORMULA,
    NUMBERS,
    SHAPES,
    PagePrinter,
)
from clearprop.derivation.printers.text_formula import TextPrinter
from clearprop.derivation.steps import Step
from clearprop.derivation.style import SMALLEST_FOLD, Style

CELLS = range(12, 49)
"""A sentence in a table is broken at one of these widths: the largest for which there is room."""
NARROWEST = 30
"""A reason beside a formula has at least so much room."""


class TextPage(PagePrinter):
    """Lines of Unicode, formulas broken at the width of the style where they can be."""

    name = "text"
    suffix = ".txt"

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self.formulas = TextPrinter(style)
        self.folded = TextPrinter(replace(style, fold=style.fold and SMALLEST_FOLD))
        labels = (FORMULA, SHAPES, NUMBERS, ENTRIES)
        self.margin = 5 + max(width_of(self.say(label)) for label in labels)

    def page(self, derivation: Derivation) -> str:
        title = wrapped_text(self.say(derivation.title), self.style.width)
        lines = [*title, "═" * max(map(width_of, title))]
        for section in self.numbered(derivation):
            lines += ["", self.say(section.title), "─" * width_of(self.say(section.title))]
            for number, item in section.items:
                lines += self.item(item, number)
        footer = (wrapped_text(line, self.style.width) for line in self.footer(derivation))
        return "\n".join([*lines, "", *(line for part in footer for line in part)]) + "\n"

    def item(self, item: Item, number: int) -> list[str]:
        if isinstance(item, Step):
            return self.step(item, number)
        if isinstance(item, Lines):
            return self.rule(item)
        if isinstance(item, Table):
            return self.table(item) if item.header else self.arrangement(item)
        if isinstance(item, Curves):
            return []  # lines of text cannot draw them
        if isinstance(item, Listing):
            return self.listing(item)
        return [*wrapped_text(self.say(item), self.style.width), ""]

    def listing(self, listing: Listing) -> list[str]:
        lines = self.say(listing.lines).split("\n")
        return [self.say(listing.title), *(f"   {line}".rstrip() for line in lines), ""]

    def rule(self, rule: Lines) -> list[str]:
        """Return a general derivation: the formulas, and beside each why it holds."""
        boxes = [self.formulas.show(line.equation) for line in rule.lines]
        width = max(box.width for box in boxes)
        room = max(self.style.width - width - 8, NARROWEST)
        lines = [self.say(rule.title)]
        for box, line in zip(boxes, rule.lines, strict=True):
            gap = text_box(" " * (width - box.width + 3))
            why = wrapped_text(self.say(line.why), room)
            shown = beside(box, gap, Box(tuple("| " + one for one in why)))
            lines += ["   " + one.rstrip() for one in shown.lines]
        return [*lines, ""]

    def arrangement(self, table: Table) -> list[str]:
        """Return a table without header: its cells in columns, centred."""
        rows = [[self.cell(cell) for cell in row] for row in table.rows]
        widths = [max(row[column].width for row in rows) for column in range(len(rows[0]))]
        lines = []
        for row in rows:
            cells = [
                Box(tuple(padded(line, width + 2, "center") for line in box.lines), box.baseline)
                for box, width in zip(row, widths, strict=True)
            ]
            lines += ["   " + line.rstrip() for line in beside(*cells).lines]
        return [*lines, ""]

    def step(self, step: Step, number: int) -> list[str]:
        lines = wrapped_text(f"{number}. {self.say(step.title)}", self.style.width)
        lines += self.indented(step.why)
        for label, equations in self.parts(step):
            lines += self.labelled(label, equations)
        for note in self.notes(step):
            lines += self.indented(note)
        return [*lines, ""]

    def indented(self, sentence: Text) -> list[str]:
        return ["   " + line for line in wrapped_text(self.say(sentence), self.style.width - 3)]

    def labelled(self, label: Text, equations: Sequence[Equation]) -> list[str]:
        """Return equations with a label in the margin of the first."""
        lines = []
        for position, equation in enumerate(equations):
            room = self.style.width - self.margin
            box = self.formulas.wrapped(equation, room)
            if box.width > room:
                box = self.folded.wrapped(equation, room)
            for row, line in enumerate(box.lines):
                word = self.say(label) if position == 0 and row == box.baseline else ""
                lines.append(("   " + padded(word, self.margin - 3) + line).rstrip())
        return lines

    def table(self, table: Table) -> list[str]:
        rows = [table.header, *table.rows]
        room = self.room(rows)
        boxes = [[self.cell(cell, room) for cell in row] for row in rows]
        widths = [max(row[column].width for row in boxes) for column in range(len(table.header))]
        lines = []
        for number, row in enumerate(boxes):
            spaced = [
                beside(box, text_box(" " * (width - box.width + 2)))
                for box, width in zip(row, widths, strict=True)
            ]
            lines += ["   " + line.rstrip() for line in beside(*spaced).lines]
            if number == 0:
                lines.append("   " + "─" * (sum(widths) + 2 * len(widths) - 2))
        return [*lines, ""]

    def room(self, rows: Sequence[Sequence[Cell]]) -> int:
        """Return how wide each column of sentences may be, next to those of formulas."""
        widths = [
            max(self.cell(row[column], CELLS[-1]).width for row in rows)
            for column in range(len(rows[0]))
        ]
        wide = [
            column
            for column, width in enumerate(widths)
            if width > CELLS[0] and all(isinstance(row[column], Text) for row in rows)
        ]
        while wide:
            others = sum(widths) - sum(widths[column] for column in wide) + 2 * len(widths) + 1
            room = min(max((self.style.width - others) // len(wide), CELLS[0]), CELLS[-1])
            for column in wide:
                unbroken = max(self.cell(row[column], room).width for row in rows)
                if unbroken > room:  # one word is longer
                    widths[column] = unbroken
                    wide.remove(column)
                    break
            else:
                return room
        return CELLS[-1]

    def cell(self, cell: Cell, room: int = CELLS[-1]) -> Box:
        if isinstance(cell, Text):
            return Box(tuple(wrapped_text(self.say(cell), room)))
        return self.formulas.show(cell)
