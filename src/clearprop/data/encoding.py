"""Encoding: the columns of a table as the inputs of a network."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from clearprop._errors import InputError
from clearprop._text import Text
from clearprop.data.columns import (
    CategoricalColumn,
    Column,
    FloatMatrix,
    NumericColumn,
    column_from,
)
from clearprop.data.learning import Learned, Rows, learn_column, learn_strictly
from clearprop.data.table import Table, first_repeated


@dataclass(frozen=True)
class Encoding:
    """The columns that feed a network, in their order.

    Parameters
    ----------
    columns : tuple of Column
    notes : tuple of Text
        What was done to the columns of the table that it was learned from: gaps filled, dates
        turned into numbers, columns left out. They are no part of the record.
    """

    columns: tuple[Column, ...]
    notes: tuple[Text, ...] = field(default=(), compare=False)

    @classmethod
    def learn(
        cls,
        table: Table,
        leave_out: Collection[str],
        categorical: Collection[str] = (),
        *,
        rows: Rows | None = None,
        strict: bool = False,
    ) -> "Encoding":
        """Return the encoding of all columns but those left out, such as the target.

        Parameters
        ----------
        table : Table
        leave_out : collection of str
            Columns that feed nothing.
        categorical : collection of str
            Columns that are categories although they hold numbers.
        rows : array of int, optional
            The training rows, whose means fill gaps; all without it.
        strict : bool, default=False
            Refuse missing values, dates, and text that hardly repeats.

        Raises
        ------
        InputError
            If a named column does not exist, none is left, or one cannot be encoded.
        """
        for name in (*leave_out, *categorical):
            if name not in table.names:
                raise table.unknown_column(name)
        names = [name for name in table.names if name not in leave_out]
        if not names:
            why = f"{table.source} has no column that could be an input."
            raise InputError(f"{why} try: a table with a column besides the target.")
        learned: dict[str, Learned] = {}
        for name in names:
            if name in categorical:
                if strict:
                    table.column(name)  # refuses missing values
                learned[name] = Learned(CategoricalColumn.learn(table, name))
            elif strict:
                learned[name] = learn_strictly(table, name)
            else:
                learned[name] = learn_column(table, name, rows)
        columns = tuple(each.column for each in learned.values() if each.column is not None)
        notes = _notes(table, learned)
        if not columns:
            why = f"{table.source} has no column that could be an input. {notes[0].en}"
            raise InputError(f"{why} try: a table with a column besides the target.")
        return cls(columns, notes)

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the network's inputs, n₀ of them."""
        return tuple(feature for column in self.columns for feature in column.features)

    @property
    def fills_gaps(self) -> bool:
        """Whether a column has a number that stands for a missing one."""
        return any(isinstance(c, NumericColumn) and c.fill is not None for c in self.columns)

    def filling_gaps(self, X: FloatMatrix) -> "Encoding":
        """Return the encoding that fills values which are missing later though none was before.

        Parameters
        ----------
        X : array of shape (rows, n₀)
            The inputs of the training rows: the mean of a number or the most frequent category
            stands for what is missing.
        """
        ends = np.cumsum([len(column.features) for column in self.columns])
        parts = np.split(X, ends[:-1], axis=1)
        filling = (c.filling_gaps(part) for c, part in zip(self.columns, parts, strict=True))
        return replace(self, columns=tuple(filling))

    def unforeseen(self, table: Table) -> tuple[Text, ...]:
        """Return what becomes of values that this table lacks and the training rows did not.

        Raises
        ------
        InputError
            If a column is not there, or a value cannot stand in it; it names row and column.
        """
        found = [column.unforeseen(table) for column in self.columns]
        return tuple(filter(None, found))

    @property
    def text_columns(self) -> tuple[str, ...]:
        """The names of the columns whose values are text even where they look like numbers."""
        return tuple(
            column.name for column in self.columns if isinstance(column, CategoricalColumn)
        )

    def matrix(self, table: Table) -> FloatMatrix:
        """Return the inputs, shape (m, n₀); columns that are not part of the encoding are ignored.

        Raises
        ------
        InputError
            If a column is not there, or a value cannot stand in it; it names row and column.
        """
        return np.hstack([column.encode(table) for column in self.columns])

    def record(self) -> list[dict[str, Any]]:
        """Return what JSON can keep of the encoding."""
        return [column.record() for column in self.columns]

    @classmethod
    def from_record(cls, record: Sequence[Mapping[str, Any]]) -> "Encoding":
        """Return the encoding that `record` described.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it is no such description.
        """
        columns = tuple(column_from(column) for column in record)
        if first_repeated(column.name for column in columns) is not None:
            raise ValueError("each column stands once")
        return cls(columns)


def _notes(table: Table, learned: Mapping[str, Learned]) -> tuple[Text, ...]:
    """Return one sentence for each thing that was done, with the columns that it was done to."""
    done: dict[Text, list[str]] = {}
    for name, each in learned.items():
        for sentence in each.done:
            done.setdefault(sentence, []).append(name)
    return tuple(sentence.filled(columns=_listed(table, names)) for sentence, names in done.items())


def _listed(table: Table, names: Sequence[str], most: int = 8) -> Text:
    """Return names of columns with the number of values that each lacks, cut where it gets long."""
    shown = []
    for name in names[:most]:
        count = int(table.missing(name).sum())
        shown.append(f"{name} ({count})" if 0 < count < len(table) else name)
    rest = len(names) - most
    en, zh = ", ".join(shown), "、".join(shown)
    if rest <= 0:
        return Text(en, zh)
    return Text(f"{en} and {rest} more columns", f"{zh} 等 {len(names)} 列")
