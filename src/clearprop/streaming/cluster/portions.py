"""Portions of a source on workers, which read them by themselves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

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


def counts_on(client: "Client", source: Source) -> list[int]:
    """Return the rows of each piece of a source, or of each partition."""
    if isinstance(source, DaskFrame):
        return source.lengths
    counts = [
        client.submit(_count, piece, pure=False) if piece.rows is None else piece.rows
        for piece in source.pieces()
    ]
    return [each if isinstance(each, int) else result_of(each) for each in counts]


def portions_on(client: "Client", source: Source, counts: Sequence[int]) -> list[RemotePortion]:
    """Return the portions of a source; nothing of them reaches this process.

    They have the rows of `clearprop.streaming.portions.portions`; `counts` are those of its pieces.

    Raises
    ------
    InputError
        If there are no rows.
    """
    pieces, ends = _pieces_on(client, source), np.cumsum(counts)
    rows, size = int(ends[-1]) if len(ends) else 0, rows_a_portion(len(source.names))
    if not rows:
        raise source.without_rows()
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


def using_up(portions: list[RemotePortion]) -> Iterator[RemotePortion]:
    """Yield portions, none of which is kept on its worker longer than somebody uses it."""
    portions.reverse()
    while portions:
        yield portions.pop()


def _pieces_on(client: "Client", source: Source) -> "list[Future]":
    """Return the tables of each piece of a source on a worker."""
    if isinstance(source, DaskFrame):
        parts = client.compute(list(source.frame.to_delayed()))
        return [client.submit(tables_of, part, n, pure=False) for n, part in enumerate(parts)]
    return [client.submit(_read, piece, pure=False) for piece in source.pieces()]


def _read(piece: Piece) -> list[Table]:
    return list(piece.read())


def _count(piece: Piece) -> int:
    return sum(map(len, piece.read()))


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
