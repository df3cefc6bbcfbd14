"""Limits and privileges: how much a process may use, and that it can gain no more than it has."""

import ctypes
import os
import signal
import sys

from clearprop.check.script.walls.libc import (
    PR_SET_CHILD_SUBREAPER,
    PR_SET_DUMPABLE,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    control_process,
    system_call,
)

MEGABYTE = 2**20
MAX_FILE_BYTES = 16 * MEGABYTE
OPEN_FILES = 64
CAPSET = {"x86_64": 126, "aarch64": 91}
CAPABILITY_VERSION_3 = 0x20080522


def limit_resources(seconds: int | None, megabytes: int, hard_megabytes: int | None = None) -> None:
    """Limit processor time, memory and the size of files, where the system knows such limits.

    Parameters
    ----------
    seconds : int, optional
        Of processor time; no limit without it.
    megabytes : int
        Of address space.
    hard_megabytes : int, optional
        Up to which a process that this one starts may raise its own limit.
    """
    try:
        import resource
    except ImportError:  # Windows: the parent's clock remains
        return
    wanted = [
        (resource.RLIMIT_AS, megabytes * MEGABYTE, (hard_megabytes or megabytes) * MEGABYTE),
        (resource.RLIMIT_FSIZE, MAX_FILE_BYTES, MAX_FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES),
        (resource.RLIMIT_CORE, 0, 0),
    ]
    if seconds is not None:
        wanted.append((resource.RLIMIT_CPU, seconds, seconds))
    for limit, soft, hard in wanted:
        _, ceiling = resource.getrlimit(limit)
        most = hard if ceiling == resource.RLIM_INFINITY else min(hard, ceiling)
        try:
            resource.setrlimit(limit, (min(soft, most), most))
        except ValueError:  # macOS knows no limit of memory
            if sys.platform == "linux":
                raise


def gain_nothing() -> bool:
    """Give up capabilities and the right to gain any; return whether that worked.

    Root without capabilities is an ordinary user who happens to own the system's files.
    """
    if sys.platform != "linux" or not control_process(PR_SET_NO_NEW_PRIVS, 1):
        return False
    number = CAPSET.get(os.uname().machine)
    if number is not None:
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        system_call(number, ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)()))
    return True


def end_with(parent: int) -> None:
    """End this process as soon as its parent ends."""
    if sys.platform == "linux":
        control_process(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it has ended already
            os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of every process below this one whose own parent ends."""
    if sys.platform == "linux":
        control_process(PR_SET_CHILD_SUBREAPER, 1)


def hide_memory() -> None:
    """Let no other process of this user look into this one."""
    if sys.platform == "linux":
        control_process(PR_SET_DUMPABLE, 0)
