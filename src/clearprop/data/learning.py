"""The kind of a column, from its content: what it becomes, or why it is left out."""

import datetime
import re
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from clearprop._text import Text
from clearprop.data.columns import (
    ISO,
    MISSING,
    CategoricalColumn,
    Column,
    DateColumn,
    NumericColumn,
    days_of,
)
from clearprop.data.numerals import ROUNDED
from clearprop.data.table import Table
from clearprop.data.values import (
    FEW_CATEGORIES,
    ROWS_A_CATEGORY,
    check_repetition,
    holds_codes,
    holds_text,
    texts,
)

Rows = npt.NDArray[np.intp]

MAX_CATEGORIES = 1000
"""More categories are left out: each would be an input of its own."""
DATE_FORMATS = (
    ISO, "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y",
    "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y",
    "%b %d, %Y", "%B %d, %Y", "%Y年%m月%d日", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S",
    "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S",
)  # fmt: skip
"""The ways to write a date that are known."""
IDENTIFIER = re.compile(
    r"(^|.*[\s_.\-])(id|ids|identifier|index|rownames?|row\.names?|unnamed: 0)$"
    r"|(row|s|sl|sr|serial)[\s_.]*(no|num|number)\.?$"
    r"|.*(编号|序号|学号|工号)$",
    re.IGNORECASE,
)
"""Names of columns that number the rows; CamelCase such as PassengerId ends in Id or ID."""

FILLED = Text(
    "{columns}: a missing number becomes the mean of the training rows; a feature says so.",
    "{columns}：缺失的数值用训练行的均值填补，并另设一个特征标明缺失。",
)
MISSING_CATEGORY = Text(
    "{columns}: missing text is a category of its own.", "{columns}：缺失的文本自成一类。"
)
DATES = Text(
    "{columns}: dates become days since 1970-01-01.", "{columns}：日期转为自 1970-01-01 起的天数。"
)
CODES = Text(
    "{columns}: categories, since text stands among the numbers.",
    "{columns}：数值中夹有文本，按类别处理。",
)
NA_CATEGORY = Text("{columns}: NA is a category.", "{columns}：NA 视为一个类别。")
SAME = Text(
    "{columns}: the same in every row, which teaches nothing.",
    "{columns}：每一行都相同，无从学习。",
)
EMPTY = Text("{columns}: left out, every value is missing.", "{columns}：已略去，全部缺失。")
EMPTY_IN_TRAINING = Text(
    "{columns}: left out, no training row has a value.", "{columns}：已略去，训练行中全部缺失。"
)
NAMES = Text(
    "{columns}: left out, text of which too little repeats to learn from.",
    "{columns}：已略去，文本几乎不重复，无从学习。",
)
IDENTIFIERS = Text(
    "{columns}: left out, numbers that only tell the rows apart.",
    "{columns}：已略去，仅用于区分各行的编号。",
)
AMBIGUOUS_DATES = Text(
    "{columns}: left out, dates of which day and month cannot be told apart.",
    "{columns}：已略去，日期的日与月无法区分。",
)


class Learned(NamedTuple):
    """A column as it feeds the network, None if it is left out, and what was done to it."""

    column: Column | None
    done: tuple[Text, ...] = ()
    """Sentences with a place for ``{columns}``."""


def learn_column(table: Table, name: str, rows: Rows | None = None) -> Learned:
    """Return the column as the kind that its content shows it to be, with its gaps filled.

    Numbers and yes/no values are numeric. Text is dates or categories if most values are no
    numbers; else it is a numeric column with a mistake in it.

    Parameters
    ----------
    table : Table
    name : str
    rows : array of int, optional
        The training rows, which determine what fills a gap; all without it.

    Raises
    ------
    InputError
        If a value cannot stand in its column; it names row and column.
    """
    if table.missing(name).all():
        return Learned(None, (EMPTY,))
    if is_date(table, name):
        return _dated(table, DateColumn(name), rows)
    codes = not holds_text(table, name)
    if codes and not holds_codes(table, name):
        return _numeric(table, name, rows)
    present = texts(table.values(name)[~table.missing(name)].tolist())
    formats = date_formats(present)
    if formats:
        if len(formats) > 1:
            return Learned(None, (AMBIGUOUS_DATES,))
        return _dated(table, DateColumn(name, format=formats[0]), rows)
    distinct = len(set(present))
    if repeats_too_little(distinct, len(present)):
        return Learned(None, (NAMES,))
    column = CategoricalColumn.learn(table, name)
    done = [CODES] if codes else []
    done += [MISSING_CATEGORY] if MISSING in column.categories else []
    done += [NA_CATEGORY] if "NA" in column.categories else []
    done += [SAME] if len(column.categories) == 1 else []
    return Learned(column, tuple(done))


def learn_strictly(table: Table, name: str) -> Learned:
    """Return the column as numbers or categories; refuse everything else.

    Raises
    ------
    InputError
        If a value is missing or a date, or nearly every row has a text of its own.
    """
    present = table.column(name)
    if not holds_text(table, name):
        return Learned(NumericColumn(name, percent=name in table.percent))
    if is_date(table, name) or date_formats(texts(present.tolist())):
        why, hint = "this is a date, no plain number.", "turn it into a number, or leave it out."
        raise table.invalid_cell(0, name, why, hint)
    column = CategoricalColumn.learn(table, name)
    check_repetition(table, name, len(column.categories))
    return Learned(column)


def repeats_too_little(distinct: int, count: int) -> bool:
    """Return whether so many categories in so many rows tell the rows apart rather than group them.

    Examples
    --------
    >>> repeats_too_little(2, 3), repeats_too_little(9, 10), repeats_too_little(300, 1000)
    (False, True, True)
    """
    few = distinct <= FEW_CATEGORIES
    if few:
        return distinct > 5 and 2 * distinct > count
    return distinct > min(MAX_CATEGORIES, count // ROWS_A_CATEGORY)


def date_formats(present: list[str]) -> list[str]:
    """Return the formats in which every one of these texts is a date, and not the same dates."""
    import pandas

    if not present or not all(re.search(r"\d.*\D.*\d", text) for text in present[:20]):
        return []
    values = pandas.Series(present, dtype=object)
    found: dict[str, npt.NDArray[np.float64]] = {}
    for form in DATE_FORMATS:
        if not _is_written(present[0], form):
            continue
        days = days_of(values, form)
        if not np.isnan(days).any() and not any((days == other).all() for other in found.values()):
            found[form] = days
    return list(found)


def is_date(table: Table, name: str) -> bool:
    """Return whether a column holds dates, as values and not as text."""
    from pandas.api import types

    values = table.values(name)
    if types.is_datetime64_any_dtype(values):
        return True
    present = values[~table.missing(name)]
    return (
        values.dtype == object
        and len(present) > 0
        and all(isinstance(value, datetime.date) for value in present.tolist())
    )


def _is_written(text: str, form: str) -> bool:
    """Return whether a text is a date in this format."""
    if form == ISO:
        return re.match(r"\d{4}-\d\d(-\d\d)?([T ]\d\d:\d\d.*)?$", text) is not None
    try:
        datetime.datetime.strptime(text, form)
    except ValueError:
        return False
    return True


def _numeric(table: Table, name: str, rows: Rows | None) -> Learned:
    values = table.values(name)
    column = NumericColumn(name, percent=name in table.percent)
    array = column.values(table)
    if _numbers_rows(name, array):
        return Learned(None, (IDENTIFIERS,))
    learned = _filled(table, column, array, rows)
    if values.nunique(dropna=False) == 1 < len(values):
        return Learned(learned.column, (*learned.done, SAME))
    if values.dtype.kind in "iu" and len(array) and np.abs(array).max() > 2**53:
        return Learned(learned.column, (*learned.done, ROUNDED))
    return learned


def _dated(table: Table, column: DateColumn, rows: Rows | None) -> Learned:
    learned = _filled(table, column, column.values(table), rows)
    return Learned(learned.column, (DATES, *learned.done)) if learned.column else learned


def _filled(
    table: Table, column: NumericColumn, array: npt.NDArray[np.float64], rows: Rows | None
) -> Learned:
    """Return the column with the mean of the training rows for missing numbers."""
    missing = np.isnan(array)
    if not missing.any():
        return Learned(column)
    known = array if rows is None else array[rows]
    if np.isnan(known).all():
        return Learned(None, (EMPTY_IN_TRAINING,))
    fill = float(np.nanmean(known))
    lacking = bool(np.isnan(known).any())
    return Learned(replace(column, fill=fill, says_missing=lacking), (FILLED,))


def _numbers_rows(name: str, array: npt.NDArray[np.float64]) -> bool:
    """Return whether a column is called an identifier and has whole numbers of which few repeat.

    A number that comes twice or more often as a rule may stand for a group, such as a shop.
    """
    called = IDENTIFIER.match(name) or re.search(r"[a-z](Id|ID)$", name)
    if not called or len(array) <= 2 or np.isnan(array).any():
        return False
    return bool((array == np.round(array)).all()) and 2 * len(np.unique(array)) > len(array)
