"""The values of one column of a table, as numbers or as texts."""

import datetime
import decimal
import numbers as numeric
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import InputError
from clearprop.data.numerals import MISSING_WORDS, is_formatted, plain, plain_numbers
from clearprop.data.table import Table

if TYPE_CHECKING:
    import pandas

FEW_CATEGORIES = 20
"""Up to so many categories are always accepted; more only if most of them repeat."""
ROWS_A_CATEGORY = 5
"""Rows that a category must have on average, where there are more than a few."""
LARGEST = 1e150
"""Numbers beyond it have squares that float64 does not hold."""


def numbers(table: Table, name: str) -> npt.NDArray[np.float64]:
    """Return a column of numbers, shape (m,); yes/no values become 1 and 0.

    Raises
    ------
    InputError
        If a value is missing, text, infinite, too large or a date; it names row and column.
    """
    table.column(name)
    array = numbers_or_missing(table, name)
    if np.isnan(array).any():
        raise table.missing_values(name, np.flatnonzero(np.isnan(array)))
    return array


def numbers_or_missing(table: Table, name: str) -> npt.NDArray[np.float64]:
    """Return a column of numbers, shape (m,), with NaN where the value is missing.

    Raises
    ------
    InputError
        If a value is text, infinite, too large or a date; it names row and column.
    """
    from pandas.api import types

    values, missing = table.values(name), table.missing(name)
    if is_time(values) or types.is_complex_dtype(values):
        why, hint = "it is no plain number.", "turn the column into numbers, or leave it out."
        raise table.invalid_cell(0, name, why, hint)
    if types.is_numeric_dtype(values):
        array = values.to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    else:
        array = plain_numbers(values.tolist())
        missing |= [isinstance(v, str) and v.strip() in MISSING_WORDS for v in values.tolist()]
    array[missing] = np.nan
    text = np.flatnonzero(np.isnan(array) & ~missing)
    if len(text):
        others = f", as {len(text)} of {len(values)} are" if len(text) > 1 else ""
        why = f"this is text in a column of numbers{others}."
        raise table.invalid_cell(int(text[0]), name, why, "correct it, or delete the row.")
    infinite = np.flatnonzero(np.isinf(array))
    if len(infinite):
        why = "the number is infinite or too large."
        raise table.invalid_cell(int(infinite[0]), name, why, "correct it, or delete the row.")
    large = np.flatnonzero(np.abs(array) > LARGEST)
    if len(large):
        why = "the number is too large: its square is beyond what float64 holds."
        raise table.invalid_cell(int(large[0]), name, why, "another unit, or delete the row.")
    return array


def texts(values: Iterable[Any]) -> list[str]:
    """Return the values as categories are written: 3.0 as "3", text without outer blanks."""
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def holds_text(table: Table, name: str) -> bool:
    """Return whether the values of a column are text that is mostly no numbers.

    Raises
    ------
    InputError
        If they are text that means numbers (1,5 or 10 %), or lists, records or bytes.
    """
    from pandas.api import types

    values = table.values(name)
    if types.is_bool_dtype(values) or types.is_numeric_dtype(values) or is_time(values):
        return False
    check_plain_values(table, name)
    if isinstance(values.dtype, types.CategoricalDtype):
        return True
    present = [
        value for value, no in zip(values.tolist(), table.missing(name), strict=True) if not no
    ]
    is_number = ~np.isnan(plain_numbers(present))
    _check_numerals(table, name, present)
    return bool(is_number.mean() <= 0.5) if present else False


def holds_codes(table: Table, name: str) -> bool:
    """Return whether whole numbers stand among text on purpose, and not by a slip of the pen.

    Codes such as 207a are known by their letters beside digits, if there are several; a word such
    as X or rotary by the few values of the column, which repeat.
    """
    from pandas.api import types

    values = table.values(name)
    if types.is_numeric_dtype(values):
        return False
    given = values[~table.missing(name)].tolist()
    present = texts(given)
    others = [text for text in present if not text.isdecimal()]
    written = [v.strip() for v in given if isinstance(v, str) and np.isnan(plain(v))]
    codes = [text for text in written if re.fullmatch(r"(?=.*\d)(?=.*[^\W\d_])\w+", text)]
    words = [text for text in written if re.fullmatch(r"\D*[^\W\d_]\D*", text)]
    if not others or len(codes) + len(words) < len(others):
        return False
    if words and len(set(present)) > min(FEW_CATEGORIES, len(present) // ROWS_A_CATEGORY):
        return False
    return not codes or len(codes) >= max(3, 0.005 * len(present))


def check_plain_values(table: Table, name: str) -> None:
    """Refuse a column with anything in it but numbers, texts and dates."""
    kinds = (str, bool, numeric.Number, decimal.Decimal, datetime.date)
    values = table.values(name)
    if values.dtype != object:
        return
    for row, value in enumerate(values.tolist()):
        if not isinstance(value, kinds) and not table.missing(name)[row]:
            kind = {"ndarray": "list", "dict": "record", "bytes": "byte string"}.get(
                type(value).__name__
            )
            why = f"a {kind or type(value).__name__} is no plain number or text."
            hint = "spread it over columns, or leave the column out."
            raise table.invalid_cell(row, name, why, hint)


def _check_numerals(table: Table, name: str, present: list[Any]) -> None:
    """Refuse text that means numbers but is not written as programs write them."""
    written = [value for value in present if isinstance(value, str) and is_formatted(value)]
    if not written:
        return
    plain_too = sum(not np.isnan(plain(value)) for value in present)
    if len(written) + plain_too < 0.5 * len(present):
        return
    row = next(n for n, value in enumerate(table.values(name).tolist()) if value == written[0])
    what, hint = "other signs than digits and a point stand", "write 1234.5."
    if "%" in written[0] or "％" in written[0]:
        what, hint = "per cent signs stand", "leave the signs out."
    elif "," in written[0]:
        what, hint = "commas stand", "write 3.14, not 3,14, and 1200, not 1,200."
    raise table.invalid_cell(row, name, f"{what} in its numbers.", hint)


def check_repetition(table: Table, name: str, distinct: int) -> None:
    """Refuse a column of categories or classes in which hardly a value comes twice."""
    if distinct > max(FEW_CATEGORIES, len(table) // 2):
        why = f"its {len(table)} rows hold {distinct} different values, too many for categories."
        hint = "leave the column out, or turn it into numbers."
        raise InputError(f"{table.source}, column {name!r}: {why} try: {hint}")


def is_time(values: "pandas.Series[Any]") -> bool:
    """Return whether they are dates, times or durations."""
    from pandas.api import types

    return types.is_datetime64_any_dtype(values) or types.is_timedelta64_dtype(values)
