"""Worksheets as LaTeX, for xelatex; Chinese with ctex."""

import re
from collections.abc import Iterator

import numpy as np

from clearprop.derivation.printers.latex import escaped
from clearprop.teach.forms.form import CODE, GIVEN, NAME, Form, given, rules
from clearprop.teach.forms.markdown import matrix
from clearprop.teach.questions import Blank
from clearprop.teach.worksheets import Worksheet

CHINESE = re.compile("[\u3000-\u9fff\uff00-\uffef]")
HEAD = r"""\documentclass[a4paper]{%s}
\usepackage{amsmath,amssymb,geometry}%s
\pagestyle{plain}
\geometry{margin=22mm}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt}
\newcommand{\field}{\underline{\hspace{18mm}}}
\newcommand{\textfield}{\underline{\hspace{110mm}}}
\begin{document}"""


SHORT = 3
"""Letters of an answer that a field for a number has room for: a shape, a letter."""


class Latex(Form):
    """One LaTeX file a student."""

    name = "latex"
    suffix = ".tex"

    def written(self, worksheet: Worksheet) -> bytes:
        """Return the file."""
        return ("\n\n".join(self._blocks(worksheet)) + "\n").encode()

    def _blocks(self, worksheet: Worksheet) -> Iterator[str]:
        sheet, lang = worksheet.sheet, worksheet.sheet.asked.lang
        kind = "ctexart" if lang == "zh" else "article"
        in_english = r"\usepackage[scheme=plain]{ctex}" if CHINESE.search(sheet.student) else ""
        yield HEAD % (kind, in_english)
        yield rf"\section*{{{escaped(worksheet.title.translate(lang))}}}"
        name, code = NAME.filled(student=sheet.student), CODE.filled(code=sheet.code)
        yield rf"{escaped(name.translate(lang))} \hfill {escaped(code.translate(lang))}"
        yield escaped(rules(sheet).translate(lang))
        yield rf"\subsection*{{{GIVEN.translate(lang)}}}"
        yield r"\quad ".join(
            f"${symbol[0]}{f'^{{({symbol[1:]})}}' if len(symbol) > 1 else ''} = {matrix(values)}$"
            for symbol, values in given(sheet)
        )
        for part in worksheet.parts:
            yield rf"\subsection*{{{part.question.title.translate(lang)}}}"
            for blank in part.blanks:
                yield escaped(blank.prompt.translate(lang))
                for line in blank.lines:
                    yield r"\quad " + escaped(line.translate(lang))
                yield r"\nopagebreak" + "\n" + fields(blank)  # beside what is asked
        yield r"\end{document}"


def fields(blank: Blank) -> str:
    """Return lines to write on: in the blank's shape, or one that is long enough for words."""
    if not blank.is_number:
        return r"\textfield" if len(blank.key[0]) > SHORT else r"\field"
    row = " & ".join([r"\field"] * blank.shape[1])
    rows = r" \\[8pt] ".join(np.repeat(row, blank.shape[0]))
    columns = "c" * blank.shape[1]
    return rf"\(\left[\begin{{array}}{{{columns}}} {rows} \end{{array}}\right]\)"
