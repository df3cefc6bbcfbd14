"""Kinds of columns, and how each becomes numbers.

A kind states its `features`, `encode`, and the `record` from which it is made again.
"""

import datetime
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from clearprop._text import Text
from clearprop.data.numerals import MISSING_WORDS
from clearprop.data.table import Table, shortened
from clearprop.data.values import is_time, numbers_or_missing, texts

if TYPE_CHECKING:
    import pandas

FloatMatrix = npt.NDArray[np.float64]

MISSING = ""
"""The category of a missing text."""
ISO = "ISO8601"
"""The format of dates such as 2024-05-31 and 2024-05-31T12:30."""
UNFORESEEN_NUMBERS = Text(
    "{name} ({missing}): a missing number becomes the mean of the training rows, none of which "
    "lacked it.",
    "{name} ({missing})：缺失的数值用训练行的均值填补；训练行中该列从不缺失。",
)
UNFORESEEN_TEXT = Text(
    "{name} ({missing}): missing text becomes {usual!r}, the most frequent of the training rows, "
    "none of which lacked it.",
    "{name} ({missing})：缺失的文本视为训练行中最常见的 {usual!r}；训练行中该列从不缺失。",
)

TEXT_AS_A_WORD = Text(
    "{name} ({missing}): missing text becomes {usual!r}, a category of the training rows.",
    "{name} ({missing})：缺失的文本视为训练行中的类别 {usual!r}。",
)


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
            If a value is missing and nothing stands for it, or it cannot stand in this column; it
            names row and column.
        """

    @abstractmethod
    def filling_gaps(self, features: FloatMatrix) -> "Column":
        """Return the column with what is usual in these rows for values that are missing later.

        `features` has shape (rows, len(self.features)). Gaps that training knew stay as they are.
        """

    @abstractmethod
    def unforeseen(self, table: Table) -> Text | None:
        """Return what becomes of the values that a table lacks and training did not; None if none.

        Raises
        ------
        InputError
            If a value cannot stand in this column.
        """

    @abstractmethod
    def record(self) -> dict[str, Any]:
        """Return what JSON can keep of this column."""


@dataclass(frozen=True)
class NumericColumn(Column):
    """Numbers, or yes/no values as 1 and 0.

    Parameters
    ----------
    name : str
    fill : float, optional
        The number that stands for a missing one, the mean of the training rows; without it none may
        be missing.
    says_missing : bool, default=False
        Whether a second feature is 1 where the number is missing, else 0.
    percent : bool, default=False
        Whether the numbers stand before a per cent sign: 10 % is 10.
    expects_gaps : bool, default=False
        Whether rows of training lacked numbers that were filled so, as another program did it.
    """

    kind = "numeric"

    fill: float | None = None
    says_missing: bool = False
    percent: bool = False
    expects_gaps: bool = False

    @property
    def features(self) -> tuple[str, ...]:
        """The column's own name, and what says that the number is missing."""
        return (self.name, f"{self.name} is missing") if self.says_missing else (self.name,)

    def values(self, table: Table) -> npt.NDArray[np.float64]:
        """Return the numbers, shape (m,), NaN for missing ones."""
        if self.percent != (self.name in table.percent):
            has, had = ("no per cent", "per cent") if self.percent else ("per cent", "no per cent")
            why = f"the numbers have {has} signs, and had {had} signs in training."
            hint = "write them as in the table of training."
            raise table.invalid_cell(0, self.name, why, hint)
        return numbers_or_missing(table, self.name)

    def encode(self, table: Table) -> FloatMatrix:
        """Return the numbers, shape (m, 1), or (m, 2) with the feature for missing ones."""
        values = self.values(table)
        missing = np.isnan(values)
        if missing.any():
            if self.fill is None:
                raise table.missing_values(self.name, np.flatnonzero(missing))
            values[missing] = self.fill
        return np.column_stack([values, missing]) if self.says_missing else values[:, None]

    def filling_gaps(self, features: FloatMatrix) -> "NumericColumn":
        """Return the column with the mean for missing numbers."""
        mean = float(features[:, 0].mean())
        return replace(self, fill=mean if self.fill is None else self.fill)

    def unforeseen(self, table: Table) -> Text | None:
        """Return how many numbers are missing, and that they become the mean."""
        missing = int(np.isnan(self.values(table)).sum())
        if not missing or self.fill is None or self.says_missing or self.expects_gaps:
            return None
        return UNFORESEEN_NUMBERS.filled(name=self.name, missing=missing)

    def record(self) -> dict[str, Any]:
        """Return kind and name, and what is not usual."""
        unusual = {
            "fill": self.fill,
            "says_missing": self.says_missing,
            "percent": self.percent,
            "expects_gaps": self.expects_gaps,
        }
        kept = {key: value for key, value in unusual.items() if value not in (None, False)}
        return {"kind": self.kind, "name": self.name, **kept}


@dataclass(frozen=True)
class DateColumn(NumericColumn):
    """Dates, as days since 1970-01-01.

    Parameters
    ----------
    format : str
        How text writes them: the codes of `datetime.strptime`, or ``"ISO8601"``.
    """

    kind = "date"

    format: str = ISO

    def values(self, table: Table) -> npt.NDArray[np.float64]:
        """Return the days, shape (m,), NaN for missing dates."""
        values, missing = table.values(self.name), table.missing(self.name)
        days = days_of(values, self.format)
        wrong = np.flatnonzero(np.isnan(days) & ~missing)
        if len(wrong):
            why, hint = "this is no date as in training.", f"a date written as {self.format}."
            raise table.invalid_cell(int(wrong[0]), self.name, why, hint)
        days[missing] = np.nan
        return days

    def record(self) -> dict[str, Any]:
        """Return kind, name and format, and what is not usual."""
        return {**super().record(), "format": self.format}


@dataclass(frozen=True)
class CategoricalColumn(Column):
    """One of a few texts; each becomes a number that is 1 for this category and 0 for others.

    Parameters
    ----------
    name : str
    categories : tuple of str
        One of no letters, ``""``, is that of a missing text.
    fill : str, optional
        The category that stands for a missing text where there is no such one, the most frequent of
        the training rows; without it none may be missing.
    """

    kind = "categorical"

    categories: tuple[str, ...]
    fill: str | None = None

    @classmethod
    def learn(cls, table: Table, name: str) -> "CategoricalColumn":
        """Return the column with the categories that the table has."""
        return cls(name, tuple(sorted(set(categories_of(table, name)))))

    @property
    def features(self) -> tuple[str, ...]:
        """Name and category of each number."""
        return tuple(
            f"{self.name}={category}" if category != MISSING else f"{self.name} is missing"
            for category in self.categories
        )

    def encode(self, table: Table) -> FloatMatrix:
        """Return the one-hot numbers, shape (m, categories)."""
        import pandas

        index = pandas.Index(self.categories)
        given = texts(table.values(self.name).tolist())
        codes = np.asarray(index.get_indexer(pandas.Index(given)))
        missing = table.missing(self.name) & (codes < 0)  # "NA" may have been a category
        if missing.any():
            stands_for_it = MISSING if MISSING in self.categories else self.fill
            if stands_for_it is None:
                raise table.missing_values(self.name, np.flatnonzero(missing))
            codes[missing] = self.categories.index(stands_for_it)
        unknown = np.flatnonzero(codes < 0)
        if len(unknown):
            why = "the model was not trained with this category."
            hint = f"one of {shortened(repr(name) for name in self.categories if name)}."
            raise table.invalid_cell(int(unknown[0]), self.name, why, hint)
        return np.eye(len(self.categories))[codes]

    def filling_gaps(self, features: FloatMatrix) -> "CategoricalColumn":
        """Return the column with the most frequent category for missing text.

        A category such as None or NA comes before: other readers of tables take it for missing.
        """
        if MISSING in self.categories:
            return self
        words = [category for category in self.categories if category in MISSING_WORDS]
        usual = self.categories[int(features.sum(axis=0).argmax())]
        return replace(self, fill=words[0] if len(words) == 1 else usual)

    def unforeseen(self, table: Table) -> Text | None:
        """Return how many texts are missing, and which category they become."""
        missing = table.missing(self.name)
        if not missing.any() or self.fill is None:
            return None
        given = table.values(self.name)[missing].tolist()
        count = sum(
            each is None or text not in self.categories  # "NA" may be a category
            for each, text in zip(given, texts(given), strict=True)
        )
        if not count:
            return None
        said = TEXT_AS_A_WORD if self.fill in MISSING_WORDS else UNFORESEEN_TEXT
        return said.filled(name=self.name, missing=count, usual=self.fill)

    def record(self) -> dict[str, Any]:
        """Return kind, name and categories, and what stands for a missing text."""
        kept = {"kind": self.kind, "name": self.name, "categories": list(self.categories)}
        return kept if self.fill is None else {**kept, "fill": self.fill}


KINDS = {kind.kind: kind for kind in (NumericColumn, DateColumn, CategoricalColumn)}


def column_from(record: Mapping[str, Any]) -> Column:
    """Return the column that `Column.record` described.

    Raises
    ------
    KeyError, TypeError, ValueError
        If it is no such description.
    """
    fields = {key: value for key, value in record.items() if key != "kind"}
    kind = KINDS[record["kind"]]
    if not isinstance(fields["name"], str):
        raise TypeError("a name is text")
    if kind is CategoricalColumn:
        categories = fields["categories"]
        if not isinstance(categories, list) or not all(isinstance(c, str) for c in categories):
            raise TypeError("categories are a list of texts")
        if not categories or len(set(categories)) < len(categories):
            raise ValueError("each category stands once")
        if fields.get("fill") is not None and fields["fill"] not in categories:
            raise ValueError("what stands for a missing text is a category")
        fields["categories"] = tuple(categories)
        return CategoricalColumn(**fields)
    fill = fields.get("fill")
    if fill is not None and (isinstance(fill, bool) or not math.isfinite(fill)):
        raise ValueError("what fills a column is a number")
    if any(not isinstance(fields.get(key, False), bool) for key in ("says_missing", "percent")):
        raise TypeError("yes or no")
    if not isinstance(fields.get("format", ISO), str):
        raise TypeError("a format is text")
    return kind(**fields)


def days_of(values: "pandas.Series[Any]", format: str) -> npt.NDArray[np.float64]:
    """Return dates as days since 1970-01-01, shape (m,); NaN for what is none in this format.

    A time of day is a part of a day; a time zone is turned into UTC.
    """
    import pandas

    if not is_time(values):
        shown = [v.strip() if isinstance(v, str) else v for v in values.tolist()]
        written = [v.isoformat() if isinstance(v, datetime.date) else v for v in shown]
        values = pandas.to_datetime(
            pandas.Series(written, dtype=object), format=format, errors="coerce", utc=True
        )
    utc = pandas.to_datetime(values, utc=True).dt.tz_localize(None)
    elapsed = utc - pandas.Timestamp(0)
    return elapsed.to_numpy("timedelta64[us]").astype(np.float64) / 86_400e6 + np.where(
        utc.isna(), np.nan, 0.0
    )


def categories_of(table: Table, name: str) -> list[str]:
    """Return the category of each row."""
    missing = table.missing(name)
    given = texts(table.values(name).tolist())
    return [MISSING if no else text for text, no in zip(given, missing, strict=True)]
