"""Read a table from a file: CSV or Parquet, told apart by content."""

import os
import sys
from collections.abc import Collection
from pathlib import Path

from clearprop._errors import invalid_argument
from clearprop._extras import require
from clearprop.data.comma_separated import read_csv
from clearprop.data.compressed import decompress
from clearprop.data.parquet import read_parquet
from clearprop.data.table import Table
from clearprop.files.access import STANDARD, PathLike, check_readable, unreadable

FOREIGN = {
    b"\xd0\xcf\x11\xe0": "it is a spreadsheet.",
    b"%PDF": "it is a PDF.",
    b"\x89PNG": "it is a picture.",
    b"\x93NUMPY": "it is an array of NumPy.",
    b"\x80\x04": "it is a pickle.",
    b"\x80\x05": "it is a pickle.",
    b"MATLAB 5.0 MAT-file": "it is a file of MATLAB.",
    b"<stata_dta": "it is a file of Stata.",
    b"$FL2": "it is a file of SPSS.",
    b"ARROW1": "it is a file of Arrow.",
    b"SQLite format 3": "it is a database.",
    b"<html": "it is a web page.",
    b"<!doctype html": "it is a web page.",
    b"<!DOCTYPE html": "it is a web page.",
    b"[{": "it is JSON.",
    b'{"': "it is JSON.",
}
"""The beginnings of files that people hand in instead of a table."""


def read_table(
    path: PathLike, text_columns: Collection[str] = (), *, strict: bool = False
) -> Table:
    """Return the table in a file.

    Parameters
    ----------
    path : path-like
        A CSV file (separated by comma, semicolon, tab, bar or spaces; with a header, or the columns
        are called column1, column2 and so on), an ARFF or a Parquet file; also alone in a .zip or
        .gz file.
    text_columns : collection of str
        Columns whose values are text even where they look like numbers (CSV; "007" stays "007").
    strict : bool, default=False
        Take numbers only as programs write them, and refuse columns without a name.

    Raises
    ------
    InputError
        If the file cannot be read as a table: the message names the line.
    """
    source, content = name_of(path), _content(path)
    require("a table", "pandas")
    content = decompress(content, source)
    if content.startswith(b"PAR1"):
        return read_parquet(content, source)
    for beginning, why in FOREIGN.items():
        if content.startswith(beginning):
            raise invalid_argument("data", source, why, "a CSV or Parquet file.")
    return read_csv(content, source, text_columns, strict=strict)


def name_of(path: PathLike) -> str:
    """Return the name of a table's file, as people read it."""
    return "standard input" if os.fspath(path) == STANDARD else Path(path).name


def _content(path: PathLike) -> bytes:
    check_readable(path)
    try:
        if os.fspath(path) == STANDARD:
            return b"" if sys.stdin is None else sys.stdin.buffer.read()
        return Path(path).read_bytes()
    except OSError as error:  # a bad disk, a network drive that went away
        raise unreadable(path, error) from None
