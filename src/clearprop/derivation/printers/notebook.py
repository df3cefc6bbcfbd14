"""Derivations inside a notebook: HTML with MathML, styled so that nothing else is touched."""

from collections.abc import Iterator
from html import escape

from clearprop.derivation.derivation import Derivation
from clearprop.derivation.printers.html_blocks import HtmlBlocks
from clearprop.derivation.printers.mathml import BRACKETS
from clearprop.derivation.steps import Step

STYLE = """
.clearprop{line-height:1.45;max-width:60em}
.clearprop dl{display:grid;grid-template-columns:max-content 1fr;gap:.3em 1em;margin:.4em 0}
.clearprop dt{font-style:italic;opacity:.75;align-self:center}
.clearprop dd{margin:0;min-width:0}
.clearprop .equation{display:flex;flex-wrap:wrap;align-items:baseline;row-gap:.15em}
.clearprop .equation math+math>mrow>mo:first-child{margin:0 .22em}
.clearprop .equation{overflow:auto hidden;padding-left:1.4em}
.clearprop .equation math:first-child{margin-left:-1.4em}
.clearprop math[display=block]{text-align:left;width:max-content;margin:.15em 0}
.clearprop table{border-collapse:collapse}
.clearprop td,.clearprop th{padding:.25em .8em;text-align:left}
.clearprop thead th{border-bottom:1px solid currentColor}
.clearprop .arranged td{text-align:center}
.clearprop .curves line{stroke:currentColor;stroke-opacity:.5}
.clearprop .curves text{font-size:11px;text-anchor:middle;fill:currentColor}
.clearprop .curves polyline{fill:none;stroke-width:2.2}
.clearprop polyline.curve0{stroke:#2563eb}
.clearprop polyline.curve1{stroke:#ea580c;stroke-dasharray:6 4}
.clearprop figcaption .curve0{border-bottom:3px solid #2563eb}
.clearprop figcaption .curve1{border-bottom:3px dashed #ea580c}
.clearprop figure{margin:.5rem 0}
.clearprop dl>*{word-break:normal;overflow-wrap:normal}
.clearprop dt{white-space:nowrap}
@media(max-width:40em){.clearprop dl{grid-template-columns:1fr;gap:0}}
.clearprop table td,.clearprop table th{text-align:left!important}
.clearprop summary{cursor:pointer}
.clearprop summary h2,.clearprop summary h3{display:inline}
.clearprop pre.listing{font:.85em/1.35 ui-monospace,"Noto Sans Mono CJK SC",monospace}
.clearprop .note{border-left:3px solid currentColor;padding-left:.6em}
"""

MATRICES = f".clearprop mtable.bracketed{{{BRACKETS}}}"


class NotebookPage(HtmlBlocks):
    """A fragment of HTML, without scripts; sections and steps fold."""

    name = "notebook"
    suffix = ".html"

    def sections(self, derivation: Derivation) -> Iterator[str]:
        self.begin()
        for section in self.numbered(derivation):
            items = "".join(self.item(item, number) for number, item in section.items)
            title = f"<summary><h2>{self.words(section.title)}</h2></summary>"
            yield f"<details open>{title}{items}</details>"

    def step(self, step: Step, number: int) -> str:
        title = f"<summary><h3>{number}. {self.words(step.title)}</h3></summary>"
        return (
            f'<details open class="step {step.phase}" data-step="{number}">{title}'
            f"<p>{self.words(step.why)}</p>{self.body(step)}</details>"
        )

    def page(self, derivation: Derivation) -> str:
        sections = "".join(self.sections(derivation))
        footer = "".join(
            f"<p><small>{escape(line)}</small></p>" for line in self.footer(derivation)
        )
        title = self.words(derivation.title)
        lang = {"en": "en", "zh": "zh-CN"}[self.style.lang]
        return (
            f'<div class="clearprop" lang="{lang}"><style>{STYLE}{MATRICES}</style><h1>{title}</h1>'
            f"{sections}{footer}</div>\n"
        )
