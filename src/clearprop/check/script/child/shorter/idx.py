"""Fewer rows of a file in MNIST's format, IDX."""

import math

import numpy as np

from clearprop.check.script.child.shorter.rows import MANY, spread

BEGINNING = b"\0\0\x08"
"""Of a file whose numbers are bytes."""
HEADER = 4
"""Bytes before the sizes, and bytes of a size."""


def with_few_rows(content: bytes, kept: int) -> bytes | None:
    r"""Return a file with so many of its rows; None if it has not many.

    Examples
    --------
    >>> labels = b"\0\0\x08\1" + (6000).to_bytes(4, "big") + b"\5" * 6000
    >>> with_few_rows(labels, 3)
    b'\x00\x00\x08\x01\x00\x00\x00\x03\x05\x05\x05'
    """
    first = HEADER * (1 + content[HEADER - 1])
    rows, *sizes = np.frombuffer(content[HEADER:first], dtype=">u4").tolist()
    if rows < MANY or len(content) - first < rows * math.prod(sizes):
        return None
    numbers = np.frombuffer(content, np.uint8, rows * math.prod(sizes), first).reshape(rows, -1)
    few = kept.to_bytes(HEADER, "big") + content[2 * HEADER : first]
    return content[:HEADER] + few + numbers[spread(rows, kept)].tobytes()
