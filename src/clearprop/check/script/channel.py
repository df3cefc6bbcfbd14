"""Messages of limited length on a pair of pipes: four bytes of length, then JSON."""

import json
import os
import select
import struct
import time
from collections.abc import Callable
from typing import Any

from clearprop.check.script.schema import UnusableError, as_data

MAX_BYTES = 64 * 2**20
LENGTH = struct.Struct("!I")
PAUSE = 0.1
"""Seconds between two looks at what the other side is up to."""


class Channel:
    """One end of a conversation between two processes.

    Parameters
    ----------
    reading, writing : int
        File descriptors of the two pipes; the channel owns them from now on.
    """

    def __init__(self, reading: int, writing: int) -> None:
        self.reading, self.writing = reading, writing

    def send(self, message: Any) -> None:
        """Send plain data, or a dataclass of `clearprop.check.script.messages`.

        Raises
        ------
        UnusableError
            If the message is too long.
        OSError
            If the other side is gone.
        """
        content = json.dumps(as_data(message)).encode()
        if len(content) > MAX_BYTES:
            raise UnusableError("the message is too long")
        content = LENGTH.pack(len(content)) + content
        while content:
            content = content[os.write(self.writing, content) :]

    def receive(
        self, deadline: float | None = None, meanwhile: Callable[[], None] | None = None
    ) -> bytes:
        """Return the next message.

        Parameters
        ----------
        deadline : float, optional
            Until when to wait, on the clock of `time.monotonic`. Windows cannot wait for a pipe:
            there whoever waits must end the other side in time.
        meanwhile : callable, optional
            Called about ten times a second while nothing comes.

        Raises
        ------
        EOFError
            If the other side is gone.
        TimeoutError
            If the time is up.
        UnusableError
            If the message is too long.
        """
        [length] = LENGTH.unpack(self._bytes(LENGTH.size, deadline, meanwhile))
        if length > MAX_BYTES:
            raise UnusableError("the message is too long")
        return self._bytes(length, deadline, meanwhile)

    def _bytes(
        self, count: int, deadline: float | None, meanwhile: Callable[[], None] | None
    ) -> bytes:
        content = bytearray()
        while len(content) < count:
            if deadline is not None and time.monotonic() > deadline:
                raise TimeoutError
            if os.name == "posix" and not select.select([self.reading], [], [], PAUSE)[0]:
                if meanwhile is not None:
                    meanwhile()
                continue
            part = os.read(self.reading, min(count - len(content), 2**16))
            if not part:
                raise EOFError
            content += part
        return bytes(content)

    def close(self) -> None:
        """Close both pipes."""
        os.close(self.reading)
        os.close(self.writing)
