"""A derivation's sections as HTML, which a notebook shows."""

from collections.abc import Iterator
from html import escape

from clearprop._text import Text
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
from clearprop.derivation.printers.curves import curves_svg
from clearprop.derivation.printers.mathml import MathmlPrinter
from clearprop.derivation.printers.page_printer import PagePrinter
from clearprop.derivation.steps import Step


class HtmlBlocks(PagePrinter):
    """Sections, steps and tables as HTML with MathML; subclasses put a page around them."""

    def begin(self) -> None:
        """Take up the style for the formulas that follow."""
        self.formulas = MathmlPrinter(self.style)

    def sections(self, derivation: Derivation) -> Iterator[str]:
        """Yield every section as a ``<section>``."""
        self.begin()
        for section in self.numbered(derivation):
            items = "".join(self.item(item, number) for number, item in section.items)
            yield f"<section><h2>{self.words(section.title)}</h2>{items}</section>"

    def words(self, text: Text) -> str:
        """Return a sentence with nothing in it that HTML would take for markup."""
        return escape(self.say(text))

    def item(self, item: Item, number: int) -> str:
        """Return a step, a rule, a table or a sentence."""
        if isinstance(item, Step):
            return self.step(item, number)
        if isinstance(item, Lines):
            return self.rule(item)
        if isinstance(item, Table):
            return self.table(item)
        if isinstance(item, Curves):
            return f"<figure>{curves_svg(item)}{self.legend(item)}</figure>"
        if isinstance(item, Listing):
            title, lines = self.words(item.title), self.words(item.lines)
            return f'<h3>{title}</h3><pre class="listing">{lines}</pre>'
        return f"<p>{self.words(item)}</p>"

    def step(self, step: Step, number: int) -> str:
        """Return a step as an ``<article>``."""
        return (
            f'<article class="step {step.phase}" data-step="{number}">'
            f"<h3>{number}. {self.words(step.title)}</h3><p>{self.words(step.why)}</p>"
            f"{self.body(step)}</article>"
        )

    def body(self, step: Step) -> str:
        """Return a step's formulas under their labels, and its note."""
        rows = "".join(
            f"<dt>{self.words(label)}</dt><dd>{''.join(map(self.equation, equations))}</dd>"
            for label, equations in self.parts(step)
        )
        notes = "".join(f'<p class="note">{self.words(note)}</p>' for note in self.notes(step))
        return f"<dl>{rows}</dl>{notes}"

    def equation(self, equation: Equation) -> str:
        """Return an equation that may take several lines."""
        return self.formulas.broken(equation)

    def legend(self, curves: Curves) -> str:
        """Return the names of the curves, in their order."""
        names = "".join(
            f'<span class="curve{number}">{self.formulas.math(name, block=False)}</span> '
            for number, (name, _) in enumerate(curves.functions)
        )
        return f"<figcaption>{names}</figcaption>"

    def rule(self, rule: Lines) -> str:
        """Return a general derivation: formulas on the left, why they hold on the right."""
        return f"<h3>{self.words(rule.title)}</h3>{self.lines(rule)}"

    def lines(self, rule: Lines) -> str:
        """Return the lines of a general derivation without its title."""
        rows = "".join(
            f"<tr><td>{self.formulas.math(line.equation)}</td><td>{self.words(line.why)}</td></tr>"
            for line in rule.lines
        )
        return f"<table class='rule'>{rows}</table>"

    def table(self, table: Table) -> str:
        """Return a table; without a header it is only an arrangement."""
        header = "".join(f"<th>{self.words(cell)}</th>" for cell in table.header)
        rows = "".join(
            f"<tr>{''.join(f'<td>{self.cell(one)}</td>' for one in row)}</tr>" for row in table.rows
        )
        kind = "facts" if header else "arranged"
        head = f"<thead><tr>{header}</tr></thead>" if header else ""
        return f'<table class="{kind}">{head}<tbody>{rows}</tbody></table>'

    def cell(self, cell: Cell) -> str:
        """Return a cell's sentence or formula."""
        if isinstance(cell, Text):
            return self.words(cell)
        return self.formulas.math(cell, block=False)
