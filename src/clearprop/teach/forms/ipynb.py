"""Worksheets as notebooks: a cell for each quantity, which marks itself."""

import json
from typing import Any

import numpy as np

from clearprop._text import Text
from clearprop.teach.forms.form import CODE, GIVEN, NAME, Form, given, rules
from clearprop.teach.forms.markdown import matrix
from clearprop.teach.questions import Blank
from clearprop.teach.worksheets import Worksheet

FILL_IN = Text("fill in, then run the cell", "填写后运行本单元")


class Notebook(Form):
    """One notebook a student; ``step`` says at once whether a number is right."""

    name = "ipynb"
    suffix = ".ipynb"

    def written(self, worksheet: Worksheet) -> bytes:
        """Return the file."""
        sheet, lang = worksheet.sheet, worksheet.sheet.asked.lang
        name, code = NAME.filled(student=sheet.student), CODE.filled(code=sheet.code)
        head = [
            f"# {worksheet.title.translate(lang)}",
            f"{name.translate(lang)}　{code.translate(lang)}",
            rules(sheet).translate(lang),
            f"## {GIVEN.translate(lang)}",
            *(f"$${symbol} = {matrix(values)}$$" for symbol, values in given(sheet)),
        ]
        cells = [_markdown("\n\n".join(head)), _code(_beginning(worksheet))]
        for part in worksheet.parts:
            cells.append(_markdown(f"## {part.question.title.translate(lang)}"))
            for blank in part.blanks:
                lines = [blank.prompt, *blank.lines]
                cells.append(_markdown("\n\n".join(line.translate(lang) for line in lines)))
                cells.append(_code(_answer(blank, FILL_IN.translate(lang))))
        about = {"code": sheet.code, "student": sheet.student}
        notebook = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {
                "clearprop": about,
                "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            },
            "cells": [{**cell, "id": f"cell-{at}"} for at, cell in enumerate(cells)],
        }
        return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


def _beginning(worksheet: Worksheet) -> str:
    sheet = worksheet.sheet
    about = {
        "asked": sheet.asked.text(),
        "params": sheet.problem.params.vector.tolist(),
        "X": sheet.problem.X.tolist(),
        "Y": sheet.problem.Y.tolist(),
    }
    return f"from clearprop.teach import begin, step\n\nexercise = begin({about!r})"


def _answer(blank: Blank, hint: str) -> str:
    empty = [""] * int(np.prod(blank.shape))
    line = f"{blank.name} = {empty!r}  # {hint}"
    return f"{line}\nstep({blank.name!r}, {blank.name})" if blank.is_number else line


def _markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(text: str) -> dict[str, Any]:
    return {
        "cell_type": "code", "metadata": {}, "source": text, "outputs": [],
        "execution_count": None,
    }  # fmt: skip
