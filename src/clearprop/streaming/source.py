"""Sources: tables that are read block by block, so that they need not fit into memory."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clearprop._errors import InputError, invalid_argument
from clearprop.data import Table

BLOCK = 32 * 2**20
"""Bytes of numbers, or of text, that are read at a time."""
MAX_ROWS = 2**16
"""Rows of a block at most."""


@dataclass(frozen=True)
class Piece:
    """A run of the rows of a source that can be read by itself, on another machine too.

    Attributes
    ----------
    read : callable
        Gives its tables, as `Source.blocks` gives them.
    rows : int, optional
        How many rows there are, where that is known before.
    """

    read: Callable[[], Iterable[Table]]
    rows: int | None = None


@dataclass(frozen=True)
class Source(ABC):
    """A table in pieces.

    Attributes
    ----------
    name : str
        What people call it.
    """

    name: str

    @property
    @abstractmethod
    def names(self) -> list[str]:
        """The names of its columns."""

    @property
    @abstractmethod
    def rows(self) -> int:
        """How many rows there are; an estimate where they have never been counted."""

    @property
    @abstractmethod
    def fingerprint(self) -> list[Any]:
        """Values that JSON can say, which change where the content does."""

    @abstractmethod
    def blocks(self, names: Sequence[str] | None = None) -> Iterator[Table]:
        """Yield the rows in their order, some thousands at a time; of all columns or of some.

        Raises
        ------
        InputError
            If a part cannot be read; it names file and place.
        """

    def pieces(self) -> list[Piece]:
        """Return all rows in pieces, in their order.

        Raises
        ------
        InputError
            If it cannot be read in pieces.
        """
        why = "it can only be read from its beginning."
        raise invalid_argument("data", self.name, why, "Parquet or CSV files, without a client.")

    def without_rows(self) -> InputError:
        """Return the error for a source that has none."""
        return InputError(f"{self.name}: there are no rows. try: a table with rows.")

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The files that are read, which nothing may overwrite."""
        return ()

    @property
    def bytes_in_memory(self) -> int:
        """Bytes that the table takes as numbers, about."""
        return 8 * self.rows * len(self.names)


def check_columns(names: Sequence[str], name: str, expected: Sequence[str], first: str) -> None:
    """Refuse a file whose columns are not those of the first one, in whatever order.

    Raises
    ------
    InputError
        If it lacks one of them, or has another.
    """
    lacking = [each for each in expected if each not in names]
    further = [each for each in names if each not in expected]
    if lacking:
        why = f"it lacks the column {lacking[0]!r} of {first}."
    elif further:
        why = f"it has a column {further[0]!r}, which {first} lacks."
    else:
        return
    raise invalid_argument("data", name, why, "files of the same columns.")


def stamp(path: Path) -> list[Any]:
    """Return what tells a file from others, and from itself after a change."""
    status = path.stat()
    return [str(path.resolve()), status.st_size, status.st_mtime_ns]


def rows_a_block(columns: int) -> int:
    """Return how many rows are read at a time."""
    return max(1, min(MAX_ROWS, BLOCK // (8 * max(columns, 1))))
