"""Tables whose errors name the place of a value."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from clearprop._errors import InputError, invalid_argument, shown
from clearprop._extras import require
from clearprop._text import Text
from clearprop.data.numerals import ALWAYS_MISSING

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Table:
    """Named columns of equal length, at least one row, no name twice.

    Parameters
    ----------
    frame : pandas.DataFrame
    source : str
        What people call the table: the file's name.
    place : callable
        From the number of a row, counted from 0, to the words that say where it stands.
    notes : tuple of Text
        What was done to read it, where that is more than to take it as it stands.
    missing_words : frozenset of str
        Words that stand for missing numbers in it, and so perhaps for missing text.
    percent : frozenset of str
        The columns whose numbers stand before a per cent sign.
    """

    frame: "pandas.DataFrame"
    source: str = "the table"
    place: Callable[[int], str] = "row {}".format
    notes: tuple[Text, ...] = ()
    missing_words: frozenset[str] = frozenset()
    percent: frozenset[str] = frozenset()
    _missing: dict[str, npt.NDArray[np.bool_]] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if not len(self.frame.columns):
            raise InputError(f"{self.source} has no columns. try: a table with a header.")
        names = [str(name) for name in self.frame.columns]
        twice = first_repeated(names)
        if twice is not None:
            why = f"{self.source} has two columns named {twice!r}."
            raise InputError(f"{why} try: rename one of them.")
        if not len(self.frame):
            why = f"{self.source} has a header and no rows."
            raise InputError(f"{why} try: a table with at least one row.")
        object.__setattr__(self, "frame", self.frame.set_axis(names, axis="columns"))

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def names(self) -> list[str]:
        """The names of all columns."""
        return list(self.frame.columns)

    def column(self, name: str) -> "pandas.Series[Any]":
        """Return a column; every one of its values is there.

        Raises
        ------
        InputError
            If there is no such column, or a value is missing.
        """
        values, missing = self.values(name), self.missing(name)
        if missing.any():
            raise self.missing_values(name, missing.nonzero()[0])
        return values

    def values(self, name: str) -> "pandas.Series[Any]":
        """Return a column as it is, values missing or not.

        Raises
        ------
        InputError
            If there is no such column.
        """
        if name not in self.frame.columns:
            raise self.unknown_column(name)
        return self.frame[name].reset_index(drop=True)

    def missing(self, name: str) -> npt.NDArray[np.bool_]:
        """Return for each row whether a column has no value there, shape (m,).

        Besides empty cells these are words such as NaN, and in a column of text those that stand
        for missing numbers elsewhere in the table, or NA; not where NA is a code among codes, such
        as Namibia among countries.

        Raises
        ------
        InputError
            If there is no such column.
        """
        if name not in self._missing:
            self._missing[name] = self._find_missing(name)
        return self._missing[name].copy()

    def _find_missing(self, name: str) -> npt.NDArray[np.bool_]:
        values = self.values(name)
        missing = values.isna().to_numpy(dtype=bool, copy=True)
        if values.dtype == object or str(values.dtype).startswith(("str", "category")):
            texts = values.astype(str).str.strip()
            words = {"", *ALWAYS_MISSING, *self.missing_words, "NA"}
            if _are_codes(set(texts[~missing]) - words):
                words.discard("NA")
            missing |= texts.isin(words).to_numpy(dtype=bool)
        return missing

    def take(self, rows: npt.NDArray[np.intp]) -> "Table":
        """Return some of the rows as a table; errors in it still name their places."""
        place, numbers = self.place, rows.tolist()
        frame = self.frame.iloc[rows].reset_index(drop=True)
        return replace(self, frame=frame, place=lambda row: place(numbers[row]))

    def rows_with_values(self, names: Sequence[str]) -> npt.NDArray[np.intp]:
        """Return the rows in which every one of these columns has a value.

        Raises
        ------
        InputError
            If there is no such column, or no such row.
        """
        missing = np.zeros(len(self), dtype=bool)
        for name in names:
            missing |= self.missing(name)
            if missing.all():
                raise self.missing_values(name, missing.nonzero()[0])
        return np.flatnonzero(~missing)

    def with_values(self, names: Sequence[str]) -> "Table":
        """Return the table without the rows in which one of these columns has no value."""
        rows = self.rows_with_values(names)
        return self if len(rows) == len(self) else self.take(rows)

    def unknown_column(self, name: str) -> InputError:
        """Return the error for a column that is not there."""
        near = get_close_matches(name.casefold(), [n.casefold() for n in self.names], n=1)
        if near:
            hint = repr(next(n for n in self.names if n.casefold() == near[0]))
        else:
            hint = shortened(map(repr, self.names))
        return InputError(f"{self.source}: there is no column {name!r}. try: {hint}.")

    def place_text(self, row: int) -> Text:
        """Return the words that say where a row stands, for a sentence of either language."""
        words = self.place(row)
        line = re.search(r"\d+", words)
        return Text(words, words if line is None else f"第 {line[0]} 行")

    def invalid_cell(self, row: int, name: str, why: str, hint: str) -> InputError:
        """Return the error for one value: it names row and column, the value, why, what to try."""
        value = self.frame[name].iloc[row]
        value = shown(value.item() if isinstance(value, np.generic) else value)
        where = f"{self.source}, {self.place(row)}, column {name!r}"
        return InputError(f"{where} (={value}): {why} try: {hint}")

    def missing_values(self, name: str, rows: npt.NDArray[np.intp]) -> InputError:
        """Return the error for values that are missing in these rows of a column."""
        if len(rows) == len(self):
            why, hint = "every value is missing.", "leave the column out."
            return InputError(f"{self.source}, column {name!r}: {why} try: {hint}")
        others = f" ({len(rows)} rows lack it)" if len(rows) > 1 else ""
        where = f"{self.source}, {self.place(int(rows[0]))}, column {name!r}"
        hint = "fill it in, or delete the row."
        return InputError(f"{where}: the value is missing{others}. try: {hint}")


def as_table(given: Any) -> Table:
    """Return a pandas or polars frame, or a mapping of columns, as a table.

    Raises
    ------
    InputError
        If it is none of these, has no rows, or has a column twice.
    """
    require("a table", "pandas")
    import pandas

    if isinstance(given, Table):
        return given
    if isinstance(given, pandas.DataFrame):
        return Table(given)
    if hasattr(given, "to_pandas"):
        return Table(given.to_pandas())
    if hasattr(given, "read") or _are_frames(given):
        why, hint = "it is an open file.", "the name of the file."
        if isinstance(given, list | tuple):
            why, hint = "it holds several tables.", "pandas.concat of them."
        raise invalid_argument("table", type(given).__name__, why, hint)
    try:
        frame = pandas.DataFrame(given)
    except (TypeError, ValueError):
        why = "it is no table."
        raise invalid_argument("table", type(given).__name__, why, "a pandas DataFrame.") from None
    return Table(frame)


def _are_frames(given: Any) -> bool:
    """Return whether it is a list of tables."""
    return isinstance(given, list | tuple) and any(hasattr(each, "columns") for each in given)


def _are_codes(words: set[str]) -> bool:
    """Return whether a column holds codes of two capital letters, among which NA may be one."""
    return len(words) > 2 and all(re.fullmatch("[A-Z]{2}", word) for word in words)


def first_repeated(names: Iterable[str]) -> str | None:
    """Return the first name that was there before, or None."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def shortened(names: Iterable[str], most: int = 8) -> str:
    """Return a list of names in one line, cut where it gets long."""
    every = list(names)
    return ", ".join(every[:most]) + (", …" if len(every) > most else "")
