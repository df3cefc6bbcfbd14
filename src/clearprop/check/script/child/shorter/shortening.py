"""Fewer rows in every file of a folder that has very many."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

from clearprop._text import Text
from clearprop.check.script.child.shorter import arrays, idx
from clearprop.check.script.child.shorter.pickles import of_pickle
from clearprop.check.script.child.shorter.texts import TEXTS, with_few_lines

ZIPPED, SMALL = b"\x1f\x8b", 2000
"""What a file begins with that gzip wrote; bytes of a file that is small enough."""
FORMATS: dict[bytes, Callable[[bytes, int], bytes | None]] = {
    arrays.NPY: arrays.of_npy,
    arrays.NPZ: arrays.of_npz,
    arrays.MATLAB: arrays.of_matlab,
    idx.BEGINNING: idx.with_few_rows,
    b"\x80": of_pickle,
}
"""What shortens a file, by what it begins with."""
SHORTER = Text(
    "It reads more than can be followed: of {names}, about {kept} rows were kept.",
    "数据太多，无法逐一跟踪：{names} 只保留了大约 {kept} 行。",
)


def shortened(folder: Path, kept: int) -> Text | None:
    """Leave rows out of long files in a folder, evenly, and say so; None where there are none.

    Rows may be sorted: those that stay are of every part of the file.
    """
    names = []
    for path, few in long_files(folder, kept):
        path.write_bytes(few)
        names.append(path.name)
    return SHORTER.filled(names=", ".join(names), kept=kept) if names else None


def long_files(folder: Path, kept: int = 1) -> Iterator[tuple[Path, bytes]]:
    """Yield the files in a folder that have very many rows, and what they hold with so few."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.stat().st_size < SMALL:
            continue
        few = with_few_rows(path, kept)
        if few is not None:
            yield path, few


def with_few_rows(path: Path, kept: int) -> bytes | None:
    """Return what a file holds with fewer rows; None if it has not many, or cannot be read."""
    content = path.read_bytes()
    is_zipped = content.startswith(ZIPPED)
    try:
        plain = gzip.decompress(content) if is_zipped else content
        for beginning, shorten in FORMATS.items():
            if plain.startswith(beginning):
                few = shorten(plain, kept)
                break
        else:
            ending = (path.with_suffix("") if is_zipped else path).suffix.lower()
            few = with_few_lines(plain, kept) if ending in TEXTS else None
    except Exception:  # it is no such file, or its library is not there
        return None
    return gzip.compress(few, 1) if is_zipped and few is not None else few
