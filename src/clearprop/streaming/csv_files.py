"""CSV files, some megabytes of whole records at a time."""

import gzip
import io
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TextIO

from clearprop._errors import InputError
from clearprop.data import Table
from clearprop.data.comma_separated import read_csv
from clearprop.data.decoding import decode
from clearprop.data.layout import layout_of
from clearprop.files.access import check_readable
from clearprop.streaming.source import BLOCK, Piece, Source, check_columns, stamp

BEGINNING = 2**20
"""Bytes of a file by which its encoding is judged and its rows are estimated."""


@dataclass(frozen=True)
class CsvFiles(Source):
    """CSV files of the same columns, one after the other; each may be compressed by gzip.

    Programs that write tables in parts leave a header alone where a part has no rows.
    """

    files: tuple[Path, ...]
    text_columns: tuple[str, ...] = ()
    counted: list[int] = field(default_factory=list, compare=False)
    """The number of all rows, once it is known."""

    @property
    def names(self) -> list[str]:
        """The columns of the first file that has rows, which must be those of all."""
        return self._first[1].names

    @cached_property
    def _first(self) -> tuple[Path, Table]:
        """The first file that has rows, and the first of them."""
        for path in self.files:
            table = next(self._blocks_of(path, BEGINNING), None)
            if table is not None:
                return path, table
        raise self.without_rows()

    @property
    def rows(self) -> int:
        """The rows that were counted, or as many as the length of the first ones suggests."""
        return self.counted[0] if self.counted else self._estimate

    @cached_property
    def _estimate(self) -> int:
        path, first = self._first
        text = _beginning(path)
        a_row = max(1.0, min(len(text), BEGINNING) / len(first))
        return max(len(first), int(sum(_unpacked_size(path) for path in self.files) / a_row))

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The files."""
        return self.files

    @property
    def fingerprint(self) -> list[Any]:
        """Path, size and time of each file, and the columns that are text."""
        return [*map(stamp, self.files), *self.text_columns]

    def blocks(self, names: Sequence[str] | None = None) -> Iterator[Table]:
        """Yield the rows, some megabytes of text at a time."""
        rows = 0
        for path in self.files:
            for table in self._table_of(path):
                rows += len(table)
                yield table
        if not rows:
            raise self.without_rows()
        self.counted[:] = [rows]

    def pieces(self) -> list[Piece]:
        """Return the files, each of which is read as a whole."""
        return [Piece(partial(self._table_of, path.resolve())) for path in self.files]

    def _table_of(self, path: Path) -> Iterator[Table]:
        for table in self._blocks_of(path, BLOCK):
            check_columns(table.names, path.name, self.names, self._first[0].name)
            in_order = table.names == self.names
            yield table if in_order else replace(table, frame=table.frame[self.names])

    def _blocks_of(self, path: Path, size: int) -> Iterator[Table]:
        """Yield the rows of one file, which may have none; a record is never cut."""
        beginning, _, codec = decode(_beginning(path), path.name)
        if not beginning.strip():
            raise InputError(
                f"{path.name} is empty. try: a file with a header and rows, or leave it out."
            )
        layout = layout_of(beginning)
        rows_only = layout._replace(start=0)
        with _text_of(path, codec) as file:
            file.read(layout.start)
            passed = beginning.count("\n", 0, layout.start)
            while lines := _whole_lines(file, size, path.name):
                if any(line.strip() for line in lines):
                    content, texts = "".join(lines).encode(), self.text_columns
                    yield read_csv(content, path.name, texts, layout=rows_only, left_out=passed)
                passed += len(lines)


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


@contextmanager
def _text_of(path: Path, codec: str) -> Generator[TextIO]:
    with gzip.open(path) if _is_gzip(path) else path.open("rb") as raw:
        yield io.TextIOWrapper(raw, codec, newline="")  # pyrefly: ignore[bad-argument-type]


def _beginning(path: Path) -> bytes:
    """Return whole lines of the first megabyte of text."""
    check_readable(path)
    with gzip.open(path) if _is_gzip(path) else path.open("rb") as file:
        content = file.read(BEGINNING)
    whole, newline, _ = content.rpartition(b"\n")
    return whole + newline if newline and len(content) == BEGINNING else content


def _unpacked_size(path: Path) -> int:
    """Return the bytes of a file, or what those of a compressed one come to, about."""
    return path.stat().st_size * (4 if _is_gzip(path) else 1)


def _whole_lines(file: TextIO, size: int, name: str) -> list[str]:
    """Return the next lines, until no record goes on behind them."""
    lines = file.readlines(size)
    quotes, extra = sum(line.count('"') for line in lines), 0
    while quotes % 2:
        line = file.readline()
        extra += len(line)
        if not line or extra > size:
            raise InputError(f"{name}: a quote is never closed. try: look for one too few.")
        lines.append(line)
        quotes += line.count('"')
    return lines
