"""Read CSV, strictly: a row that does not fit is an error with its line, never a guess.

The standard library's reader goes over the records first and knows their lines; pandas then reads
the values.
"""

import csv
import io
import re
from collections.abc import Collection, Hashable, Iterator

import numpy as np
import numpy.typing as npt

from clearprop._errors import InputError
from clearprop.data.table import Table, first_repeated

SEPARATORS = (",", ";", "\t", "|")


def read_csv(content: bytes, source: str, text_columns: Collection[str] = ()) -> Table:
    """Return the table in the bytes of a CSV file.

    Parameters
    ----------
    content : bytes
        UTF-8, with or without a byte order mark. The first line that is not blank is the header.
    source : str
        What error messages call the file.
    text_columns : collection of str
        Columns that are not to be read as numbers.

    Raises
    ------
    InputError
        If the file is empty, not UTF-8, has no rows, has a column without a name or two of one
        name, or a row has more or fewer fields than the header.
    """
    import pandas

    text = _decoded(content, source)
    separator = _separator(text)
    stream = io.StringIO(text, newline="")
    records = _records(stream, separator, source)
    header = _header(records, source)
    body = stream.tell()
    lines = _checked_lines(records, header, source)
    as_text: dict[Hashable, str] = {name: "str" for name in text_columns if name in header}
    try:
        frame = pandas.read_csv(
            io.BytesIO(text[body:].encode()),  # pandas reads bytes faster than text
            sep=separator,
            header=None,
            names=header,
            index_col=False,
            skipinitialspace=True,
            low_memory=False,
            dtype=as_text,
        )
    except pandas.errors.EmptyDataError:
        frame = pandas.DataFrame(columns=header)
    if len(frame) != len(lines):
        why = f"{source} cannot be read as one table: {len(lines)} or {len(frame)} rows?"
        raise InputError(f"{why} try: remove line breaks inside of fields.")
    return Table(frame, source, lambda row: f"line {lines[row]}")


def _decoded(content: bytes, source: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{source}, line {line}: this is not UTF-8 text. try: save the file as 'CSV UTF-8'."
        ) from None
    if "\0" in text:
        raise InputError(f"{source} is not a text file. try: a CSV or Parquet file.")
    if not text.strip():
        raise InputError(f"{source} is empty. try: a CSV file with a header and rows.")
    return text


def _separator(text: str) -> str:
    """Return the separator that occurs most often in the header, outside of quotes."""
    header = re.sub('"[^"]*"', "", text.lstrip().splitlines()[0])
    return max(SEPARATORS, key=header.count)


def _records(stream: io.StringIO, separator: str, source: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record that is not blank with the line on which it begins."""
    reader = csv.reader(stream, delimiter=separator, skipinitialspace=True, strict=True)
    line = 1
    try:
        for record in reader:
            if len(record) > 1 or (record and record[0].strip()):
                yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        where = f"{source}, line {line}"
        raise InputError(f"{where}: {error}. try: look for a quote too few or too many.") from None


def _header(records: Iterator[tuple[int, list[str]]], source: str) -> list[str]:
    line, header = next(records)
    names = [name.strip() for name in header]
    if "" in names:
        why = f"{source}, line {line}: column {names.index('') + 1} has no name."
        raise InputError(f"{why} try: name it, or remove it if it only counts the rows.")
    twice = first_repeated(names)
    if twice is not None:
        why = f"{source}, line {line}: two columns are named {twice!r}."
        raise InputError(f"{why} try: rename one of them.")
    return names


def _checked_lines(
    records: Iterator[tuple[int, list[str]]], header: list[str], source: str
) -> npt.NDArray[np.int64]:
    """Return the line on which each row begins; refuse a row that does not fit the header."""

    def lines() -> Iterator[int]:
        for line, record in records:
            if len(record) != len(header):
                why = f"{len(record)} fields, and the header has {len(header)}."
                hint = "add or remove a field; put quotes around text with a separator in it."
                raise InputError(f"{source}, line {line}: {why} try: {hint}")
            yield line

    return np.fromiter(lines(), dtype=np.int64)
