"""Checks that a file can be read or written, before work is spent on it."""

import contextlib
import os
import stat
from pathlib import Path
from urllib.request import url2pathname

from clearprop._errors import InputError, invalid_argument

PathLike = str | os.PathLike[str]

STANDARD = "\0-"
"""Path that stands for standard input or output; no file can have this name."""


def local_path(path: PathLike) -> PathLike:
    """Return the path that an address of a file on this machine means; any other as it is.

    Examples
    --------
    >>> str(local_path("file:///home/me/my%20houses.csv")), local_path("houses.csv")
    ('/home/me/my houses.csv', 'houses.csv')
    """
    scheme, _, place = os.fspath(path).partition(":")
    if scheme != "file" or not place.startswith("/"):
        return path
    return Path(url2pathname("/" + place.lstrip("/")))  # a `Path` has taken slashes away


def check_readable(path: PathLike, *, only_files: bool = False) -> None:
    """Refuse a path at which there is no file that can be opened.

    Parameters
    ----------
    path : path-like
        `STANDARD`, standard input, is always readable.
    only_files : bool, default=False
        Refuse pipes and devices as well, which may have no end.

    Raises
    ------
    InputError
        If there is no such file, it is a folder, or it may not be read.
    """
    if os.fspath(path) == STANDARD:
        return
    given = Path(path)
    try:
        mode = given.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        why, hint = "there is no such file.", "check the spelling."
        raise invalid_argument("path", os.fspath(path), why, hint) from None
    except (OSError, ValueError) as error:  # too long, a loop of links, NUL in the name
        raise unreadable(path, error) from None
    if stat.S_ISDIR(mode):
        raise invalid_argument("path", os.fspath(path), "it is a folder.", "the name of a file.")
    if only_files and not stat.S_ISREG(mode):
        why = "it is a pipe or a device."
        raise invalid_argument("path", os.fspath(path), why, "the name of a file.")
    if not os.access(given, os.R_OK):
        why, hint = "it may not be read.", "a file that you may read."
        raise invalid_argument("path", os.fspath(path), why, hint)


def unreadable(path: PathLike, error: Exception) -> InputError:
    """Return the error for a file that the system fails to read."""
    reason = getattr(error, "strerror", None) or error
    why, hint = f"it cannot be read ({reason}).", "another copy of the file."
    return invalid_argument("path", os.fspath(path), why, hint)


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
    shown = os.fspath(path)
    try:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            os.stat(path)
        if is_stream(path):
            return
    except (OSError, ValueError) as error:  # too long, a loop of links, NUL in the name
        why = f"it cannot be written ({getattr(error, 'strerror', None) or error})."
        raise invalid_argument("path", shown, why, "another file name.") from None
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise invalid_argument("path", shown, "it is a folder.", "the name of a file.")
    if not target.parent.is_dir():
        why = f"there is no folder {os.fspath(target.parent)}."
        raise invalid_argument("path", shown, why, "make the folder first.")
    for needed in (target.parent, target):
        if needed.exists() and not os.access(needed, os.W_OK):
            raise invalid_argument("path", shown, "it may not be written.", "another folder.")
