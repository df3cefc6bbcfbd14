"""Worksheets as Markdown: tables to be filled in, formulas in ``$$``."""

from collections.abc import Iterator

import numpy as np

from clearprop.derivation.printers.latex_formula import environment
from clearprop.teach.forms.form import CODE, GIVEN, NAME, Form, given, rules
from clearprop.teach.questions import Blank
from clearprop.teach.worksheets import Worksheet


class Markdown(Form):
    """One Markdown file a student."""

    name = "markdown"
    suffix = ".md"

    def written(self, worksheet: Worksheet) -> bytes:
        """Return the file."""
        return ("\n\n".join(self._blocks(worksheet)) + "\n").encode()

    def _blocks(self, worksheet: Worksheet) -> Iterator[str]:
        sheet, lang = worksheet.sheet, worksheet.sheet.asked.lang
        yield f"# {worksheet.title.translate(lang)}"
        name, code = NAME.filled(student=sheet.student), CODE.filled(code=sheet.code)
        yield f"{name.translate(lang)}　{code.translate(lang)}"
        yield rules(sheet).translate(lang)
        yield f"## {GIVEN.translate(lang)}"
        for symbol, values in given(sheet):
            yield f"$$\n{symbol[0]}{_layer(symbol)} = {matrix(values)}\n$$"
        for part in worksheet.parts:
            yield f"## {part.question.title.translate(lang)}"
            for blank in part.blanks:
                yield blank.prompt.translate(lang)
                if blank.lines:
                    yield "\n".join(f"- {line.translate(lang)}" for line in blank.lines)
                yield fields(blank)


def _layer(symbol: str) -> str:
    return f"^{{({symbol[1:]})}}" if len(symbol) > 1 else ""


def matrix(values: np.ndarray) -> str:
    """Return a matrix in LaTeX."""
    rows = (" & ".join(f"{one:g}" for one in row) for row in np.atleast_2d(values))
    return environment("bmatrix", rows)


def fields(blank: Blank) -> str:
    """Return an empty table of the blank's shape."""
    rows, columns = blank.shape
    line = f"| {' | '.join(['　　　　'] * columns)} |"
    return "\n".join([line, f"|{'---|' * columns}", *[line] * (rows - 1)])
