"""Text in columns of a terminal, where a Chinese character takes two."""

import functools
import unicodedata
from collections.abc import Iterator, Sequence


@functools.lru_cache(maxsize=2**16)
def width_of(text: str) -> int:
    """Return how many columns of a terminal a text takes.

    Examples
    --------
    >>> width_of("δ¹"), width_of("误差")
    (2, 4)
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def padded(text: str, width: int, align: str = "left") -> str:
    """Return a text filled up with spaces to a width."""
    room = width - width_of(text)
    before = {"left": 0, "center": room // 2, "right": room}[align]
    return " " * before + text + " " * (room - before)


def pairs(named: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield lines of a name and its value, the values below each other.

    Examples
    --------
    >>> for line in pairs([("loss", "0.1"), ("stopped", "The goal was reached.")]):
    ...     print(line)
    loss     0.1
    stopped  The goal was reached.
    """
    width = max(width_of(name) for name, _ in named)
    for name, value in named:
        yield f"{padded(name, width)}  {value}"


def grid(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield lines of cells: the first column to the left, the others to the right.

    Examples
    --------
    >>> for line in grid([["", "train"], ["rows", "569"], ["errors", "2"]]):
    ...     print(line)
             train
    rows       569
    errors       2
    """
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [padded(*cell, "right") for cell in zip(others, widths[1:], strict=True)]
        yield "   ".join([padded(first, widths[0]), *cells])
