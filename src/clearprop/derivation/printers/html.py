"""The stepping page: one HTML file with everything in it, which opens without a network.

Both languages and both conventions are in the page; its scripts choose what is seen. They are
plain modules in the folder `page`, put into the file through an import map.
"""

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from importlib.resources import files
from urllib.parse import quote

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._text import Text
from clearprop.derivation.derivation import Derivation, Item, Lines
from clearprop.derivation.expression import Equation, Expression, Matrix
from clearprop.derivation.figures import is_folded
from clearprop.derivation.printers import page_words as words
from clearprop.derivation.printers.drawing import network_svg
from clearprop.derivation.printers.html_blocks import HtmlBlocks
from clearprop.derivation.printers.mathml import BRACKETS, MathmlPrinter
from clearprop.derivation.printers.page_data import page_data
from clearprop.derivation.rewriting import rewrite
from clearprop.derivation.steps import Step

MODULES = ("state", "drawing", "lighting", "panel")
CONVENTIONS = ("row", "column")
UNFOLDED = 1000
"""An equation of more numbers than this stays folded; `fold=0` unfolds it."""


class HtmlPage(HtmlBlocks):
    """A self-contained page with steps, drawing, paths and switches."""

    name = "html"
    suffix = ".html"

    def page(self, derivation: Derivation) -> str:
        if derivation.notation is None:
            why = "the page shows the numbers of a network, and this derivation has only letters."
            raise invalid_argument("form", self.name, why, "'notebook', or 'latex'.")
        template = _asset("page.html")
        places = {
            "lang": {"en": "en", "zh": "zh-CN"}[self.style.lang],
            "title": escape(self.say(derivation.title)),
            "heading": self.words(derivation.title),
            "style": _asset("style.css") + f"\nmtable.bracketed{{{BRACKETS}}}\n",
            "defaults": escape(json.dumps(self._defaults())),
            "drawing": network_svg(derivation.notation, self.style.digits),
            "steps": "".join(self._steps(derivation)),
            "outline": "".join(self._outline(derivation)),
            "more": "".join(self._more(derivation)),
            "footer": self._footer(),
            "imports": json.dumps({"imports": dict(_imports())}),
            "main": _asset("main.js"),
            "data": _safe(page_data(derivation, derivation.notation)),
            "said": _safe({name: text._asdict() for name, text in words.SAID.items()}),
            **{name: self.words(text) for name, text in words.LABELS.items()},
        }
        for name, value in places.items():
            template = template.replace("{{" + name + "}}", value)
        return template

    def words(self, text: Text) -> str:
        """Return a sentence in both languages; the page shows one of them."""
        text = self.counted(text)
        if text.en == text.zh:
            return escape(text.en)
        return (
            f'<span lang="en">{escape(text.en)}</span><span lang="zh-CN">{escape(text.zh)}</span>'
        )

    def equation(self, equation: Equation) -> str:
        """Return an equation; with folded matrices also as it is unfolded on demand."""
        shown = super().equation(equation)
        entries = [np.size(one.values) for one in _matrices(equation)
                   if is_folded(np.atleast_2d(one.values), self.style.fold)]  # fmt: skip
        if not entries:
            return shown
        if sum(entries) > UNFOLDED:
            note = self.words(words.TOO_LARGE.filled(entries=f"{sum(entries):,}"))
            return f'{shown}<p class="note unfoldable">{note}</p>'
        whole = MathmlPrinter(replace(self.style, fold=0)).broken(equation)
        return f'<div class="folded">{shown}</div><div class="whole">{whole}</div>'

    def _defaults(self) -> dict[str, str]:
        return {"lang": self.style.lang, "convention": self.style.convention}

    def _conventions(self, derivation: Derivation) -> Iterator[tuple[str, Derivation]]:
        for convention in CONVENTIONS:
            yield convention, derivation.styled(convention=convention, detail="everything")

    def _steps(self, derivation: Derivation) -> Iterator[str]:
        """Yield every step once, holding its formulas in both conventions."""
        printed = [self._steps_and_formulas(one) for _, one in self._conventions(derivation)]
        for number, (row, column) in enumerate(zip(*printed, strict=True), 1):
            yield (
                f'<article class="step {row[0].phase}" data-step="{number}"'
                f' data-layer="{row[0].layer or ""}" data-finds="{escape(_finds(row[0]))}">'
                f"<h3>{number}. {self.words(row[0].title)}</h3><p>{self.words(row[0].why)}</p>"
                f'<div class="row">{row[1]}</div><div class="column">{column[1]}</div></article>'
            )

    def _steps_and_formulas(self, derivation: Derivation) -> list[tuple[Step, str]]:
        self.style = derivation.style
        self.begin()
        return [
            (item, self.body(item) + (self._proof(before) if isinstance(before, Lines) else ""))
            for section in derivation
            for before, item in itertools.pairwise([None, *section.items])
            if isinstance(item, Step)
        ]

    def _proof(self, lines: Lines) -> str:
        """Return the general derivation on which the next step stands, folded into that step."""
        return f"<details><summary>{self.words(lines.title)}</summary>{self.lines(lines)}</details>"

    def _outline(self, derivation: Derivation) -> Iterator[str]:
        """Yield the list of steps, section by section."""
        for section in self.numbered(derivation):
            steps = [(number, item) for number, item in section.items if isinstance(item, Step)]
            if not steps:
                continue
            entries = "".join(
                f'<li><a href="#step={number}" data-go="{number}">{self.words(item.title)}</a></li>'
                for number, item in steps
            )
            start = steps[0][0]
            yield f"<h4>{self.words(section.title)}</h4><ol start='{start}'>{entries}</ol>"

    def _more(self, derivation: Derivation) -> Iterator[str]:
        """Yield tables, rules and sentences, which stand below the steps."""
        printed = [list(self._besides(one)) for _, one in self._conventions(derivation)]
        for (title, row), (_, column) in zip(*printed, strict=True):
            yield (
                f"<details><summary><h2>{self.words(title)}</h2></summary>"
                f'<div class="row">{row}</div><div class="column">{column}</div></details>'
            )

    def _besides(self, derivation: Derivation) -> Iterator[tuple[Text, str]]:
        self.style = derivation.style
        self.begin()
        for section in derivation:
            after = [*section.items[1:], None]
            items: list[Item] = [
                item for item, next_item in zip(section.items, after, strict=True)
                if not isinstance(item, Step)
                and not (isinstance(item, Lines) and isinstance(next_item, Step))
            ]  # fmt: skip
            if items:
                yield section.title, "".join(self.item(item, 0) for item in items)

    def _footer(self) -> str:
        lines = (
            words.INDICES.filled(first=self.style.first_index), words.ROUNDED, words.TO_TRAIN,
        )  # fmt: skip
        return "".join(f"<p>{self.words(line)}</p>" for line in lines)


def _finds(step: Step) -> str:
    """Return the name of the quantity that a step finds, as the drawing knows it."""
    return getattr(step.quantity, "whole", None) or getattr(step.quantity, "name", "")


def _matrices(equation: Equation) -> list[Matrix]:
    found: list[Matrix] = []

    def look(part: Expression) -> None:
        if isinstance(part, Matrix):
            found.append(part)

    rewrite(equation, look)
    return found


def _asset(name: str) -> str:
    return files("clearprop.derivation.page").joinpath(name).read_text(encoding="utf-8")


def _imports() -> Iterator[tuple[str, str]]:
    """Yield the modules of the page as data addresses, by the names that they import."""
    for name in MODULES:
        yield (
            f"clearprop/{name}",
            "data:text/javascript;charset=utf-8," + quote(_asset(name + ".js")),
        )


def _safe(data: object) -> str:
    """Return JSON that cannot end the script element it stands in."""
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
