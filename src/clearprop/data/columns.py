"""Kinds of columns, and how each becomes numbers.

A kind states `width`, `features`, `encode`, and the `record` from which it is made again.
"""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from clearprop._errors import InputError
from clearprop.data.table import Table, shortened

if TYPE_CHECKING:
    import pandas

FloatMatrix = npt.NDArray[np.float64]

FEW_CATEGORIES = 20
"""Up to so many categories are always accepted; more only if most of them repeat."""


@dataclass(frozen=True)
class Column(ABC):
    """A column that feeds the network."""

    kind: ClassVar[str]

    name: str

    @property
    @abstractmethod
    def features(self) -> tuple[str, ...]:
        """The names of the numbers that stand for one value of the column."""

    @abstractmethod
    def encode(self, table: Table) -> FloatMatrix:
        """Return the column as numbers, shape (m, len(features)).

        Raises
        ------
        InputError
            If a value is missing or cannot stand in this column; it names row and column.
        """

    @abstractmethod
    def record(self) -> dict[str, Any]:
        """Return what JSON can keep of this column."""


@dataclass(frozen=True)
class NumericColumn(Column):
    """Numbers, or yes/no values as 1 and 0."""

    kind = "numeric"

    @property
    def features(self) -> tuple[str, ...]:
        """The column's own name."""
        return (self.name,)

    def encode(self, table: Table) -> FloatMatrix:
        """Return the numbers, shape (m, 1)."""
        return numbers(table, self.name)[:, None]

    def record(self) -> dict[str, Any]:
        """Return kind and name."""
        return {"kind": self.kind, "name": self.name}


@dataclass(frozen=True)
class CategoricalColumn(Column):
    """One of a few texts; each becomes a number that is 1 for this category and 0 for others."""

    kind = "categorical"

    categories: tuple[str, ...]

    @classmethod
    def learn(cls, table: Table, name: str) -> "CategoricalColumn":
        """Return the column with the categories that the table has."""
        return cls(name, tuple(sorted(set(texts(table.column(name))))))

    @property
    def features(self) -> tuple[str, ...]:
        """Name and category of each number."""
        return tuple(f"{self.name}={category}" for category in self.categories)

    def encode(self, table: Table) -> FloatMatrix:
        """Return the one-hot numbers, shape (m, categories)."""
        import pandas

        given = texts(table.column(self.name))
        codes = np.asarray(pandas.Index(self.categories).get_indexer(pandas.Index(given)))
        unknown = np.flatnonzero(codes < 0)
        if len(unknown):
            why = "the model was not trained with this category."
            hint = f"one of {shortened(map(repr, self.categories))}."
            raise table.invalid_cell(int(unknown[0]), self.name, why, hint)
        return np.eye(len(self.categories))[codes]

    def record(self) -> dict[str, Any]:
        """Return kind, name and categories."""
        return {"kind": self.kind, "name": self.name, "categories": list(self.categories)}


def column_from(record: dict[str, Any]) -> Column:
    """Return the column that `Column.record` described.

    Raises
    ------
    KeyError, TypeError
        If it is no such description.
    """
    if record["kind"] == CategoricalColumn.kind:
        return CategoricalColumn(str(record["name"]), tuple(map(str, record["categories"])))
    if record["kind"] == NumericColumn.kind:
        return NumericColumn(str(record["name"]))
    raise KeyError(record["kind"])


def learn_column(table: Table, name: str) -> Column:
    """Return the column as the kind that its content shows it to be.

    Numbers and yes/no values are numeric. Text is categorical if most values are no numbers;
    else it is a numeric column with a mistake in it, which `encode` names.

    Raises
    ------
    InputError
        If a value is missing, or nearly every row has a text of its own.
    """
    if not holds_text(table.column(name)):
        return NumericColumn(name)
    column = CategoricalColumn.learn(table, name)
    if all(re.fullmatch(r"[-+]?[\d.]*,\d+", category) for category in column.categories):
        why, hint = "commas stand in its numbers.", "write 3.14, not 3,14."
        raise table.invalid_cell(0, name, why, hint)
    check_repetition(table, name, len(column.categories))
    return column


def check_repetition(table: Table, name: str, distinct: int) -> None:
    """Refuse a column of categories or classes in which hardly a value comes twice."""
    if distinct > max(FEW_CATEGORIES, len(table) // 2):
        why = f"its {len(table)} rows hold {distinct} different values, too many for categories."
        hint = "leave the column out, or turn it into numbers."
        raise InputError(f"{table.source}, column {name!r}: {why} try: {hint}")


def holds_text(values: "pandas.Series[Any]") -> bool:
    """Return whether the values are text that is mostly no numbers."""
    from pandas.api import types

    if types.is_bool_dtype(values) or types.is_numeric_dtype(values) or _is_time(values):
        return False
    if isinstance(values.dtype, types.CategoricalDtype):
        return True
    return bool(_parsed(values).isna().mean() >= 0.5)


def numbers(table: Table, name: str) -> npt.NDArray[np.float64]:
    """Return a column of numbers, shape (m,); yes/no values become 1 and 0.

    Raises
    ------
    InputError
        If a value is missing, text, infinite or a date; it names row and column.
    """
    from pandas.api import types

    values = table.column(name)
    if _is_time(values) or types.is_complex_dtype(values):
        why, hint = "it is no plain number.", "turn the column into numbers, or leave it out."
        raise table.invalid_cell(0, name, why, hint)
    parsed = values if types.is_numeric_dtype(values) else _parsed(values)
    text = np.flatnonzero(parsed.isna())
    if len(text):
        others = f", as {len(text)} of {len(values)} are" if len(text) > 1 else ""
        why = f"this is text in a column of numbers{others}."
        raise table.invalid_cell(int(text[0]), name, why, "correct it, or delete the row.")
    array = parsed.to_numpy(dtype=np.float64)
    infinite = np.flatnonzero(~np.isfinite(array))
    if len(infinite):
        why = "the number is infinite or too large."
        raise table.invalid_cell(int(infinite[0]), name, why, "correct it, or delete the row.")
    return array


def texts(values: "pandas.Series[Any]") -> list[str]:
    """Return the values as categories are written: 3.0 as "3", text without outer blanks."""
    return [_text(value) for value in values.tolist()]


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _parsed(values: "pandas.Series[Any]") -> "pandas.Series[Any]":
    """Return text as numbers, and NaN where it is none."""
    import pandas

    try:
        return pandas.to_numeric(values.astype(object), errors="coerce")
    except TypeError:  # lists and other things that are not even text
        return pandas.Series(np.nan, values.index)


def _is_time(values: "pandas.Series[Any]") -> bool:
    from pandas.api import types

    return types.is_datetime64_any_dtype(values) or types.is_timedelta64_dtype(values)
