"""The plan of a training that streams: what it takes in memory, on disk and in time."""

import os
import time
from dataclasses import dataclass

from clearprop._text import Text
from clearprop.files.access import STANDARD, PathLike
from clearprop.streaming.addresses import is_address
from clearprop.streaming.memory import available_memory
from clearprop.streaming.opening import source_of
from clearprop.streaming.source import Source

IN_MEMORY = 4
"""How many times its numbers a table takes while it is read, encoded and trained on."""
SIZE = Text(
    "{name}: about {rows:,} rows × {columns} columns, {size} as numbers; {free} of memory are "
    "free.",
    "{name}：约 {rows:,} 行 × {columns} 列，数值约 {size}；可用内存 {free}。",
)
PASSES = Text(
    "Rows stream from disk: two passes of about {time} each write a cache of about {cache} to "
    "{folder}, which every epoch reads. --rows 100000 trains on a random sample instead.",
    "各行从磁盘分批读取：先用两遍（每遍约 {time}）在 {folder} 写入约 {cache} 的缓存，"
    "之后每个周期读取缓存。--rows 100000 改用随机样本训练。",
)
LARGE = 2**26
"""Bytes of a file from which on it is asked how much memory it takes."""


def streams(data: PathLike) -> bool:
    """Return whether a path means more than a table that is read at once.

    It does where it is a pattern, a folder or an address, or a file that does not fit into memory.
    """
    if os.fspath(data) == STANDARD:
        return False
    if is_address(data):
        return True
    if not os.path.isfile(data):  # which a name too long for the system is not either
        return os.path.isdir(data) or any(sign in os.path.basename(data) for sign in "*?[")
    return os.path.getsize(data) >= LARGE and not fits_in_memory(source_of(data))


def fits_in_memory(source: Source) -> bool:
    """Return whether a table can be read as a whole and trained on in memory."""
    return IN_MEMORY * source.bytes_in_memory < available_memory()


@dataclass(frozen=True)
class Plan:
    """What is known of a training before its first pass.

    Attributes
    ----------
    source : Source
    seconds : float
        What a pass takes, going by the first block.
    folder : str
        Where the cache is written.
    """

    source: Source
    seconds: float
    folder: str

    @staticmethod
    def of(source: Source, folder: str) -> "Plan":
        """Return the plan for a source, after a look at its first rows."""
        blocks, began = source.blocks(), time.perf_counter()
        first = next(blocks, None)
        if first is None:
            raise source.without_rows()
        seconds = time.perf_counter() - began
        blocks.close()  # type: ignore[attr-defined]
        return Plan(source, seconds * max(1.0, source.rows / len(first)), folder)

    @property
    def sentences(self) -> tuple[Text, ...]:
        """The plan in words."""
        source, size = self.source, self.source.bytes_in_memory
        about = SIZE.filled(
            name=source.name,
            rows=source.rows,
            columns=len(source.names),
            size=_bytes(size),
            free=_bytes(available_memory()),
        )
        passes = PASSES.filled(
            time=_clock(self.seconds), cache=_bytes(size // 2), folder=self.folder
        )
        return about, passes


def _bytes(count: int) -> str:
    """Return a number of bytes in the unit that people read.

    Examples
    --------
    >>> _bytes(23_500_000_000), _bytes(1_200_000)
    ('23.5 GB', '1.2 MB')
    """
    unit, name = (1e9, "GB") if count >= 1e9 else (1e6, "MB")
    return f"{count / unit:.1f} {name}"


def _clock(seconds: float) -> Text:
    """Return a time in words.

    Examples
    --------
    >>> _clock(7.2).en, _clock(200).en
    ('8 s', '4 min')
    """
    if seconds < 90:
        whole = int(seconds) + 1
        return Text(f"{whole} s", f"{whole} 秒")
    minutes = int(seconds / 60) + 1
    return Text(f"{minutes} min", f"{minutes} 分钟")
