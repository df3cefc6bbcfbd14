"""Files of a program that lie elsewhere than it says, and notes that stand in their place."""

import itertools
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

POINTER, POINTERS_SIZE = b"version https://git-lfs.github.com/spec/", 1024
"""What a file begins with that Git LFS has left in the place of a large one, and its size."""


def elsewhere(path: Any, folder: str) -> str | None:
    """Return where in a folder, the program's own, a file of this name lies; None if nowhere.

    A program that was run elsewhere, or under Windows, names it by another path.
    """
    wanted = [part.lower() for part in re.split(r"[\\/]+", str(path)) if part]
    if not wanted or "." not in wanted[-1] or wanted[-1].endswith(".py"):
        return None
    found = [
        file
        for file in sorted(Path(folder).rglob("*.*"))
        if file.name.lower() == wanted[-1] and file.is_file() and not is_pointer(file)
    ]
    alike = {file: in_common([part.lower() for part in file.parts], wanted) for file in found}
    return str(max(found, key=lambda file: alike[file])) if found else None


def in_common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many parts at their ends two paths have in common."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def is_pointer(path: Path) -> bool:
    """Return whether a file holds no data, but a note of Git LFS where they are."""
    try:
        is_small = path.is_file() and path.stat().st_size < POINTERS_SIZE
        return is_small and path.read_bytes().startswith(POINTER)
    except OSError:
        return False


def existing(path: Any) -> Any:
    """Return the path of a file.

    Raises
    ------
    FileNotFoundError
        If Git LFS has left a note in its place.
    """
    if isinstance(path, str | os.PathLike) and is_pointer(Path(path)):
        raise FileNotFoundError(f"[Errno 2] No such file or directory: {str(path)!r}")
    return path
