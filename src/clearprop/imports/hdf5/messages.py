"""Object headers: the messages that say what an object of an HDF5 file is."""

import struct
from dataclasses import dataclass

MAX_MESSAGES = 10_000
UNDEFINED = 0xFFFFFFFFFFFFFFFF
SPACE, LINKS, TYPE, LINK, LAYOUT, FILTERS, ATTRIBUTE, MORE, SYMBOLS = (
    0x01, 0x02, 0x03, 0x06, 0x08, 0x0B, 0x0C, 0x10, 0x11,
)  # fmt: skip
"""The kinds of messages that are looked at."""


class Hdf5Error(ValueError):
    """A file that is damaged, or of a kind that is not read here."""


@dataclass(frozen=True)
class Bytes:
    """The bytes of a file from its superblock on; whatever lies beyond its end is an error."""

    content: bytes

    def take(self, address: int, size: int) -> bytes:
        """Return so many bytes."""
        if not 0 <= address <= address + size <= len(self.content):
            raise Hdf5Error("it points beyond its end")
        return self.content[address : address + size]

    def unpack(self, code: str, address: int) -> tuple[int, ...]:
        """Return the numbers that stand there, in little-endian order."""
        return struct.unpack("<" + code, self.take(address, struct.calcsize("<" + code)))

    def text(self, address: int) -> str:
        """Return the text that ends with a zero byte."""
        end = self.content.find(b"\0", address, address + 4096)
        if not 0 <= address <= end:
            raise Hdf5Error("a name has no end")
        return self.content[address:end].decode("utf-8", "replace")


@dataclass(frozen=True)
class Message:
    """One message of an object header: its kind, and its bytes."""

    kind: int
    data: bytes


def messages(file: Bytes, address: int) -> list[Message]:
    """Return the messages of an object header, of either version."""
    if file.take(address, 4) == b"OHDR":
        return _second(file, address)
    version, _, count, _, size = file.unpack("BBHII", address)
    if version != 1:
        raise Hdf5Error("an object has no header that is read here")
    found: list[Message] = []
    blocks = [(address + 16, size)]
    while blocks and len(found) < min(count, MAX_MESSAGES):
        at, left = blocks.pop(0)
        while left >= 8 and len(found) < count:
            kind, length, _ = file.unpack("HHB", at)
            data = file.take(at + 8, length)
            if kind == MORE:
                blocks.append(struct.unpack("<QQ", data[:16]))
            found.append(Message(kind, data))
            at, left = at + 8 + length, left - 8 - length
    return found


def _second(file: Bytes, address: int) -> list[Message]:
    """Return the messages of a header of version 2."""
    version, flags = file.unpack("BB", address + 4)
    if version != 2:
        raise Hdf5Error("an object has no header that is read here")
    at = address + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    size = int.from_bytes(file.take(at, width), "little")
    found: list[Message] = []
    blocks = [(at + width, size)]
    while blocks and len(found) < MAX_MESSAGES:
        at, left = blocks.pop(0)
        before = 6 if flags & 4 else 4
        while left >= before and len(found) < MAX_MESSAGES:
            kind, length, _ = file.unpack("BHB", at)
            data = file.take(at + before, length)
            if kind == MORE:
                start, whole = struct.unpack("<QQ", data[:16])
                if file.take(start, 4) != b"OCHK":
                    raise Hdf5Error("a header goes on nowhere")
                blocks.append((start + 4, whole - 8))
            found.append(Message(kind, data))
            at, left = at + before + length, left - before - length
    return found
