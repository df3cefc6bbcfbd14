"""Print a report as one HTML page that needs nothing from outside."""

import base64
import hashlib
import itertools
from collections.abc import Iterator, Sequence
from importlib.resources import files

from clearprop._text import Language, Text
from clearprop.report.blocks import (
    Block,
    Document,
    Facts,
    Field,
    Form,
    Grid,
    Listing,
    Notice,
    Paragraph,
    Picture,
    Section,
)
from clearprop.report.formatting import Markup, element, joined

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"
"""What a browser may do for this page: apply its styles, show its images, and nothing else."""
SCRIPT = "; script-src 'sha256-{}'"
"""It may also run one script: the one whose letters have this digest."""
_TABLE, _FIGURE = Text("Table {}.", "表 {}."), Text("Figure {}.", "图 {}.")
_CONTENTS = Text("Contents", "目录")
_ABSTRACT = Text("Summary", "摘要")
_ADVICE = Text("What to do: ", "建议：")


def page(document: Document, language: Language) -> str:
    """Return the HTML of a report."""
    style = (files("clearprop.report") / "style.css").read_text(encoding="utf-8")
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(document)),
        element("meta", name="generator", content="clearprop"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", document.title),
        element("link", rel="icon", href="data:,"),
        element("style", Markup(style)),
    )
    body = element("body", _header(document, language), _sections(document, language))
    root = element("html", head, "\n", body, lang={"en": "en", "zh": "zh-CN"}[language])
    return f"<!DOCTYPE html>\n{root}\n"


def _policy(document: Document) -> str:
    """Return what the browser may do: run the script of the page's form, if there is one."""
    scripts = [
        block.script
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Form)
    ]
    digests = [hashlib.sha256(script.encode()).digest() for script in scripts]
    return POLICY + "".join(SCRIPT.format(base64.b64encode(each).decode()) for each in digests)


def _header(document: Document, language: Language) -> Markup:
    figures = (
        element("div", element("b", value), element("span", meaning), class_="figure")
        for value, meaning in document.key_figures
    )
    links = (
        element("li", element("a", section.heading, href=f"#{section.name}"))
        for section in document.sections
    )
    return element(
        "header",
        element("h1", document.title),
        element("p", document.subtitle, class_="subtitle"),
        element("p", document.byline, class_="byline"),
        element(
            "div",
            element("p", element("b", _ABSTRACT.translate(language)), " ", document.abstract),
            element("div", figures, class_="figures"),
            class_="abstract",
        ),
        element("nav", element("b", _CONTENTS.translate(language)), element("ol", links)),
    )


def _sections(document: Document, language: Language) -> Markup:
    tables, figures = itertools.count(1), itertools.count(1)
    return joined(
        _section(number, section, tables, figures, language)
        for number, section in enumerate(document.sections, start=1)
    )


def _section(
    number: int,
    section: Section,
    tables: Iterator[int],
    figures: Iterator[int],
    language: Language,
) -> Markup:
    heading = element("h2", element("span", f"{number}", class_="number"), section.heading)
    printed: list[Markup] = []
    narrow: list[Markup] = []
    for block in section.blocks:
        piece = _block(block, tables, figures, language)
        if isinstance(block, Picture) and block.narrow:
            narrow.append(piece)
            continue
        printed += [*_side_by_side(narrow), piece]
    first, *others = [*printed, *_side_by_side(narrow)]
    # a heading stays on the page of what it is the heading of
    start = element("div", heading, first, class_="start")
    return element("section", start, others, id=section.name)


def _side_by_side(narrow: list[Markup]) -> list[Markup]:
    """Return the narrow pictures gathered so far as rows of two, and forget them."""
    rows = [element("div", narrow[at : at + 2], class_="pair") for at in range(0, len(narrow), 2)]
    narrow.clear()
    return rows


def _block(
    block: Block, tables: Iterator[int], figures: Iterator[int], language: Language
) -> Markup:
    match block:
        case Paragraph(text):
            return element("p", text)
        case Grid():
            return _grid(block, _TABLE.translate(language).format(next(tables)))
        case Facts(pairs):
            rows = (element("tr", element("th", k), element("td", v)) for k, v in pairs)
            return element("table", rows, class_="facts")
        case Picture(caption, svg):
            label = element("b", _FIGURE.translate(language).format(next(figures)))
            return element("figure", svg, element("figcaption", label, " ", caption))
        case Listing(lead, code):
            return element(
                "div", element("p", lead), element("pre", element("code", code)), class_="listing"
            )
        case Form(fields, script):
            return _form(fields, script)
        case Notice(what, advice):
            mark = element("span", "▲", class_="mark")
            todo = element("p", element("i", _ADVICE.translate(language)), advice)
            return element("div", element("p", mark, what), todo, class_="notice")


def _form(fields: Sequence[Field], script: str) -> Markup:
    """Return the fields, the places for the answer, and the script between them."""
    labels = (
        element("label", element("span", field.label), _field(field), element("i", field.hint))
        for field in fields
    )
    return element(
        "div",
        element("div", labels, class_="fields"),
        element("table", element("tbody", id="answer")),
        element("p", id="remark", class_="note"),
        element("script", Markup(script), type="module"),
        class_="form",
    )


def _field(field: Field) -> Markup:
    if field.kind != "choice":
        step = "any" if field.kind == "number" else None
        value = {"value": field.value, "step": step, "data_column": field.place}
        return element("input", type=field.kind, **value)
    options = (
        element("option", option, value=option, selected="" if option == field.value else None)
        for option in field.options
    )
    return element("select", options, data_column=field.place)


def _grid(grid: Grid, label: str) -> Markup:
    words = len(grid.head) if grid.wide_from is None else grid.wide_from
    kinds = ["name"] + ["words" if n >= words else None for n in range(1, len(grid.head))]
    head = (element("th", cell, class_=kind) for cell, kind in zip(grid.head, kinds, strict=True))
    rows = (
        element(
            "tr",
            (element("td", c, class_=kind) for c, kind in zip(row, kinds, strict=True)),
        )
        for row in grid.rows
    )
    note = element("p", grid.note, class_="note") if grid.note else ""
    table = element(
        "table",
        element("caption", element("b", label), " ", grid.caption),
        element("thead", element("tr", head)),
        element("tbody", rows),
    )
    return element("div", table, note, class_="grid")
