"""What rows show of a column, of which none is kept: portion by portion, added up."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from clearprop._text import Text
from clearprop.data import CategoricalColumn, Column, NumericColumn, Table
from clearprop.data.columns import MISSING, categories_of
from clearprop.data.learning import FILLED, MAX_CATEGORIES, MISSING_CATEGORY, learn_column
from clearprop.streaming.moments import Moments

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ColumnSeen(ABC):
    """What rows show of one column; the sum of two is what the rows of both show.

    Attributes
    ----------
    done : tuple of Text
        What is done to its values.
    """

    done: tuple[Text, ...]

    @abstractmethod
    def of(self, tables: Sequence[Table], trains: Mask) -> Self:
        """Return what some rows alone show; `trains` says which of them train."""

    @abstractmethod
    def lacking(self, rows: int, in_training: int) -> Self:
        """Return what so many rows show that all lack the column."""

    @abstractmethod
    def __add__(self, other: Self) -> Self:
        """Return what the rows of both show."""

    @abstractmethod
    def learned(self) -> Column | None:
        """Return the column as it feeds the network; None if it is to be left out."""

    @abstractmethod
    def features(self, rows: int) -> list[Moments]:
        """Return the moments of its features over the `rows` rows that train."""


@dataclass(frozen=True)
class NumbersSeen(ColumnSeen):
    """What rows show of a column of numbers, or of dates.

    Attributes
    ----------
    column : NumericColumn
    moments : Moments
        Of the rows that train.
    missing : int
        Rows that lack it.
    missing_in_training : int
        Those of them that train.
    """

    column: NumericColumn
    moments: Moments = field(default_factory=Moments)
    missing: int = 0
    missing_in_training: int = 0

    def of(self, tables: Sequence[Table], trains: Mask) -> Self:
        """Add up the numbers of the rows that train, and count those that are missing."""
        values = np.concatenate([self.column.values(table) for table in tables])
        missing = np.isnan(values)
        moments = Moments.of(values[trains & ~missing])
        counts = int(missing.sum()), int((missing & trains).sum())
        return replace(self, moments=moments, missing=counts[0], missing_in_training=counts[1])

    def lacking(self, rows: int, in_training: int) -> Self:
        """Return what so many rows show that all lack the column."""
        return replace(self, moments=Moments(), missing=rows, missing_in_training=in_training)

    def __add__(self, other: Self) -> Self:
        """Return what the rows of both show."""
        return replace(
            self,
            moments=self.moments + other.moments,
            missing=self.missing + other.missing,
            missing_in_training=self.missing_in_training + other.missing_in_training,
        )

    def learned(self) -> Column | None:
        """Return the column with the mean for missing numbers."""
        if not self.moments.count:
            return None
        fill = self.moments.mean if self.missing else None
        return replace(self.column, fill=fill, says_missing=self.missing_in_training > 0)

    def features(self, rows: int) -> list[Moments]:
        """Return those of the numbers with their gaps filled, and of what tells gaps."""
        missing = self.missing_in_training
        filled = self.moments.with_more_of_the_mean(missing)
        return [filled, Moments.of_shares(missing, rows)] if missing else [filled]


@dataclass(frozen=True)
class TextsSeen(ColumnSeen):
    """What rows show of a column of categories.

    Attributes
    ----------
    name : str
    counts : Counter
        The rows that train, by their category.
    known : frozenset of str
        The categories of all rows, up to one more than there may be.
    """

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    known: frozenset[str] = frozenset()

    def of(self, tables: Sequence[Table], trains: Mask) -> Self:
        """Count the categories of the rows that train."""
        each = [categories_of(table, self.name) for table in tables]
        given = np.concatenate([np.asarray(values, dtype=object) for values in each])
        return self._bounded(Counter(given[trains].tolist()), set(given.tolist()))

    def lacking(self, rows: int, in_training: int) -> Self:
        """Return what so many rows show that all lack the column."""
        return self._bounded(Counter({MISSING: in_training}), {MISSING} if rows else set())

    def __add__(self, other: Self) -> Self:
        """Return what the rows of both show."""
        if self._has_too_many:
            return self
        return self._bounded(self.counts + other.counts, self.known | other.known)

    def learned(self) -> Column | None:
        """Return the column with all its categories."""
        return (
            None if self._has_too_many else CategoricalColumn(self.name, tuple(sorted(self.known)))
        )

    def features(self, rows: int) -> list[Moments]:
        """Return those of each category."""
        return [Moments.of_shares(self.counts[each], rows) for each in sorted(self.known)]

    @property
    def _has_too_many(self) -> bool:
        return len(self.known) > MAX_CATEGORIES

    def _bounded(self, counts: Counter[str], known: Collection[str]) -> Self:
        """Return this with what was counted, of which no more is kept than says it is too much."""
        if len(known) > MAX_CATEGORIES:
            known, counts = list(known)[: MAX_CATEGORIES + 1], Counter()
        return replace(self, counts=counts, known=frozenset(known))


Kinds = dict[str, ColumnSeen | tuple[Text, ...]]
"""What watches a column, or the sentences on why it is left out; by the names of columns."""


def kind_of(table: Table, name: str, categorical: Collection[str]) -> ColumnSeen | tuple[Text, ...]:
    """Return what watches a column, or the sentences on why it is left out."""
    if name in categorical:
        return TextsSeen((), name)
    learned = learn_column(table, name)
    if learned.column is None:
        return learned.done
    told = tuple(each for each in learned.done if each not in (FILLED, MISSING_CATEGORY))
    if isinstance(learned.column, CategoricalColumn):
        return TextsSeen(told, name)
    plain = replace(learned.column, fill=None, says_missing=False)  # type: ignore[call-arg]
    return NumbersSeen(told, plain)  # type: ignore[arg-type]
