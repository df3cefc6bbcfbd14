"""A random sample of the rows of a source, as a table in memory."""

from collections.abc import Callable

import numpy as np

from clearprop._errors import invalid_argument
from clearprop.data import Table
from clearprop.streaming.source import Source


def sample_of(
    source: Source, rows: int, seed: int, watch: Callable[[int], None] | None = None
) -> tuple[Table, int]:
    """Return `rows` rows drawn at random, in their order, and how many there were to draw from.

    Every row draws a number; those with the smallest ones are kept.

    Parameters
    ----------
    source : Source
    rows : int
    seed : int
    watch : callable, optional
        Called after each block with the number of rows so far.

    Raises
    ------
    InputError
        If `rows` is not positive, there are none, or a part of the source cannot be read.
    """
    import pandas

    if rows < 1:
        raise invalid_argument("rows", rows, "a sample has at least one row.", "100000.")
    random, passed = np.random.default_rng([seed, 3]), 0
    places: list[Callable[[int], str]] = []
    kept, keys = [], np.empty(0)
    where = np.empty((0, 2), dtype=np.int64)
    for number, table in enumerate(source.blocks()):
        new = random.random(len(table))
        places.append(table.place)
        kept.append(table.frame)
        passed += len(table)
        numbers = np.column_stack([np.full(len(table), number), np.arange(len(table))])
        keys, where = np.append(keys, new), np.vstack([where, numbers])
        if len(keys) > 2 * rows:
            chosen = np.sort(np.argpartition(keys, rows)[:rows])
            kept = [pandas.concat(kept, ignore_index=True).iloc[chosen]]
            keys, where = keys[chosen], where[chosen]
        if watch is not None:
            watch(passed)
    if not kept:
        raise source.without_rows()
    chosen = np.sort(np.argsort(keys, kind="stable")[:rows])
    frame, where = pandas.concat(kept, ignore_index=True).iloc[chosen], where[chosen]

    def place(row: int) -> str:
        block, inside = where[row]
        return places[block](int(inside))

    return Table(frame.reset_index(drop=True), source.name, place), passed
