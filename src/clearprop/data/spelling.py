"""Columns of a CSV file as numbers, yes and no, or text, by what is written in them."""

from collections.abc import Callable, Collection, Mapping, Sequence
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
    points_set_thousands_apart,
    read_numerals,
)
from clearprop.data.table import Table

if TYPE_CHECKING:
    import pandas


def read_spellings(
    table: Table,
    as_written: "Callable[[Sequence[str]], pandas.DataFrame]",
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
    as_written : callable
        Returns columns with these names as they are written.
    text_columns : collection of str
        Columns that stay text.
    separator : str
        The separator of the file.
    strict : bool
        Whether numbers must be written as programs write them.
    """
    frame, notes = table.frame.copy(deep=False), list(table.notes)
    words, doubtful = set[str](), list[str]()
    written = as_written(others) if (others := _others_than_numbers(frame)) else frame[[]]
    for name in written.columns:
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
    fractions = [name for name in frame.columns if _has_fractions(frame[name])]
    pointed = _texts_of(as_written(fractions)) if fractions else {}
    return _with_numerals(table, _texts_of(frame[doubtful]), pointed, separator)


def _texts_of(frame: "pandas.DataFrame") -> dict[str, list[str | None]]:
    """Return the texts of each column, None where the value is missing."""
    return {name: [_present(value) for value in frame[name].tolist()] for name in frame.columns}


def _others_than_numbers(frame: "pandas.DataFrame") -> list[str]:
    """Return the columns that do not hold a number in every row."""
    from pandas.api import types

    return [
        name
        for name in frame.columns
        if not types.is_numeric_dtype(frame[name]) or frame[name].isna().any()
    ]


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
    table: Table,
    columns: Mapping[str, list[str | None]],
    fractions: Mapping[str, list[str | None]],
    separator: str,
) -> Table:
    """Return the table with numbers that are written for people read, and a note for each way.

    Beside `columns`, which programs do not read, stand those of `fractions`, which they do: in a
    file with decimal commas, their points may set thousands apart.
    """
    frame, notes, percent = table.frame, list(table.notes), set(table.percent)
    thousands = {
        name: texts
        for name, texts in fractions.items()
        if points_set_thousands_apart([text for text in texts if text is not None])
    }
    decimals = (fractions[name] for name in fractions.keys() - thousands.keys())
    points = any(text is not None and "." in text for texts in decimals for text in texts)
    decimal = _decimal_mark(columns.values(), separator, points=points)
    if decimal is None:
        return table
    if decimal == ",":
        columns = {**columns, **thousands}
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


def _has_fractions(values: "pandas.Series[Any]") -> bool:
    """Return whether a column was read as numbers that need not be whole."""
    from pandas.api import types

    return bool(types.is_float_dtype(values))


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
