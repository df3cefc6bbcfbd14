"""Data sets of an HDF5 file as arrays: numbers and references, in one piece or in chunks."""

import math
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearprop.imports.hdf5.messages import (
    FILTERS,
    LAYOUT,
    SPACE,
    TYPE,
    UNDEFINED,
    Bytes,
    Hdf5Error,
    Message,
)

MAX_NUMBERS = 100_000_000
MAX_NODES = 100_000
DEFLATE, SHUFFLE, FLETCHER = 1, 2, 3
"""The filters that are undone."""
INTEGER, FLOAT, STRING, REFERENCE = 0, 1, 3, 7
"""The classes of types that are read."""


def shape_of(data: bytes) -> tuple[int, ...]:
    """Return the shape that a dataspace message says."""
    version, rank = data[0], data[1]
    if version not in (1, 2) or rank > 32:
        raise Hdf5Error("an array has a shape that is not read here")
    if version == 2 and data[3] == 2:
        return (0,)
    shape = struct.unpack_from(f"<{rank}Q", data, 8 if version == 1 else 4)
    if math.prod(shape) > MAX_NUMBERS:
        raise Hdf5Error(f"an array claims more than {MAX_NUMBERS} numbers")
    return shape


def type_of(data: bytes) -> tuple[np.dtype, int]:
    """Return the type of the items that a datatype message says, and its class."""
    kind, bits, size = data[0] & 15, data[1], struct.unpack_from("<I", data, 4)[0]
    order = ">" if bits & 1 else "<"
    if kind == FLOAT and size in (2, 4, 8):
        return np.dtype(f"{order}f{size}"), kind
    if kind == INTEGER and size in (1, 2, 4, 8):
        return np.dtype(f"{order}{'i' if bits & 8 else 'u'}{size}"), kind
    if kind == REFERENCE and size == 8:
        return np.dtype("<u8"), kind
    if kind == STRING and 0 < size < 1 << 20:
        return np.dtype(f"S{size}"), kind
    raise Hdf5Error("an array holds something else than numbers")


@dataclass(frozen=True)
class Stored:
    """An array of a file.

    Attributes
    ----------
    array : array
    is_reference : bool
        Whether its numbers are the addresses of other objects.
    """

    array: npt.NDArray[np.generic]
    is_reference: bool


def array_of(file: Bytes, found: Sequence[Message]) -> Stored:
    """Return the array that the messages of a data set describe."""
    by_kind = {each.kind: each.data for each in found}
    if not {SPACE, TYPE, LAYOUT} <= set(by_kind):
        raise Hdf5Error("an object is no array")
    shape = shape_of(by_kind[SPACE])
    dtype, kind = type_of(by_kind[TYPE])
    filters = _filters(by_kind[FILTERS]) if FILTERS in by_kind else []
    array = _laid_out(file, by_kind[LAYOUT], shape, dtype, filters)
    return Stored(array, kind == REFERENCE)


def _laid_out(
    file: Bytes, layout: bytes, shape: tuple[int, ...], dtype: np.dtype, filters: Sequence[int]
) -> npt.NDArray[np.generic]:
    version, count = layout[0], math.prod(shape)
    size = count * dtype.itemsize
    if version in (3, 4):
        kind = layout[1]
        if kind == 0:
            content = layout[4 : 4 + struct.unpack_from("<H", layout, 2)[0]]
        elif kind == 1:
            address = struct.unpack_from("<Q", layout, 2)[0]
            content = bytes(size) if address == UNDEFINED else file.take(address, size)
        elif version == 3:
            rank = layout[2]
            address, *chunk = struct.unpack_from(f"<Q{rank}I", layout, 3)
            return _chunked(file, address, tuple(chunk[:-1]), shape, dtype, filters)
        else:
            raise Hdf5Error("an array is in chunks of a kind that is not read here")
    elif version in (1, 2) and layout[2] == 1:
        content = file.take(struct.unpack_from("<Q", layout, 8)[0], size)
    else:
        raise Hdf5Error("an array is laid out in a way that is not read here")
    if len(content) < size:
        raise Hdf5Error("an array is shorter than it says")
    return np.frombuffer(content[:size], dtype).reshape(shape)


def _chunked(
    file: Bytes,
    address: int,
    chunk: tuple[int, ...],
    shape: tuple[int, ...],
    dtype: np.dtype,
    filters: Sequence[int],
) -> npt.NDArray[np.generic]:
    """Return an array from its chunks, which a tree of version 1 lists."""
    whole = np.zeros(shape, dtype)
    if len(chunk) != len(shape) or not 0 < math.prod(chunk) <= MAX_NUMBERS:
        raise Hdf5Error("a chunk has another shape than its array")
    for start, size, at, mask in _leaves(file, address, len(shape)):
        used = [each for n, each in enumerate(filters) if not mask >> n & 1]
        content = _undone(file.take(at, size), used, math.prod(chunk) * dtype.itemsize, dtype)
        piece = np.frombuffer(content, dtype).reshape(chunk)
        ends = [min(a + n, m) for a, n, m in zip(start, chunk, shape, strict=True)]
        if any(a >= end for a, end in zip(start, ends, strict=True)):
            continue
        there = tuple(slice(a, end) for a, end in zip(start, ends, strict=True))
        here = tuple(slice(0, end - a) for a, end in zip(start, ends, strict=True))
        whole[there] = piece[here]
    return whole


def _leaves(
    file: Bytes, address: int, rank: int
) -> Iterator[tuple[tuple[int, ...], int, int, int]]:
    """Yield start, stored size, address and skipped filters of each chunk."""
    waiting, seen = [address], 0
    while waiting:
        at, seen = waiting.pop(), seen + 1
        if at == UNDEFINED:
            continue
        mark = file.take(at, 4)
        kind, level, used = file.unpack("BBH", at + 4)
        if mark != b"TREE" or kind != 1 or seen > MAX_NODES:
            raise Hdf5Error("a list of chunks is damaged")
        step = 8 + 8 * (rank + 1) + 8
        for n in range(used):
            size, mask, *start = file.unpack(f"II{rank + 1}QQ", at + 24 + n * step)
            child = start.pop()
            if level:
                waiting.append(child)
            else:
                yield tuple(start[:rank]), size, child, mask


def _filters(data: bytes) -> list[int]:
    """Return the numbers of the filters, in the order in which they were applied."""
    version, count = data[0], data[1]
    at, found = (8 if version == 1 else 2), []
    for _ in range(count):
        (number,) = struct.unpack_from("<H", data, at)
        named = version == 1 or number >= 256
        if named:
            length, _, values = struct.unpack_from("<HHH", data, at + 2)
        else:
            length, (_, values) = 0, struct.unpack_from("<HH", data, at + 2)
        if version == 1:
            length = -(-length // 8) * 8
            values += values % 2
        at += (8 if named else 6) + length + 4 * values
        if number not in (DEFLATE, SHUFFLE, FLETCHER):
            raise Hdf5Error(f"an array is packed by filter {number}, which is not read here")
        found.append(number)
    return found


def _undone(content: bytes, filters: Sequence[int], size: int, dtype: np.dtype) -> bytes:
    """Return a chunk as it was before the filters, of exactly so many bytes."""
    for each in reversed(filters):
        if each == FLETCHER:
            content = content[:-4]
        elif each == DEFLATE:
            unpacker = zlib.decompressobj()
            content = unpacker.decompress(content, size + 8)
        else:
            planes = np.frombuffer(content, np.uint8).reshape(dtype.itemsize, -1)
            content = planes.T.tobytes()
    if len(content) != size:
        raise Hdf5Error("a chunk has another size than it says")
    return content
