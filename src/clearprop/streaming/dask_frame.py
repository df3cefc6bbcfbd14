"""Dask collections, partition by partition."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from clearprop._errors import invalid_argument
from clearprop._extras import require
from clearprop.data import Table
from clearprop.streaming.source import Source, rows_a_block


@dataclass(frozen=True)
class DaskFrame(Source):
    """A frame of Dask.

    Attributes
    ----------
    frame : dask.dataframe.DataFrame
    """

    frame: Any

    @staticmethod
    def of(given: Any) -> "DaskFrame":
        """Return the source for a frame, or an array (m, n) with the columns "0" to "n − 1".

        Raises
        ------
        InputError
            If it is something else of Dask.
        """
        require("a Dask collection", "dask")
        if getattr(given, "ndim", None) != 2:
            why = "it is neither a frame nor an array of rows and columns."
            raise invalid_argument("table", type(given).__name__, why, "a Dask frame.")
        if hasattr(given, "npartitions") and hasattr(given, "columns"):
            return DaskFrame("the Dask frame", given)
        from dask import dataframe

        columns = [str(number) for number in range(given.shape[1])]
        frame = dataframe.from_dask_array(given.rechunk({1: -1}), columns=columns)
        return DaskFrame("the Dask array", frame)

    @property
    def names(self) -> list[str]:
        """Its columns."""
        return [str(name) for name in self.frame.columns]

    @cached_property
    def lengths(self) -> list[int]:
        """The rows of each partition, which are counted once."""
        import dask

        return [*dask.compute(*(dask.delayed(len)(part) for part in self.frame.to_delayed()))]

    @property
    def rows(self) -> int:
        """The rows of all partitions."""
        return sum(self.lengths)

    @property
    def fingerprint(self) -> list[Any]:
        """Its name, which Dask derives from what it is made of."""
        return [self.frame._name, self.rows]

    def blocks(self, names: Sequence[str] | None = None) -> Iterator[Table]:
        """Yield the rows, one partition at a time."""
        wanted = self.names if names is None else list(names)
        for number, part in enumerate(self.frame.to_delayed()):
            for table in tables_of(part.compute(), number):
                yield replace(table, frame=table.frame[wanted])


def tables_of(frame: Any, number: int) -> list[Table]:
    """Return the rows of the partition with this number, some thousands at a time."""
    frame = frame.set_axis([str(name) for name in frame.columns], axis="columns")
    size = rows_a_block(len(frame.columns))
    return [
        Table(frame.iloc[start : start + size], "the Dask frame", partial(_place, number, start))
        for start in range(0, len(frame), size)
    ]


def _place(number: int, start: int, row: int) -> str:
    return f"partition {number}, row {start + row}"
