"""A class: its students from a table, its folder of sheets, its grades."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from clearprop._errors import invalid_argument
from clearprop._text import Text
from clearprop.teach.answers import STUDENT, HandedIn
from clearprop.teach.asked import Asked
from clearprop.teach.feedback import points
from clearprop.teach.lists import column_of, rows_of
from clearprop.teach.marking import Marked, mark
from clearprop.teach.secret import code_of
from clearprop.teach.worksheets import worksheet_of_code

ABOUT = "worksheet.json"
"""The file of a folder of sheets that says what they ask; it holds no numbers and no key."""
CODE = re.compile(r"[A-Z2-7]{4}-[A-Z2-7]{4}")
MOST_STUDENTS = 2000


def students_of(path: Path) -> list[str]:
    """Return the students in a table.

    Raises
    ------
    InputError
        If there are none, or two have the same name.
    """
    if not path.is_file():
        raise invalid_argument("students", str(path), "no such file.", "class.csv.")
    rows = rows_of(path)
    column = column_of(rows[0], STUDENT) if rows else None
    body = rows if column is None else rows[1:]
    found = [row[column or 0] for row in body if len(row) > (column or 0)]
    students = [name for name in found if name]
    if not students or len(students) > MOST_STUDENTS:
        why = f"it has {len(students)} students."
        raise invalid_argument("students", str(path), why, f"one a row, up to {MOST_STUDENTS}.")
    twice = {name for name in students if students.count(name) > 1}
    if twice:
        why = f"{sorted(twice)[0]} stands there twice, and would get the same sheet."
        raise invalid_argument("students", str(path), why, "a column of numbers, named id.")
    return students


def file_name(student: str, code: str, suffix: str) -> str:
    """Return the name of a student's file: readable, and safe on every system."""
    safe = re.sub(r"[^\w-]+", "_", student).strip("_")[:40] or "student"
    return f"{safe}-{code}{suffix}"


@dataclass(frozen=True)
class Graded:
    """A student's marked sheet, and what is to be said about who handed it in.

    Attributes
    ----------
    handed_in : HandedIn
        What came.
    marked : Marked
        Its marks.
    note : Text or None
        That the code belongs to no student of this name.
    """

    handed_in: HandedIn
    marked: Marked
    note: Text | None = None


NOT_THEIRS = Text("the code is not the one of {student}", "编号与学生 {student} 不符")


def grade(asked: Asked, secret: bytes, handed_in: HandedIn) -> Graded:
    """Return the marks of what was handed in, by the code on it.

    Raises
    ------
    InputError
        If there is no code.
    """
    code = handed_in.code.strip().upper()
    if not CODE.fullmatch(code):
        why = f"{handed_in.source} has no code of a sheet ({code!r})."
        raise invalid_argument("answers", handed_in.source, why, "the code as it stands on it.")
    sheet = worksheet_of_code(asked, secret, code, handed_in.student)
    note = None
    if handed_in.student and code_of(secret, handed_in.student, asked.text()) != code:
        note = NOT_THEIRS.filled(student=handed_in.student)
    return Graded(handed_in, mark(sheet, handed_in.answers), note)


COLUMNS = ("student", "code", "points", "of", "first_wrong_step", "mistake", "note", "file")


def grades_table(graded: Iterable[Graded]) -> str:
    """Return the grades as CSV, one row a sheet."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for one in graded:
        table.writerow(grades_row(one))
    return text.getvalue()


def grades_row(one: Graded) -> Sequence[str]:
    """Return a row of the grades; nothing in it is taken for a spreadsheet's formula."""
    lang = one.marked.worksheet.sheet.asked.lang
    first = one.marked.first_wrong
    explained = "" if first is None or first.explained is None else first.explained.translate(lang)
    cells = (
        one.handed_in.student,
        one.marked.worksheet.sheet.code,
        points(one.marked.points),
        str(one.marked.most),
        "" if first is None else first.blank.name,
        explained,
        "" if one.note is None else one.note.translate(lang),
        one.handed_in.source,
    )
    return [f"'{cell}" if cell[:1] in "=+-@" and cell[:1] else cell for cell in cells]
