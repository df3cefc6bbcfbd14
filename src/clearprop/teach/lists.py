"""Lists that teachers keep in a spreadsheet: students, and answers typed from paper."""

import csv
from collections.abc import Sequence
from pathlib import Path

from clearprop.data.decoding import decode

SEPARATORS = ",;\t"
"""What stands between cells: a comma, or what Excel writes where the comma is in numbers."""


def rows_of(path: Path) -> list[list[str]]:
    """Return the rows of a CSV file that hold something, in the encodings that spreadsheets write.

    Raises
    ------
    InputError
        If it is no text.
    csv.Error
        If its cells cannot be told apart.
    """
    text = decode(path.read_bytes(), path.name).text
    first = text.lstrip().partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    rows = csv.reader(text.splitlines(), delimiter=separator)
    return [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]


def column_of(header: Sequence[str], names: Sequence[str]) -> int | None:
    """Return the place of the column that has one of these names, if there is one."""
    lowered = [cell.lower() for cell in header]
    return next((lowered.index(name) for name in names if name in lowered), None)
