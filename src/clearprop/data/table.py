"""A table, and where each of its rows stands, so that an error can name the place."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from clearprop._errors import InputError, invalid_argument, shown
from clearprop._extras import require

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
    """

    frame: "pandas.DataFrame"
    source: str = "the table"
    place: Callable[[int], str] = "row {}".format

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
        if name not in self.frame.columns:
            raise self.unknown_column(name)
        values = self.frame[name].reset_index(drop=True)
        missing = values.isna()
        if values.dtype == object or str(values.dtype).startswith(("str", "category")):
            missing |= values.astype(str).str.strip() == ""
        if missing.any():
            raise self._refuse_missing(name, missing.to_numpy().nonzero()[0])
        return values

    def unknown_column(self, name: str) -> InputError:
        """Return the error for a column that is not there."""
        near = get_close_matches(name.casefold(), [n.casefold() for n in self.names], n=1)
        if near:
            hint = repr(next(n for n in self.names if n.casefold() == near[0]))
        else:
            hint = shortened(map(repr, self.names))
        return InputError(f"{self.source} has no column {name!r}. try: {hint}.")

    def invalid_cell(self, row: int, name: str, why: str, hint: str) -> InputError:
        """Return the error for one value: it names row and column, the value, why, what to try."""
        value = self.frame[name].iloc[row]
        value = shown(value.item() if hasattr(value, "item") else value)
        where = f"{self.source}, {self.place(row)}, column {name!r}"
        return InputError(f"{where} (={value}): {why} try: {hint}")

    def _refuse_missing(self, name: str, rows: Any) -> InputError:
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
    try:
        frame = pandas.DataFrame(given)
    except (TypeError, ValueError):
        why = "it is no table."
        raise invalid_argument("table", type(given).__name__, why, "a pandas DataFrame.") from None
    return Table(frame)


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
