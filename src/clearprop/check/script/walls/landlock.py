"""Landlock: the files that a process may read and write, and no network or signals beyond it.

Source: the kernel's Documentation/userspace-api/landlock.rst. A process needs no privileges for it,
and what it starts later is bound by it as well.
"""

import ctypes
import os
import stat
import sys
from collections.abc import Iterable

from clearprop.check.script.walls.libc import system_call

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION = 1
PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = (1 << bit for bit in range(4))
TRUNCATE, IOCTL_DEV = 1 << 14, 1 << 15
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
READING = READ_FILE | READ_DIR
HANDLED = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""Kinds of access to files that a version of the interface knows: the newest that is not newer."""
TCP = 0b11
OUTSIDE_SIGNALS_AND_SOCKETS = 0b11


class Ruleset(ctypes.Structure):
    """``struct landlock_ruleset_attr``."""

    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class PathBeneath(ctypes.Structure):
    """``struct landlock_path_beneath_attr``."""

    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def version() -> int:
    """Return the version of Landlock that the kernel has; 0 where it has none."""
    if sys.platform != "linux":
        return 0
    return max(0, system_call(CREATE_RULESET, None, 0, VERSION))


def restrict_files(readable: Iterable[str], writable: Iterable[str]) -> bool:
    """Let this process and its children open no other files from now on, and execute none.

    Signals and sockets are kept inside as well, where the kernel knows how. Whoever calls this must
    have set ``no_new_privs``, and run in one thread.

    Returns
    -------
    bool
        Whether the wall stands.
    """
    known = version()
    if not known:
        return False
    handled = next(HANDLED[v] for v in sorted(HANDLED, reverse=True) if v <= known)
    ruleset = Ruleset(
        handled, TCP if known >= 4 else 0, OUTSIDE_SIGNALS_AND_SOCKETS if known >= 6 else 0
    )
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    rules = system_call(CREATE_RULESET, ctypes.byref(ruleset), size, 0)
    if rules < 0:
        return False
    try:
        for path in readable:
            allow(rules, path, READING & handled)
        for path in writable:
            allow(rules, path, handled & ~EXECUTE)
        return system_call(RESTRICT_SELF, rules, 0) == 0
    finally:
        os.close(rules)


def allow(rules: int, path: str, access: int) -> None:
    """Allow kinds of access to a file, or to all in a folder; one that is missing needs none."""
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(opened).st_mode):
            access &= OF_FILES
        system_call(ADD_RULE, rules, PATH_BENEATH, ctypes.byref(PathBeneath(access, opened)), 0)
    finally:
        os.close(opened)
