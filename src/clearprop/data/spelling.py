"""Columns of a CSV file as numbers, yes and no, or text, by what is written in them."""

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from clearprop._text import Text
from clearprop.data.numerals import (
    GROUPED,
    MISSING_WORDS,
    PROGRAMS_MISSING_WORDS,
    ROUNDED,
    Numerals,
    holds_decimal_commas,
    holds_grouping_commas,
    is_number,
    plain_numbers,
    read_numerals,
)
from clearprop.data.table import Table

if TYPE_CHECKING:
    import pandas


def read_spellings(
    table: Table,
    written: "pandas.DataFrame",
    text_columns: Collection[str],
    separator: str,
    *,
    strict: bool,
) -> Table:
    """Return the table with its columns of text read as what they are.

    A column is numbers if every value is one, or a word that stands for a missing number. Numbers
    that are written for people (1,5 or 1,200 or 10 %) are read unless `strict`, and said, where
    the whole file leaves no doubt of what they mean; else they stay text.

    Parameters
    ----------
    table : Table
    written : DataFrame
        The columns that are not numbers throughout, as they are written.
    text_columns : collection of str
        Columns that stay text.
    separator : str
        The separator of the file.
    strict : bool
        Whether numbers must be written as programs write them.
    """
    frame, notes = table.frame.copy(deep=False), list(table.notes)
    words, doubtful = set[str](), list[str]()
    for name in written.columns:
        if name not in frame.columns:
            continue
        texts = [_stripped(value) for value in written[name].tolist()]
        numbers = None if name in text_columns else _numbers(frame[name], texts, strict=strict)
        if numbers is not None:
            frame[name] = numbers
            words.update(text for text in texts if text in MISSING_WORDS)
            if any(text and len(text) > 19 and text.isdecimal() for text in texts):
                notes.append(ROUNDED.filled(columns=name))  # pandas has no such integers
        elif not _is_bool(frame[name]):
            frame[name] = np.array(texts, dtype=object)
            present = [text for text in texts if text and text not in MISSING_WORDS]
            if name not in text_columns and present and all(map(is_number, present)):
                doubtful.append(name)
    table = replace(table, frame=frame, notes=tuple(notes), missing_words=frozenset(words))
    if strict or not doubtful:
        return table
    points = any(_has_points(frame[name], written.get(name)) for name in frame.columns)
    return _with_numerals(table, doubtful, separator, points=points)


def _numbers(
    values: "pandas.Series[Any]", texts: list[str | None], *, strict: bool
) -> npt.NDArray[np.float64] | None:
    """Return the column as numbers, None if it has others than numbers and missing ones."""
    from pandas.api import types

    if types.is_numeric_dtype(values) and not _is_bool(values):
        array = values.to_numpy(dtype=np.float64)
        return None if np.isnan(array).all() else array
    missing = PROGRAMS_MISSING_WORDS if strict else MISSING_WORDS
    present = np.array([text is not None and text not in missing for text in texts])
    numbers = plain_numbers(
        [text if there else None for text, there in zip(texts, present, strict=True)]
    )
    return numbers if present.any() and not np.isnan(numbers[present]).any() else None


def _with_numerals(
    table: Table, doubtful: Collection[str], separator: str, *, points: bool
) -> Table:
    """Return the table with numbers that are written for people read, and a note for each way.

    `points` says whether other columns have decimal points.
    """
    frame, notes, percent = table.frame, list(table.notes), set(table.percent)
    columns = {name: [_present(value) for value in frame[name].tolist()] for name in doubtful}
    decimal = _decimal_mark(columns.values(), separator, points=points)
    if decimal is None:
        return table
    for name, texts in columns.items():
        found = read_numerals(texts, decimal=decimal)
        if found is None:
            continue
        frame[name] = found.values
        notes.append(_note(name, found))
        if found.percent:
            percent.add(name)
    return replace(table, frame=frame, notes=tuple(notes), percent=frozenset(percent))


def _note(name: str, found: Numerals) -> Text:
    unit = Text(", in per cent", "，单位为百分之一") if found.percent else Text("", "")
    return Text("column {name}: {how}{unit}.", "列 {name}：{how}{unit}。").filled(
        name=repr(name), how=found.how, unit=unit
    )


def _decimal_mark(
    columns: Collection[list[str | None]], separator: str, *, points: bool
) -> str | None:
    """Return the decimal mark of the file; None if it cannot be told, or the columns disagree."""
    texts = [text for column in columns for text in column if text is not None]
    points = points or holds_grouping_commas(texts)
    if holds_decimal_commas(texts):
        return None if points else ","
    if separator == "," or points:
        return "."
    doubtful = any(GROUPED[","].fullmatch(text) for text in texts)
    return None if doubtful else "."


def _has_points(values: "pandas.Series[Any]", written: "pandas.Series[Any] | None") -> bool:
    """Return whether a column holds numbers that are written with a point, be it 1.000."""
    from pandas.api import types

    if not types.is_float_dtype(values):
        return False
    if written is None:  # whole numbers without a point would not have become floats
        return True
    return bool(written.str.contains(".", regex=False).any())


def _is_bool(values: "pandas.Series[Any]") -> bool:
    from pandas.api import types

    return bool(types.is_bool_dtype(values))


def _present(value: Any) -> str | None:
    """Return a text, None for a missing value and for a word that stands for one."""
    text = _stripped(value)
    return None if text in MISSING_WORDS else text


def _stripped(value: Any) -> str | None:
    """Return a text without outer blanks, None if nothing is left."""
    return (value.strip() or None) if isinstance(value, str) else None
