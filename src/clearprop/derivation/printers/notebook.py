"""Derivations inside a notebook: HTML with MathML, styled so that nothing else is touched."""

from html import escape

from clearprop.derivation.derivation import Derivation
from clearprop.derivation.printers.html_blocks import HtmlBlocks

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
.clearprop .note{border-left:3px solid currentColor;padding-left:.6em}
"""


class NotebookPage(HtmlBlocks):
    """A fragment of HTML, without scripts."""

    name = "notebook"
    suffix = ".html"

    def page(self, derivation: Derivation) -> str:
        sections = "".join(self.sections(derivation))
        footer = "".join(
            f"<p><small>{escape(line)}</small></p>" for line in self.footer(derivation)
        )
        title = self.words(derivation.title)
        lang = {"en": "en", "zh": "zh-CN"}[self.style.lang]
        return (
            f'<div class="clearprop" lang="{lang}"><style>{STYLE}</style><h1>{title}</h1>'
            f"{sections}{footer}</div>\n"
        )
