"""Calls of the C library that Python has no name for."""

import ctypes
from typing import Any

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP = 1, 4, 22
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38


def system_call(number: int, *arguments: Any) -> int:
    """Return what a system call returns; −1 where it fails."""
    words = [ctypes.c_ulong(each) if isinstance(each, int) else each for each in arguments]
    return ctypes.CDLL(None).syscall(ctypes.c_long(number), *words)


def control_process(option: int, first: int | Any = 0, second: int | Any = 0) -> bool:
    """Change a property of this process by ``prctl``, and return whether that worked."""
    words = [ctypes.c_ulong(each) if isinstance(each, int) else each for each in (first, second)]
    return ctypes.CDLL(None).prctl(option, *words, ctypes.c_ulong(0), ctypes.c_ulong(0)) == 0
