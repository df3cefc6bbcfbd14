"""Datasets of Arrow, fragment by fragment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from clearprop.data import Table
from clearprop.streaming.source import Piece, Source, rows_a_block, stamp


@dataclass(frozen=True)
class ArrowDataset(Source):
    """A dataset of Arrow, whatever its files are.

    Attributes
    ----------
    dataset : pyarrow.dataset.Dataset
    stamps : tuple, optional
        What tells its files from others, where they are not on this machine.
    """

    dataset: Any
    stamps: tuple[Any, ...] = ()

    @property
    def names(self) -> list[str]:
        """The columns of its schema."""
        return list(self.dataset.schema.names)

    @cached_property
    def rows(self) -> int:
        """The rows that it counts."""
        return self.dataset.count_rows()

    @property
    def fingerprint(self) -> list[Any]:
        """Its files, where it has some, and its rows."""
        files = getattr(self.dataset, "files", [])
        return [*(self.stamps or map(stamp, map(Path, files))), self.rows]

    def blocks(self, names: Sequence[str] | None = None) -> Iterator[Table]:
        """Yield the rows, fragment by fragment."""
        wanted, start = self.names if names is None else list(names), 0
        for fragment in self.dataset.get_fragments():
            for table in self._tables_of(fragment, wanted, start):
                yield table
                start += len(table)

    def pieces(self) -> list[Piece]:
        """Return the fragments."""
        found, start = [], 0
        for fragment in self.dataset.get_fragments():
            rows = fragment.count_rows()
            found.append(Piece(partial(self._tables_of, fragment, self.names, start), rows))
            start += rows
        return found

    def _tables_of(self, fragment: Any, columns: list[str], start: int) -> Iterator[Table]:
        """Yield the rows of a fragment, of which the first has the number `start`."""
        size, schema = rows_a_block(len(columns)), self.dataset.schema
        for batch in fragment.to_batches(schema=schema, columns=columns, batch_size=size):
            if batch.num_rows:
                yield Table(batch.to_pandas(), self.name, partial(_place, start))
                start += batch.num_rows


def _place(start: int, row: int) -> str:
    return f"row {start + row}"
