"""Fewer rows of what was pickled, of Python 2 as well: its strings are read as the program asks."""

import io
import pickle
import struct
from typing import Any, ClassVar

from clearprop.check.script.child.shorter.rows import with_few_rows

OLD = 2
"""The last protocol of Python 2, whose strings are bytes."""


def of_pickle(content: bytes, kept: int) -> bytes | None:
    """Return a pickle with so many rows of its arrays, and of lists beside them."""
    protocol = content[1]
    held = pickle.loads(content, encoding="bytes")  # it is the program that is run here
    few = with_few_rows(held, kept)
    if few is held:
        return None
    if protocol > OLD:
        return pickle.dumps(few, protocol)
    file = io.BytesIO()
    OldPickler(file, protocol).dump(few)
    return file.getvalue()


class OldPickler(pickle._Pickler):
    """Writes bytes as strings of Python 2: whoever loads them says whether they are text."""

    dispatch: ClassVar[dict[Any, Any]] = dict(pickle._Pickler.dispatch)

    def save_string(self, held: bytes) -> None:
        """Write bytes, the shorter ones with their length in one byte."""
        short = len(held) < 2**8
        size = bytes([len(held)]) if short else struct.pack("<i", len(held))
        kind = pickle.SHORT_BINSTRING if short else pickle.BINSTRING
        self.write(kind + size + held)  # type: ignore[attr-defined]
        self.memoize(held)  # type: ignore[attr-defined]

    dispatch[bytes] = save_string
