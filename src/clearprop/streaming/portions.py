"""Portions of a source: runs of its rows, cut by their number alone.

However a table is spread over files, blocks and machines, a portion holds the same rows.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from clearprop.data import Table
from clearprop.streaming.source import BLOCK, Source

MAX_PORTION = 2**18
"""Rows of a portion at most."""
Portion = Sequence[Table]
"""The rows of a portion, one table after the other."""


def rows_a_portion(columns: int) -> int:
    """Return how many rows of so many columns make a portion; the last one has fewer."""
    return max(1, min(MAX_PORTION, BLOCK // (8 * max(columns, 1))))


def portions(source: Source, names: Sequence[str] | None = None) -> Iterator[Portion]:
    """Yield the rows of a source in their order; of all columns or of some."""
    return cut(source.blocks(names), rows_a_portion(len(source.names)))


def cut(tables: Iterable[Table], size: int) -> Iterator[Portion]:
    """Yield the rows of some tables, `size` at a time."""
    held: list[Table] = []
    missing = size
    for table in tables:
        start = 0
        while len(table) - start >= missing:
            yield [*held, rows_of(table, start, start + missing)]
            start, held, missing = start + missing, [], size
        if start < len(table):
            held.append(rows_of(table, start, len(table)))
            missing -= len(held[-1])
    if held:
        yield held


def rows_of(table: Table, start: int, end: int) -> Table:
    """Return a run of the rows of a table: all of them are the table itself."""
    whole = start == 0 and end >= len(table)
    return table if whole else table.take(np.arange(start, min(end, len(table))))
