"""Read CSV: a row that does not fit is an error with its line, never a guess.

The standard library's reader goes over the records first and knows their lines; pandas then reads
the values.
"""

import csv
import io
import re
from collections.abc import Collection, Hashable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from clearprop._errors import InputError
from clearprop._text import Text
from clearprop.data.decoding import decode
from clearprop.data.spelling import read_spellings
from clearprop.data.table import Table, first_repeated

if TYPE_CHECKING:
    import pandas

SEPARATORS = (",", ";", "\t", "|")
ROW_NAMES = Text(
    "the first column has no name: it holds the names of the rows and is left out.",
    "首列无列名，视为行名，不参与训练。",
)


class _Header(NamedTuple):
    names: list[str]
    line: int


def read_csv(
    content: bytes,
    source: str,
    text_columns: Collection[str] = (),
    *,
    strict: bool = False,
    left_out: int = 0,
) -> Table:
    """Return the table in the bytes of a CSV file.

    Parameters
    ----------
    content : bytes
        UTF-8, with or without a byte order mark, or what spreadsheets write (`decode`). The first
        line that is not blank is the header; a line such as ``sep=;`` may stand before it.
    source : str
        The name of the file in error messages.
    text_columns : collection of str
        Columns that are not to be read as numbers.
    strict : bool, default=False
        Take numbers only as programs write them, and refuse columns without a name.
    left_out : int, default=0
        Lines of the file that are left out between its header and the first row here.

    Raises
    ------
    InputError
        If the file is empty, no text, has no rows, has a column without a name or two of one name,
        or a row has more or fewer fields than the header.
    """
    text, note, _ = decode(content, source)
    if not text.strip():
        raise InputError(f"{source} is empty. try: a CSV file with a header and rows.")
    separator, start = _separator(text)
    stream = io.StringIO(text, newline="")
    stream.seek(start)
    records = _records(stream, separator, source, 1 + text.count("\n", 0, start))
    header = _header(records, source, strict)
    body = text[stream.tell() :].encode()
    lines = _checked_lines(records, header.names, source, left_out)
    known = {name for name in text_columns if name in header.names}
    frame = _frame(body, separator, header.names, dict.fromkeys(known, "str"))
    if len(frame) != len(lines):
        why = f"{source} cannot be read as one table: {len(lines)} or {len(frame)} rows?"
        raise InputError(f"{why} try: remove line breaks inside of fields.")
    written = _as_written(body, separator, header.names, frame)
    frame, notes = _without_nameless(frame, header, source)
    table = Table(frame, source, lambda row: f"line {lines[row]}", (*filter(None, [note]), *notes))
    return read_spellings(table, written, known, separator, strict=strict)


def _separator(text: str) -> tuple[str, int]:
    """Return the separator, and where the table begins.

    Spreadsheets may name the separator in a first line; else it is the one that occurs most often
    in the header, outside of quotes.
    """
    named = re.match(r"\s*sep=(.)[ \t]*\r?\n", text, flags=re.IGNORECASE)
    if named:
        return named[1], named.end()
    header = re.sub('"[^"]*"', "", text.lstrip().splitlines()[0])
    return max(SEPARATORS, key=header.count), 0


def _records(
    stream: io.StringIO, separator: str, source: str, line: int
) -> Iterator[tuple[int, list[str]]]:
    """Yield each record that is not blank with the line on which it begins."""
    reader = csv.reader(stream, delimiter=separator, skipinitialspace=True, strict=True)
    first = line
    try:
        for record in reader:
            if len(record) > 1 or (record and record[0].strip()):
                yield line, record
            line = reader.line_num + first
    except csv.Error as error:
        where = f"{source}, line {line}"
        raise InputError(f"{where}: {error}. try: look for a quote too few or too many.") from None


def _header(records: Iterator[tuple[int, list[str]]], source: str, strict: bool) -> _Header:
    """Return the names of the columns; one that has none is called after its place for now."""
    line, header = next(records, (1, [""]))
    names = [name.strip() for name in header]
    if not any(names):
        raise InputError(f"{source}, line {line}: no column has a name. try: a line with names.")
    if "" in names and strict:
        why = f"{source}, line {line}: column {names.index('') + 1} has no name."
        raise InputError(f"{why} try: name it, or remove it if it only counts the rows.")
    twice = first_repeated(filter(None, names))
    if twice is not None:
        why = f"{source}, line {line}: two columns are named {twice!r}."
        raise InputError(f"{why} try: rename one of them.")
    return _Header([name or _nameless(place) for place, name in enumerate(names)], line)


def _nameless(place: int) -> str:
    """Return a name that no file can hold, for a column without one."""
    return f"\0{place}"


def _checked_lines(
    records: Iterator[tuple[int, list[str]]], header: list[str], source: str, left_out: int
) -> npt.NDArray[np.int64]:
    """Return the line on which each row begins; refuse a row that does not fit the header."""

    def lines() -> Iterator[int]:
        for place, record in records:
            line = place + left_out
            if len(record) != len(header):
                why = f"{len(record)} fields, and the header has {len(header)}."
                hint = "add or remove a field; put quotes around text with a separator in it."
                raise InputError(f"{source}, line {line}: {why} try: {hint}")
            yield line

    return np.fromiter(lines(), dtype=np.int64)


def _frame(
    body: bytes, separator: str, names: list[str], types: dict[Hashable, str]
) -> "pandas.DataFrame":
    """Return the values, numbers to the last bit; columns with a type as they are written."""
    import pandas

    try:
        return pandas.read_csv(
            io.BytesIO(body),  # pandas reads bytes faster than text
            sep=separator,
            header=None,
            names=names,
            index_col=False,
            skipinitialspace=True,
            low_memory=False,
            dtype=types,
            **_to_the_last_bit(pandas.__version__),
        )
    except pandas.errors.EmptyDataError:
        return pandas.DataFrame(columns=names)


def _to_the_last_bit(version: str) -> dict[str, Any]:
    """Return the option that older versions of pandas need to read every bit of a number."""
    major, minor = map(int, version.split(".")[:2])
    return {} if (major, minor) >= (3, 1) else {"float_precision": "round_trip"}


def _as_written(
    body: bytes, separator: str, names: list[str], frame: "pandas.DataFrame"
) -> "pandas.DataFrame":
    """Return the columns that are not numbers throughout, as text; empty fields are missing."""
    import pandas
    from pandas.api import types

    doubtful = [
        name
        for name in frame.columns
        if not types.is_numeric_dtype(frame[name]) or frame[name].isna().any()
    ]
    if not doubtful or not len(frame):
        return pandas.DataFrame(index=frame.index)
    return pandas.read_csv(
        io.BytesIO(body),
        sep=separator,
        header=None,
        names=names,
        usecols=doubtful,
        index_col=False,
        skipinitialspace=True,
        dtype=str,
        keep_default_na=False,
        na_values=[""],
    )


def _without_nameless(
    frame: "pandas.DataFrame", header: _Header, source: str
) -> tuple["pandas.DataFrame", list[Text]]:
    """Leave out row names and empty columns; refuse any other column without a name."""
    nameless = [place for place, name in enumerate(header.names) if name == _nameless(place)]
    notes = []
    for place in nameless:
        if place == 0:
            notes.append(ROW_NAMES)
        elif not frame[_nameless(place)].isna().all():
            why = f"{source}, line {header.line}: column {place + 1} has no name."
            raise InputError(f"{why} try: name it, or remove it if it only counts the rows.")
    return frame.drop(columns=[_nameless(place) for place in nameless]), notes
