"""From the columns of a table to the inputs of a network, and remembered for later tables."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop._errors import InputError
from clearprop.data.columns import (
    CategoricalColumn,
    Column,
    FloatMatrix,
    column_from,
    learn_column,
)
from clearprop.data.table import Table


@dataclass(frozen=True)
class Encoding:
    """The columns that feed a network, in their order."""

    columns: tuple[Column, ...]

    @classmethod
    def learn(
        cls, table: Table, leave_out: Collection[str], categorical: Collection[str] = ()
    ) -> "Encoding":
        """Return the encoding of all columns but those left out, such as the target.

        Parameters
        ----------
        table : Table
        leave_out : collection of str
            Columns that feed nothing.
        categorical : collection of str
            Columns that are categories although they hold numbers.

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
        return cls(
            tuple(
                CategoricalColumn.learn(table, name)
                if name in categorical
                else learn_column(table, name)
                for name in names
            )
        )

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the network's inputs, n₀ of them."""
        return tuple(feature for column in self.columns for feature in column.features)

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
    def from_record(cls, record: Sequence[dict[str, Any]]) -> "Encoding":
        """Return the encoding that `record` described."""
        return cls(tuple(column_from(column) for column in record))
