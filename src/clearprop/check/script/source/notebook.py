"""Read a notebook as one script: its cells of code, in their order."""

import ast
import json
import re
from dataclasses import dataclass
from typing import Any

from clearprop.check.script.source.python2 import as_python3
from clearprop.check.script.source.python312 import as_python311

COMMANDS = re.compile(r"(?m)^([ \t]*)(?:[%!?].*|.*\S\?)$")
"""Lines that are meant for the notebook: magics, commands of the shell, questions for help."""
OTHER_LANGUAGES = re.compile(r"^%%(?!time|timeit|capture|prun)\w+")


@dataclass(frozen=True)
class Cells:
    """The text of a notebook's cells, and where each of them starts."""

    text: str
    starts: tuple[tuple[int, int], ...]
    """The number of each cell among those of code, from 1, and its first line in the text."""

    def place(self, line: int) -> tuple[int, int]:
        """Return the cell, and the line in it, of a line of the text; both count from 1."""
        for number, start in reversed(self.starts):
            if line >= start:
                return number, line - start + 1
        return 1, line


def cells_of(content: str) -> Cells:
    """Return the code of a notebook.

    Raises
    ------
    SyntaxError
        If it is no notebook.
    """
    try:
        cells = json.loads(content)
        listed = cells["cells"] if "cells" in cells else cells["worksheets"][0]["cells"]
        codes = [cell for cell in listed if cell.get("cell_type") == "code"]
        sources = ["".join(cell.get("source", cell.get("input", ""))) for cell in codes]
    except (ValueError, LookupError, TypeError, AttributeError):
        raise SyntaxError("it is no notebook") from None
    language = language_of(cells)
    if language not in ("python", ""):
        raise SyntaxError(f"its language is {language}, and Python is read")
    text, starts, line = [], [], 1
    for number, source in enumerate(sources, start=1):
        code = python_of(source)
        starts.append((number, line))
        text.append(code.rstrip("\n") + "\n")
        line += text[-1].count("\n")
    return Cells("".join(text), tuple(starts))


def language_of(cells: dict[str, Any]) -> str:
    """Return the language that a notebook says its code is written in; ``""`` if it says none."""
    try:
        named = cells["metadata"]["kernelspec"].get("language", "")
        return str(named or cells["metadata"]["language_info"]["name"]).lower()
    except (LookupError, TypeError, AttributeError):
        return ""


def python_of(source: str) -> str:
    """Return the Python of a cell; nothing of one that is written in another language."""
    if OTHER_LANGUAGES.match(source.lstrip()):
        return "\n" * source.count("\n")
    source = from_the_margin(source)
    for text in (source, COMMANDS.sub(r"\1pass", source)):
        for python in (text, as_python311(text), as_python3(text)):
            try:
                ast.parse(python)
            except SyntaxError:
                continue
            return text
    return "\n" * source.count("\n")  # a cell that never ran


def from_the_margin(source: str) -> str:
    r"""Return a cell as notebooks run one whose first line is indented: all lines by as much less.

    Examples
    --------
    >>> from_the_margin("    x = 1\n    y = 2")
    'x = 1\ny = 2'
    """
    first = next((line for line in source.splitlines() if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return "".join(line.removeprefix(indent) for line in source.splitlines(keepends=True))
