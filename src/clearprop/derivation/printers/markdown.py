"""Derivations as Markdown whose formulas GitHub renders.

GitHub reads Markdown before it reads mathematics: in ``$$ … $$`` it eats backslashes and takes
underscores for emphasis. Fenced ``math`` blocks and ``$`…`$`` are spared that, so only these are
written, and no ``|`` stands in a formula, which would end the cell of a table. Jupyter, VS Code,
Typora, Gitee, CSDN and Zhihu know only ``$`` and ``$$``, which `MarkdownDollars` writes.
"""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop.derivation.derivation import Cell, Derivation, Item, Lines, Listing, Table
from clearprop.derivation.expression import Expression
from clearprop.derivation.printers.latex_formula import LatexPrinter, environment
from clearprop.derivation.printers.page_printer import PagePrinter
from clearprop.derivation.steps import Step
from clearprop.derivation.style import Style


class MarkdownPage(PagePrinter):
    """GitHub-flavoured Markdown."""

    name = "markdown"
    suffix = ".md"

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self.formulas = LatexPrinter(style)

    def page(self, derivation: Derivation) -> str:
        blocks = [f"# {escaped(self.say(derivation.title))}"]
        for section in self.numbered(derivation):
            blocks.append(f"## {escaped(self.say(section.title))}")
            for number, item in section.items:
                blocks += self.item(item, number)
        blocks += ["---", *map(escaped, self.footer(derivation))]
        return "\n\n".join(blocks) + "\n"

    def item(self, item: Item, number: int) -> Iterator[str]:
        if isinstance(item, Step):
            yield from self.step(item, number)
        elif isinstance(item, Lines):
            yield from self.rule(item)
        elif isinstance(item, Table):
            yield self.table(item) if item.header else self.arrangement(item)
        elif isinstance(item, Listing):
            yield from self.listing(item)
        elif isinstance(item, Text):
            yield escaped(self.say(item))

    def listing(self, listing: Listing) -> Iterator[str]:
        yield f"### {escaped(self.say(listing.title))}"
        if listing.mermaid is not None:
            yield f"```mermaid\n{self.say(listing.mermaid)}\n```"
            return
        yield f"```{listing.language}\n{self.say(listing.lines)}\n```"

    def step(self, step: Step, number: int) -> Iterator[str]:
        yield f"### {number}. {escaped(self.say(step.title))}"
        yield escaped(self.say(step.why))
        for label, equations in self.parts(step):
            yield f"*{self.say(label)}*"
            yield self.display(self.formulas.aligned(equations))
        for note in self.notes(step):
            yield f"> {escaped(self.say(note))}"

    def rule(self, rule: Lines) -> Iterator[str]:
        yield f"### {escaped(self.say(rule.title))}"
        for line in rule.lines:
            yield escaped(self.say(line.why)) + ":" * (self.style.lang == "en")
            yield self.display(self.formulas.show(line.equation))

    def table(self, table: Table) -> str:
        rows = [[escaped(self.say(cell)) for cell in table.header], ["---"] * len(table.header)]
        rows += [[self.cell(cell) for cell in row] for row in table.rows]
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def arrangement(self, table: Table) -> str:
        rows = (" & ".join(map(self.formula, row)) for row in table.rows)
        return self.display(environment(f"array}}{{{'c' * len(table.rows[0])}", rows))

    def cell(self, cell: Cell) -> str:
        return (
            escaped(self.say(cell)) if isinstance(cell, Text) else self.inline(self.formula(cell))
        )

    def display(self, latex: str) -> str:
        """Return a formula as a block of its own."""
        return f"```math\n{latex}\n```"

    def inline(self, latex: str) -> str:
        """Return a formula within a line."""
        return f"$`{latex}`$"

    def formula(self, cell: Cell) -> str:
        return self.formulas.show(cell) if isinstance(cell, Expression) else self.say(cell)


def escaped(text: str) -> str:
    """Return a sentence in which nothing is taken for Markdown."""
    for sign in "\\`*_[]<>|":
        text = text.replace(sign, f"\\{sign}")
    return text


class MarkdownDollars(MarkdownPage):
    """Markdown with ``$$`` around formulas, as notebooks and most editors read it."""

    name = "markdown_dollars"

    def display(self, latex: str) -> str:
        return f"$$\n{latex}\n$$"

    def inline(self, latex: str) -> str:
        return f"${latex}$"
