"""The trace of a program: the contents of its arrays, and the operations that made them."""

import hashlib
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.child.record.calls import Call

ADDED = "added"
"""The operation that adds something to one element of an array."""
SET = "setitem"
"""The operation that puts something into an element of an array."""
RETURNED = "the gradient"
"""The operation of a function that was asked for its gradient, and the name of what it gave."""
LARGE = 16_384
"""Numbers of an array beyond which its sums tell it from others."""
DRAWN = np.random.default_rng(3).integers(0, 2**64, (2, LARGE), np.uint64)


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

    contents: list[FloatArray] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    """True for contents that are whole numbers by their type."""
    operations: list[Operation] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    indices: list[Seen] = field(default_factory=list)
    unseen: list[Seen] = field(default_factory=list)
    """What was multiplied by an array that is too large to be looked at."""
    measuring: set[range] = field(default_factory=set)
    """Lines of the loops that compute differences of a loss."""
    keys: dict[bytes, int] = field(default_factory=dict)
    shapes: set[tuple[int, ...]] = field(default_factory=set)
    """Those of the contents: of no other shape is one to be found."""

    @property
    def has_matrices(self) -> bool:
        """True if a matrix was multiplied with anything."""
        return any(
            operation.name == "@" and any(self.contents[p].ndim > 1 for p in operation.operands)
            for operation in self.operations
        )

    def find(self, array: FloatArray) -> int | None:
        """Return the number of a content; None where it never occurred."""
        return self.keys.get(key(array)) if array.shape in self.shapes else None

    def number(self, array: FloatArray, *, whole: bool = False, copies: bool = False) -> int:
        """Return the number of a content, which may be new; with `copies`, a copy is kept of it."""
        name = key(array)
        found = self.keys.get(name)
        if found is None:
            found = self.keys[name] = len(self.contents)
            self.contents.append(array.copy() if copies else array)
            self.whole.append(whole)
            self.shapes.add(array.shape)
        return found


def key(array: FloatArray) -> bytes:
    """Return what equals for equal numbers in equal shapes."""
    numbers = np.ascontiguousarray(array)
    digest = hashlib.blake2b(digest_size=16)
    digest.update(numbers.tobytes() if array.size <= LARGE else sums_of(numbers))
    digest.update(repr(array.shape).encode())
    return digest.digest()


def sums_of(numbers: FloatArray) -> bytes:
    """Return two sums of a large array's bits, each times drawn numbers: quicker than a digest."""
    bits = numbers.view(np.uint64).ravel()
    parts = [bits[start : start + LARGE] for start in range(0, bits.size, LARGE)]
    sums = np.array([[np.dot(part, drawn[: part.size]) for drawn in DRAWN] for part in parts])
    return sums.tobytes()
