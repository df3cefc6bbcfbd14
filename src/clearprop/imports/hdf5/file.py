"""An HDF5 file as a tree of nodes: groups with names in them, and arrays."""

import struct
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clearprop.imports.hdf5.arrays import Stored, array_of, shape_of, type_of
from clearprop.imports.hdf5.messages import (
    ATTRIBUTE,
    LAYOUT,
    LINK,
    LINKS,
    SYMBOLS,
    UNDEFINED,
    Bytes,
    Hdf5Error,
    Message,
    messages,
)

SIGNATURE = b"\x89HDF\r\n\x1a\n"
MAX_NAMES = 100_000
MAX_START = 1 << 20
"""The superblock of a file with something before it stands at a power of 2 up to here."""


@dataclass(frozen=True)
class Node:
    """A group or an array of a file."""

    file: Bytes
    address: int

    @cached_property
    def messages(self) -> list[Message]:
        """What its header says."""
        return messages(self.file, self.address)

    @property
    def is_array(self) -> bool:
        """Whether it holds numbers, and no names."""
        return any(each.kind == LAYOUT for each in self.messages)

    @cached_property
    def stored(self) -> Stored:
        """Its array."""
        return array_of(self.file, self.messages)

    @cached_property
    def children(self) -> dict[str, "Node"]:
        """What stands in a group, by name."""
        found: dict[str, Node] = {}
        for each in self.messages:
            if each.kind == SYMBOLS:
                tree, heap = struct.unpack("<QQ", each.data[:16])
                found |= {name: Node(self.file, at) for name, at in _symbols(self.file, tree, heap)}
            elif each.kind == LINK:
                name, at = _link(each.data)
                found[name] = Node(self.file, at)
            elif each.kind == LINKS:
                skip = 2 + (8 if each.data[1] & 1 else 0)
                (heap,) = struct.unpack_from("<Q", each.data, skip)
                if heap != UNDEFINED:
                    raise Hdf5Error("a group keeps its names in a way that is not read here")
        return found

    @cached_property
    def attributes(self) -> dict[str, bytes]:
        """The bytes of each attribute, by name; those that other types have are left out."""
        found = {}
        for each in self.messages:
            if each.kind == ATTRIBUTE:
                name, value = _attribute(each.data)
                found[name] = value
        return found

    def at(self, path: str) -> "Node":
        """Return what a path leads to.

        Raises
        ------
        Hdf5Error
            If there is no such thing.
        """
        node = self
        for name in path.strip("/").split("/"):
            if node.is_array or name not in node.children:
                raise Hdf5Error(f"there is no {path} in it")
            node = node.children[name]
        return node

    def referred(self, address: int) -> "Node":
        """Return the object that a reference points to."""
        return Node(self.file, address)


def open_bytes(content: bytes) -> Node:
    """Return the root of a file.

    Raises
    ------
    Hdf5Error
        If it is no HDF5 file, or of a kind that is not read here.
    """
    start = next(
        (at for at in (0, *(512 << n for n in range(12))) if content[at : at + 8] == SIGNATURE),
        None,
    )
    if start is None:
        raise Hdf5Error("it is no HDF5 file")
    file = Bytes(content[start:])
    version = file.unpack("B", 8)[0]
    if version in (0, 1):
        offsets, lengths = file.unpack("BB", 13)
        base = 24 if version == 0 else 28
        root = file.unpack("Q", base + 32 + 8)[0]
    elif version in (2, 3):
        offsets, lengths = file.unpack("BB", 9)
        root = file.unpack("Q", 12 + 24)[0]
    else:
        raise Hdf5Error(f"its superblock is of version {version}")
    if (offsets, lengths) != (8, 8):
        raise Hdf5Error("its addresses are not 8 bytes long")
    return Node(file, root)


def _symbols(file: Bytes, tree: int, heap: int) -> list[tuple[str, int]]:
    """Return names and addresses of a group of the first kind."""
    if file.take(heap, 4) != b"HEAP":
        raise Hdf5Error("a group has no names")
    (names,) = file.unpack("Q", heap + 24)
    found: list[tuple[str, int]] = []
    waiting, seen = [tree], 0
    while waiting:
        at, seen = waiting.pop(0), seen + 1
        mark = file.take(at, 4)
        if mark == b"TREE":
            kind, _, used = file.unpack("BBH", at + 4)
            if kind:
                raise Hdf5Error("a group is damaged")
            waiting += [file.unpack("Q", at + 32 + 16 * n)[0] for n in range(used)]
        elif mark == b"SNOD":
            (count,) = file.unpack("H", at + 6)
            for n in range(count):
                name, address, kind = file.unpack("QQI", at + 8 + 40 * n)
                if kind == 2:
                    raise Hdf5Error("a link leads to another name")
                found.append((file.text(names + name), address))
        else:
            raise Hdf5Error("a group is damaged")
        if seen + len(found) > MAX_NAMES:
            raise Hdf5Error("a group has too many names")
    return found


def _link(data: bytes) -> tuple[str, int]:
    """Return the name and the address of a link message."""
    flags, at = data[1], 2
    kind = data[at] if flags & 8 else 0
    at += (1 if flags & 8 else 0) + (8 if flags & 4 else 0) + (1 if flags & 16 else 0)
    width = 1 << (flags & 3)
    length = int.from_bytes(data[at : at + width], "little")
    name = data[at + width : at + width + length].decode("utf-8", "replace")
    if kind:
        raise Hdf5Error(f"{name} is a link that leads elsewhere")
    return name, struct.unpack_from("<Q", data, at + width + length)[0]


def _attribute(data: bytes) -> tuple[str, bytes]:
    """Return the name and the value of an attribute."""
    version = data[0]
    sizes = struct.unpack_from("<HHH", data, 2)
    at = 9 if version == 3 else 8
    parts = []
    for size in sizes:
        parts.append(data[at : at + size])
        at += -(-size // 8) * 8 if version == 1 else size
    name = parts[0].split(b"\0")[0].decode("utf-8", "replace")
    try:
        dtype, _ = type_of(parts[1])
        count = int(np.prod(shape_of(parts[2]), dtype=np.int64))
    except (Hdf5Error, struct.error, IndexError):
        return name, b""
    return name, data[at : at + count * dtype.itemsize]
