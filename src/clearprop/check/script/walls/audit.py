"""Audit hooks: Python's own events, refused with a sentence that the author of a script reads.

On Linux they explain what the kernel refuses in any case. Elsewhere they are the only wall: they
stop accidents, and nobody who knows CPython.
"""

import os
import sys
from collections.abc import Callable
from typing import Any

from clearprop._text import Text
from clearprop.check.script.errors import NotAllowedError

FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.kill",
    "signal.pthread_kill",
    "pty.",
    "ftplib.",
    "smtplib.",
    "urllib.",
    "webbrowser.",
)
"""Audit events by the beginnings of their names: network, other processes, databases."""
WRITING = (
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "os.chown",
    "os.utime",
    "shutil.",
)
"""Audit events that change files; allowed in the working folder alone."""


def refuse_in_words(folder: str) -> None:
    """Refuse sockets, other processes, and changes to files outside a folder, from now on."""
    inside = os.path.realpath(folder) + os.sep
    sys.addaudithook(guard(lambda path: os.path.realpath(path).startswith(inside)))


def guard(is_inside: Callable[[str], bool]) -> Callable[[str, tuple[Any, ...]], None]:
    """Return the audit hook that refuses."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(FORBIDDEN):
            raise not_allowed(event)
        if event == "open":
            path, mode, flags = arguments
            writes = isinstance(mode, str) and any(letter in mode for letter in "wax+")
            writes = writes or bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
            if writes and isinstance(path, str | bytes) and not allowed(path, is_inside):
                raise not_allowed(f"to write {path!r}")
        elif event.startswith(WRITING):
            paths = [part for part in arguments if isinstance(part, str | bytes)]
            if not all(allowed(path, is_inside) for path in paths):
                raise not_allowed(event)

    return hook


def not_allowed(what: str) -> NotAllowedError:
    """Return the error for what a script may not do."""
    return NotAllowedError(
        Text(f"not allowed while code is checked: {what}", f"检查代码时不允许：{what}")
    )


def allowed(path: str | bytes, is_inside: Callable[[str], bool]) -> bool:
    """Return whether a file may be written: in the folder, or the null device."""
    text = os.fsdecode(path)
    return text == os.devnull or is_inside(text)
