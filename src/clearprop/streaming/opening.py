"""The source that is meant by a file, a pattern, a folder, a dataset or a lazy frame."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clearprop._errors import invalid_argument
from clearprop._extras import require
from clearprop.data.dask_collections import is_dask
from clearprop.files.access import check_readable, local_path
from clearprop.streaming.addresses import dataset_at, is_address
from clearprop.streaming.arrow_dataset import ArrowDataset
from clearprop.streaming.csv_files import CsvFiles
from clearprop.streaming.dask_frame import DaskFrame
from clearprop.streaming.parquet_files import ParquetFiles
from clearprop.streaming.source import Source

TABLES = (".parquet", ".pq", ".csv", ".tsv", ".txt", ".gz")
"""The endings of tables in a folder."""


def is_source(given: Any) -> bool:
    """Return whether something names files, or is a table that is read in pieces."""
    if isinstance(given, str | os.PathLike | Source) or _is_lazy(given):
        return True
    if isinstance(given, list | tuple):
        return all(isinstance(each, str | os.PathLike) for each in given)
    return _is_dataset(given) or is_dask(given)


def _is_dataset(given: Any) -> bool:
    return hasattr(given, "get_fragments") and hasattr(given, "count_rows")


def _is_lazy(given: Any) -> bool:
    return hasattr(given, "sink_parquet")


def source_of(given: Any, text_columns: Sequence[str] = (), folder: Path | None = None) -> Source:
    """Return the source that is meant.

    Parameters
    ----------
    given : path-like, list of path-like, Arrow dataset, polars LazyFrame or Dask collection
        A file, a pattern such as ``data/*.parquet``, or a folder of Parquet or CSV files; or an
        address of Parquet files, such as ``s3://bucket/data/*.parquet``.
    text_columns : sequence of str
        Columns of CSV files whose values are text even where they look like numbers.
    folder : Path, optional
        Where a LazyFrame writes its rows to; it is needed for one.

    Raises
    ------
    InputError
        If there is no such file, or it is no table.
    """
    if isinstance(given, Source):
        return given
    if _is_dataset(given):
        return ArrowDataset("the dataset", given)
    if is_dask(given):
        return DaskFrame.of(given)
    if _is_lazy(given):
        assert folder is not None
        path = folder / "lazy.parquet"
        given.sink_parquet(path)
        return ParquetFiles("the LazyFrame", (path,))
    if is_address(given):
        return dataset_at(given)
    if isinstance(given, list | tuple) and any(map(is_address, given)):
        return dataset_at(*given)
    files = _files_of(given)
    if not files:
        raise invalid_argument("data", [], "it names no file.", "a file, or a pattern: data/*.csv.")
    name = files[0].name if len(files) == 1 else f"{len(files)} files"
    kinds = [_is_parquet(path) for path in files]
    if all(kinds):
        require("a Parquet file", "pandas", "pyarrow")
        return ParquetFiles(name, files)
    if any(kinds):
        odd = files[kinds.index(not kinds[0])]
        why, hint = "it is of another kind than the rest.", "one kind."
        if not odd.stat().st_size:
            why, hint = "it is empty.", "write it again, or leave it out."
        raise invalid_argument("data", odd.name, why, hint)
    require("a table", "pandas")
    return CsvFiles(name, files, tuple(text_columns))


def _is_parquet(path: Path) -> bool:
    check_readable(path)
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def _files_of(given: Any) -> tuple[Path, ...]:
    """Return the files that paths, patterns and folders stand for, sorted by name."""
    several = given if isinstance(given, list | tuple) else [given]
    found: list[Path] = []
    for each in map(Path, map(local_path, several)):
        if each.is_dir():
            inside = sorted(p for p in each.iterdir() if p.suffix.lower() in TABLES)
            if not inside:
                why = "no Parquet or CSV file is in this folder."
                raise invalid_argument("data", str(each), why, "a folder of them, or a file.")
            found += inside
        elif any(sign in each.name for sign in "*?[") and not each.exists():
            matching = sorted(each.parent.glob(each.name))
            if not matching:
                why = "no file has such a name."
                raise invalid_argument("data", str(each), why, "another pattern.")
            found += matching
        else:
            found.append(each)
    return tuple(found)
