"""Portions of a source on workers, which read them by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clearprop._errors import InputError
from clearprop.data import Table
from clearprop.streaming.cluster.sums import result_of
from clearprop.streaming.dask_frame import DaskFrame, tables_of
from clearprop.streaming.portions import Portion, rows_a_portion, rows_of
from clearprop.streaming.source import Piece, Source

if TYPE_CHECKING:
    from distributed import Client, Future

Run = tuple[int, int]
"""Rows of a piece, from the first to before the second number."""


@dataclass(frozen=True)
class Numbered:
    """A portion, and the number of its first row."""

    portion: Portion
    start: int


@dataclass(frozen=True)
class RemotePortion:
    """A portion on a worker.

    Attributes
    ----------
    future : Future of Numbered
    rows : int
    """

    future: "Future"
    rows: int


def portions_on(client: "Client", source: Source) -> list[RemotePortion]:
    """Return the portions of a source; nothing but their numbers of rows reaches this process.

    They have the rows of `clearprop.streaming.portions.portions`.

    Raises
    ------
    InputError
        If a part of the source cannot be read, or it has no rows.
    """
    pieces, counts = _pieces_on(client, source)
    ends = np.cumsum(counts)
    rows, size = int(ends[-1]) if len(ends) else 0, rows_a_portion(len(source.names))
    if not rows:
        raise InputError(f"{source.name} has no rows. try: a table with rows.")
    found = []
    for start in range(0, rows, size):
        end = min(start + size, rows)
        first = int(np.searchsorted(ends, start, side="right"))
        last = int(np.searchsorted(ends, end, side="left"))
        runs = []
        for piece in range(first, last + 1):
            before = int(ends[piece]) - counts[piece]
            runs.append((max(start - before, 0), min(end - before, counts[piece])))
        parts = pieces[first : last + 1]
        future = client.submit(_joined, start, runs, *parts, pure=False)
        found.append(RemotePortion(future, end - start))
    return found


def _pieces_on(client: "Client", source: Source) -> "tuple[list[Future], list[int]]":
    """Return the tables of each piece of a source on a worker, and the rows of each."""
    if isinstance(source, DaskFrame):
        parts = client.compute(list(source.frame.to_delayed()))
        futures = [
            client.submit(tables_of, part, number, pure=False) for number, part in enumerate(parts)
        ]
        lengths = [client.submit(len, part, pure=False) for part in parts]
        return futures, [result_of(each) for each in lengths]
    pieces = source.pieces()
    futures = [client.submit(_read, piece, pure=False) for piece in pieces]
    counted = [
        client.submit(_count, future, pure=False) if piece.rows is None else None
        for piece, future in zip(pieces, futures, strict=True)
    ]
    rows = [
        piece.rows if future is None else result_of(future)
        for piece, future in zip(pieces, counted, strict=True)
    ]
    return futures, [int(each or 0) for each in rows]


def _read(piece: Piece) -> list[Table]:
    return list(piece.read())


def _count(tables: Sequence[Table]) -> int:
    return sum(map(len, tables))


def _joined(start: int, runs: Sequence[Run], *pieces: Sequence[Table]) -> Numbered:
    """Return a portion from the runs of the pieces that it spans."""
    found = []
    for (first, end), tables in zip(runs, pieces, strict=True):
        before = 0
        for table in tables:
            here = max(first - before, 0), min(end - before, len(table))
            if here[0] < here[1]:
                found.append(rows_of(table, *here))
            before += len(table)
    return Numbered(found, start)
