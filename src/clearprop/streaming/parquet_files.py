"""Parquet files, row group by row group."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clearprop._errors import InputError, invalid_argument
from clearprop.data import Table
from clearprop.files.access import check_readable
from clearprop.streaming.portions import rows_a_portion
from clearprop.streaming.source import Piece, Source, check_columns, rows_a_block, stamp

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile


@dataclass(frozen=True)
class ParquetFiles(Source):
    """Parquet files of the same columns, one after the other."""

    files: tuple[Path, ...]

    def __post_init__(self) -> None:
        first = self.names
        for path in self.files[1:]:
            names = _opened(path).schema_arrow.names
            check_columns(names, path.name, first, self.files[0].name)

    @cached_property
    def names(self) -> list[str]:
        """The columns of the first file, which are those of all."""
        return list(_opened(self.files[0]).schema_arrow.names)

    @cached_property
    def rows(self) -> int:
        """The rows of all files, as they say themselves."""
        return sum(_opened(path).metadata.num_rows for path in self.files)

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The files."""
        return self.files

    @property
    def fingerprint(self) -> list[Any]:
        """Path, size and time of each file, and the rows of all."""
        return [*map(stamp, self.files), self.rows]

    def blocks(self, names: Sequence[str] | None = None) -> Iterator[Table]:
        """Yield the rows of each row group, in their order."""
        wanted = self.names if names is None else list(names)
        size = rows_a_block(len(wanted))
        for path in self.files:
            groups = range(_opened(path).metadata.num_row_groups)
            yield from _of_groups(path, groups, wanted, size)

    def pieces(self) -> list[Piece]:
        """Return runs of row groups, each with about as many rows as a portion."""
        found, size = [], rows_a_block(len(self.names))
        for path in self.files:
            metadata = _opened(path).metadata
            groups: list[int] = []
            rows = 0
            for group in range(metadata.num_row_groups):
                groups.append(group)
                rows += metadata.row_group(group).num_rows
                is_last = group == metadata.num_row_groups - 1
                if rows and (is_last or rows >= rows_a_portion(len(self.names))):
                    read = partial(_of_groups, path.resolve(), tuple(groups), self.names, size)
                    found.append(Piece(read, rows))
                    groups, rows = [], 0
        return found


def _of_groups(path: Path, groups: Sequence[int], wanted: list[str], size: int) -> Iterator[Table]:
    """Yield the rows of some row groups of one file."""
    file = _opened(path)
    for group in groups:
        yield from _rows_of(file, path.name, group, wanted, size)


def _opened(path: Path) -> "ParquetFile":
    import pyarrow
    from pyarrow import parquet

    check_readable(path)
    try:
        return parquet.ParquetFile(path)
    except (pyarrow.ArrowException, OSError, ValueError):
        raise _damaged(path.name) from None


def _damaged(name: str) -> InputError:
    return invalid_argument("data", name, "it is a damaged Parquet file.", "write it again.")


def _rows_of(
    file: "ParquetFile", name: str, group: int, columns: list[str], size: int
) -> Iterator[Table]:
    """Yield the rows of one row group."""
    import pyarrow

    start = 0
    batches = file.iter_batches(size, row_groups=[group], columns=columns)
    while True:
        try:
            batch = next(batches, None)
        except (pyarrow.ArrowException, OSError, ValueError):
            raise _damaged(f"{name}, row group {group}") from None
        if batch is None:
            return
        if batch.num_rows:
            frame = batch.select(columns).to_pandas()
            yield Table(frame, name, partial(_place, group, start))
            start += batch.num_rows


def _place(group: int, start: int, row: int) -> str:
    return f"row group {group}, row {start + row}"
