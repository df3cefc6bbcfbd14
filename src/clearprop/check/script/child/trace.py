"""The trace of a program: the contents of its arrays, and the operations that made them."""

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.child.calls import Call

ADDED = "added"
"""The operation that adds something to one element of an array."""


class Operation(NamedTuple):
    """One operation: its result and operands, as numbers of contents."""

    time: int
    line: int
    name: str
    operands: tuple[int, ...]
    result: int
    call: Call | None = None
    """The call of a library function, to be made again; None of an operator."""


class Seen(NamedTuple):
    """A content that was stored, returned or read."""

    time: int
    line: int
    place: str
    content: int


@dataclass
class Trace:
    """All that was recorded."""

    contents: list[FloatArray]
    whole: list[bool]
    """True for contents that are whole numbers by their type."""
    operations: list[Operation]
    seen: list[Seen]
    indices: list[Seen]
    keys: dict[bytes, int]

    @property
    def has_matrices(self) -> bool:
        """True if a matrix was multiplied with anything."""
        return any(
            operation.name == "@" and any(self.contents[p].ndim > 1 for p in operation.operands)
            for operation in self.operations
        )

    def find(self, array: FloatArray) -> int | None:
        """Return the number of a content; None where it never occurred."""
        return self.keys.get(key(array))


def key(array: FloatArray) -> bytes:
    """Return what equals for equal numbers in equal shapes."""
    digest = hashlib.blake2b(np.ascontiguousarray(array).tobytes(), digest_size=16)
    digest.update(repr(array.shape).encode())
    return digest.digest()
