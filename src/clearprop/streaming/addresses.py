"""Parquet files that are named by an address, ``s3://bucket/folder/*.parquet``."""

import re
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from clearprop._errors import invalid_argument
from clearprop._extras import is_installed, require
from clearprop.streaming.arrow_dataset import ArrowDataset

if TYPE_CHECKING:
    from pyarrow.fs import FileInfo, FileSystem

_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+):/{1,2}(?=[^/])(?P<path>.*)", re.DOTALL)
"""A scheme of two letters or more, for one is a drive of Windows; a `Path` leaves one slash."""


def is_address(given: Any) -> bool:
    """Return whether a path is an address of another file system than this machine's.

    Examples
    --------
    >>> is_address("s3://bucket/*.parquet"), is_address("C:/sales.csv"), is_address("sales.csv")
    (True, False, False)
    """
    match = _ADDRESS.fullmatch(str(given))
    return match is not None and match[1] != "file"


def dataset_at(*given: Any) -> ArrowDataset:
    """Return the Parquet files at addresses: one, those of a folder, or those of a pattern each.

    Raises
    ------
    InputError
        If the file system is not known or does not answer, or there is no such file.
    """
    require("a file at an address", "pandas", "pyarrow")
    from pyarrow import dataset, lib

    addresses = list(map(_spelled, given))
    address = addresses[0]
    try:
        system, _ = _system_of(address)
        files = []
        for address in addresses:
            files += _files_at(system, _system_of(address)[1])
            if not files:
                why = "no file is there."
                raise invalid_argument("data", address, why, "another address or pattern.")
        paths = [file.path for file in files]
        found = dataset.dataset(paths, filesystem=system, format="parquet")
        found.schema  # noqa: B018  reads the first file
    except (OSError, lib.ArrowException) as error:  # a network, or a file that is none of Parquet
        reason = str(error).partition(". ")[0].strip() or type(error).__name__
        why = f"it cannot be read as Parquet ({reason})."
        hint = "check address and access; files of other kinds are read from this machine."
        raise invalid_argument("data", address, why, hint) from None
    name = PurePosixPath(paths[0]).name if len(paths) == 1 else f"{len(paths)} files"
    stamps = tuple((file.path, file.size, file.mtime_ns) for file in files)
    return ArrowDataset(name, found, stamps)


def _spelled(given: Any) -> str:
    """Return an address with both of its slashes.

    Raises
    ------
    InputError
        If it is none.
    """
    match = _ADDRESS.fullmatch(str(given))
    if match is None or not is_address(given):
        why, hint = "it is a file beside addresses.", "files of one kind of place."
        raise invalid_argument("data", str(given), why, hint)
    return f"{match[1]}://{match['path']}"


def _system_of(address: str) -> "tuple[FileSystem, str]":
    """Return the file system of an address, and the path there: Arrow's own, or one of fsspec's."""
    from pyarrow import fs, lib

    try:
        return fs.FileSystem.from_uri(address)
    except lib.ArrowException:
        pass  # none of Arrow's own
    scheme = address.partition(":")[0]
    why, hint = f"nothing here reads {scheme}://.", "s3://, gs://, hdfs://, or copy the files."
    if not is_installed("fsspec"):
        raise invalid_argument("data", address, why, hint)
    import fsspec

    try:
        system, path = fsspec.core.url_to_fs(address)
    except (ValueError, ImportError) as error:
        hint = hint if isinstance(error, ValueError) else f"{error}"
        raise invalid_argument("data", address, why, hint) from None
    return fs.PyFileSystem(fs.FSSpecHandler(system)), path


def _files_at(system: "FileSystem", path: str) -> "list[FileInfo]":
    """Return the files that a path stands for, sorted by name."""
    from pyarrow import fs

    here = PurePosixPath(path)
    if any(sign in here.name for sign in "*?["):
        around = fs.FileSelector(str(here.parent), allow_not_found=True)
        inside = [
            each for each in system.get_file_info(around) if fnmatch(each.base_name, here.name)
        ]
    else:
        (at,) = system.get_file_info([path])
        inside = [at]
        if at.type == fs.FileType.Directory:
            inside = system.get_file_info(fs.FileSelector(path))
            inside = [each for each in inside if each.base_name.endswith((".parquet", ".pq"))]
    return sorted((each for each in inside if each.is_file), key=lambda each: each.path)
