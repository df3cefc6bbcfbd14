"""Answers as they are handed in: the page's JSON, a notebook, or a table typed from paper."""

import ast
import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearprop._errors import InputError, invalid_argument
from clearprop.teach.forms.html import ANSWERS
from clearprop.teach.lists import column_of, rows_of

STUDENT = ("student", "name", "id", "学生", "姓名", "学号")
"""Headings of the column in which the students stand; the first column without one of them."""
CODE, BLANK, FIELDS = ("code", "编号"), ("blank", "题目", "空"), ("answers", "answer", "答案")
"""Headings of a table that was typed from paper."""
LARGEST = 10 * 2**20
"""Bytes of a file of answers; no sheet has more."""


@dataclass(frozen=True)
class HandedIn:
    """What one student handed in.

    Attributes
    ----------
    source : str
        The file.
    code : str
        The code on the sheet.
    student : str
        The name in the file.
    answers : mapping of str to sequence
        Fields by the name of the blank.
    """

    source: str
    code: str
    student: str
    answers: Mapping[str, Sequence[object]]


def read_answers(path: Path) -> list[HandedIn]:
    """Return the answers in a file: one student's, or of a CSV table those of a row each.

    Raises
    ------
    InputError
        If the file is none of the three forms.
    """
    if not path.is_file():
        raise invalid_argument("answers", str(path), "no such file.", "answers/*.json.")
    if path.stat().st_size > LARGEST:
        raise invalid_argument("answers", str(path), "it is larger than 10 MB.", "answers alone.")
    try:
        if path.suffix.lower() == ".csv":
            return list(_of_table(rows_of(path), path.name))
        given = json.loads(path.read_text(encoding="utf-8-sig"))
    except (InputError, UnicodeDecodeError, json.JSONDecodeError, csv.Error, RecursionError):
        raise _unreadable(path) from None
    if isinstance(given, dict) and "cells" in given:
        return [_of_notebook(given, path)]
    if not isinstance(given, dict) or given.get("format") != ANSWERS:
        raise _unreadable(path)
    answers = given.get("answers")
    if not isinstance(answers, dict):
        raise _unreadable(path)
    fields = {str(name): _fields(value) for name, value in answers.items()}
    return [HandedIn(path.name, str(given.get("code", "")), str(given.get("student", "")), fields)]


def _unreadable(path: Path) -> Exception:
    why = "it is neither the page's answers, nor a worksheet's notebook, nor a table."
    hint = "answers-CODE.json, the .ipynb, or a CSV with the columns code, blank, answers."
    return invalid_argument("answers", str(path), why, hint)


def _fields(value: object) -> list[object]:
    """Return the fields of an answer, however deep its rows stand."""
    if isinstance(value, (list, tuple)):
        return [one for part in value for one in _fields(part)]
    return [value]


def _of_table(rows: Sequence[Sequence[str]], source: str) -> Iterator[HandedIn]:
    """Yield the answers of each code in a table of code, blank and answers, in cells or blanks."""
    header = rows[0] if rows else ()
    code, blank, first = (column_of(header, names) for names in (CODE, BLANK, FIELDS))
    student = column_of(header, STUDENT)
    if code is None or blank is None or first is None:
        raise csv.Error
    found: dict[str, dict[str, list[object]]] = {}
    names: dict[str, str] = {}
    for row in rows[1:]:
        if len(row) <= max(code, blank):
            raise csv.Error
        fields = " ".join(row[first:]).replace(";", " ").replace("；", " ").split()
        found.setdefault(row[code], {})[row[blank]] = [*fields]
        names[row[code]] = row[student] if student is not None and student < first else ""
    for one, answers in found.items():
        yield HandedIn(source, one, names[one], answers)


def _of_notebook(notebook: Mapping[str, Any], path: Path) -> HandedIn:
    """Return what a notebook's cells assign; nothing in it is run."""
    about = notebook.get("metadata", {}).get("clearprop", {})
    answers: dict[str, Sequence[object]] = {}
    for cell in notebook.get("cells", []):
        if cell.get("cell_type") == "code":
            source = cell.get("source", "")
            answers |= _assigned("".join(source) if isinstance(source, list) else str(source))
    return HandedIn(path.name, str(about.get("code", "")), str(about.get("student", "")), answers)


def _assigned(source: str) -> dict[str, Sequence[object]]:
    """Return the literals that a cell assigns to names, numbers with the digits as written."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, Sequence[object]] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = list(_written(node.value, source))
    return found


def _written(node: ast.expr, source: str) -> Iterator[str]:
    if isinstance(node, (ast.List, ast.Tuple)):
        for inner in node.elts:
            yield from _written(inner, source)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    else:
        yield ast.get_source_segment(source, node) or ""
