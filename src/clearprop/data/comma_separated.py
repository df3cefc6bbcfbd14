"""Read CSV: a row that does not fit is an error with its line, never a guess.

The standard library's reader goes over the records first and knows their lines; pandas then reads
the values.
"""

import csv
import io
from collections.abc import Collection, Hashable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import InputError
from clearprop._text import Text
from clearprop.data.decoding import decode
from clearprop.data.layout import Layout, layout_of, records_of
from clearprop.data.spelling import read_spellings
from clearprop.data.table import Table, first_repeated

if TYPE_CHECKING:
    import pandas

ROW_NAMES = Text(
    "the first column has no name: it holds the names of the rows and is left out.",
    "首列无列名，视为行名，不参与训练。",
)


def read_csv(
    content: bytes,
    source: str,
    text_columns: Collection[str] = (),
    *,
    strict: bool = False,
    layout: Layout | None = None,
    left_out: int = 0,
) -> Table:
    """Return the table in the bytes of a CSV file.

    Parameters
    ----------
    content : bytes
        UTF-8, with or without a byte order mark, or what spreadsheets write (`decode`).
    source : str
        The name of the file in error messages.
    text_columns : collection of str
        Columns that are not to be read as numbers.
    strict : bool, default=False
        Take numbers only as programs write them, and refuse columns without a name.
    layout : Layout, optional
        How to cut it into records; found in the text without it (`layout_of`).
    left_out : int, default=0
        Lines of the file that are left out before the first row here.

    Raises
    ------
    InputError
        If the file is empty, no text, has no rows, has a column without a name or two of one name,
        or a row has more or fewer fields than the header.
    """
    text, note, _ = decode(content, source)
    if not text.strip():
        raise InputError(f"{source} is empty. try: a CSV file with a header and rows.")
    layout = layout or layout_of(text)
    header = _header(layout, source, strict)
    rows = layout.rows(text)
    first_line = 1 + text.count("\n", 0, layout.start) + left_out
    lines = _checked_lines(rows, layout, source, first_line)
    body, separator = rows.encode(), layout.separator
    known = {name for name in text_columns if name in header}
    frame = _frame(body, separator, header, dict.fromkeys(known, "str"))
    if len(frame) != len(lines):
        why = f"{source} cannot be read as one table: {len(lines)} or {len(frame)} rows?"
        raise InputError(f"{why} try: remove line breaks inside of fields.")
    as_written = partial(_as_written, body, separator, header)
    frame, notes = _without_nameless(frame, header, layout.line, source)
    notes = [*filter(None, [note]), *layout.notes, *notes]
    table = Table(frame, source, lambda row: f"line {lines[row]}", tuple(notes))
    return read_spellings(table, as_written, known, separator, strict=strict)


def _header(layout: Layout, source: str, strict: bool) -> list[str]:
    """Return the names of the columns; one that has none is called after its place for now."""
    where, names = f"{source}, line {layout.line}", layout.names
    if not any(names):
        raise InputError(f"{where}: no column has a name. try: a line with names.")
    if "" in names and strict:
        why = f"{where}: column {names.index('') + 1} has no name."
        raise InputError(f"{why} try: name it, or remove it if it only counts the rows.")
    if layout.notes and strict:
        raise InputError(f"{where}: {layout.notes[0].en} try: a line with names.")
    twice = first_repeated(filter(None, names))
    if twice is not None:
        why = f"{where}: two columns are named {twice!r}."
        raise InputError(f"{why} try: rename one of them.")
    return [name or _nameless(place) for place, name in enumerate(names)]


def _nameless(place: int) -> str:
    """Return a name that no file can hold, for a column without one."""
    return f"\0{place}"


def _checked_lines(
    rows: str, layout: Layout, source: str, first_line: int
) -> npt.NDArray[np.int64]:
    """Return the line on which each row begins; refuse a row that does not fit the header."""
    fields = len(layout.names)

    def lines() -> Iterator[int]:
        line = first_line
        try:
            for line, record, _ in records_of(
                io.StringIO(rows, newline=""), layout.separator, first_line
            ):
                if len(record) != fields:
                    why = f"{len(record)} fields, and the header has {fields}."
                    hint = "add or remove a field; put quotes around text with a separator in it."
                    raise InputError(f"{source}, line {line}: {why} try: {hint}")
                yield line
        except csv.Error as error:
            where = f"{source}, line {line}"
            hint = "look for a quote too few or too many."
            raise InputError(f"{where}: {error}. try: {hint}") from None

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
    body: bytes, separator: str, names: list[str], wanted: Sequence[str]
) -> "pandas.DataFrame":
    """Return some of the columns as text; empty fields are missing."""
    import pandas

    return pandas.read_csv(
        io.BytesIO(body),
        sep=separator,
        header=None,
        names=names,
        usecols=list(wanted),
        index_col=False,
        skipinitialspace=True,
        dtype=str,
        keep_default_na=False,
        na_values=[""],
    )


def _without_nameless(
    frame: "pandas.DataFrame", header: list[str], line: int, source: str
) -> tuple["pandas.DataFrame", list[Text]]:
    """Leave out row names and empty columns; refuse any other column without a name."""
    nameless = [place for place, name in enumerate(header) if name == _nameless(place)]
    notes = []
    for place in nameless:
        if place == 0:
            notes.append(ROW_NAMES)
        elif not frame[_nameless(place)].isna().all():
            why = f"{source}, line {line}: column {place + 1} has no name."
            raise InputError(f"{why} try: name it, or remove it if it only counts the rows.")
    return frame.drop(columns=[_nameless(place) for place in nameless]), notes
