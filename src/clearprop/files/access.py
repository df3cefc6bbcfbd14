"""Say why a file cannot be read or written, before work is spent on it."""

import os
from pathlib import Path

from clearprop._errors import invalid_argument

PathLike = str | os.PathLike[str]


def check_readable(path: PathLike) -> None:
    """Refuse a path at which there is no file that can be opened.

    Raises
    ------
    InputError
        If there is no such file, it is a folder, or it may not be read.
    """
    given, shown = Path(path), os.fspath(path)
    if not given.exists():
        raise invalid_argument("path", shown, "there is no such file.", "check the spelling.")
    if given.is_dir():
        raise invalid_argument("path", shown, "it is a folder.", "the name of a file.")
    if not os.access(given, os.R_OK):
        raise invalid_argument("path", shown, "it may not be read.", "a file that you may read.")


def is_stream(path: PathLike) -> bool:
    """Return whether there is a pipe or a device at the path, which can only be written to."""
    given = Path(path)
    return given.exists() and not given.is_file() and not given.is_dir()


def check_writable(path: PathLike) -> None:
    """Refuse a path to which no file can be written.

    Raises
    ------
    InputError
        If it is a folder, its folder does not exist, or it may not be written.
    """
    if is_stream(path):
        return
    target, shown = Path(os.path.realpath(path)), os.fspath(path)
    if target.is_dir():
        raise invalid_argument("path", shown, "it is a folder.", "the name of a file.")
    if not target.parent.is_dir():
        why = f"there is no folder {os.fspath(target.parent)}."
        raise invalid_argument("path", shown, why, "make the folder first.")
    for needed in (target.parent, target):
        if needed.exists() and not os.access(needed, os.W_OK):
            raise invalid_argument("path", shown, "it may not be written.", "another folder.")
