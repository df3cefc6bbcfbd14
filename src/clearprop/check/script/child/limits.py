"""What the child process gives up before it touches a person's script.

The limits keep accidents and mischief of coursework from the machine: endless loops, memory that
fills, files written or deleted, calls to the network. They are no wall against an attacker who
knows CPython; for code from strangers, run the whole program in a container.
"""

import ctypes
import os
import sys
from collections.abc import Callable
from typing import Any

from clearprop._text import Text
from clearprop.check.script.child.trouble import NotAllowedError

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
MEGABYTE = 2**20
LARGEST_FILE = 16 * MEGABYTE

FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.kill",
    "pty.",
    "ftplib.",
    "smtplib.",
    "urllib.",
    "webbrowser.",
)
"""Audit events by the beginnings of their names: network and other processes."""
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


def leave_network() -> None:
    """Move to a network without any interface, where the system lets a process do that."""
    if sys.platform == "linux":
        try:
            ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER | CLONE_NEWNET)
        except (OSError, AttributeError):
            return  # the audit hook refuses sockets in any case


def limit_resources(seconds: int, megabytes: int) -> None:
    """Limit processor time, memory and the size of files, where the system knows such limits."""
    try:
        import resource
    except ImportError:  # Windows: the parent's wall clock remains
        return
    for limit, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, megabytes * MEGABYTE),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (allowed, allowed))


def refuse_network_and_writing(folder: str) -> None:
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
