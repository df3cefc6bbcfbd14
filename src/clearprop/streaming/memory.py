"""The memory that is left: what the machine has, what a container or a limit allows."""

import contextlib
import os
import sys
from pathlib import Path

UNLIMITED = sys.maxsize
GROUP = Path("/sys/fs/cgroup")
IN_GROUP = (
    ("memory.max", "memory.current"),
    ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
)
"""The files of a limit and of what is used, in both versions of control groups."""


def available_memory() -> int:
    """Return the bytes of memory that this process can still take; huge where nobody says."""
    return max(0, min(_of_machine(), _of_container(), _of_limit()))


def _of_machine() -> int:
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return 1024 * int(line.split()[1])
    with contextlib.suppress(AttributeError, OSError, ValueError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    return UNLIMITED


def _of_container() -> int:
    for limit, used in IN_GROUP:
        with contextlib.suppress(OSError, ValueError):  # "max" is no number
            return int((GROUP / limit).read_text()) - int((GROUP / used).read_text())
    return UNLIMITED


def _of_limit() -> int:
    try:
        import resource
    except ImportError:  # Windows
        return UNLIMITED
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    if soft == resource.RLIM_INFINITY:
        return UNLIMITED
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        return soft - pages * resource.getpagesize()
    return soft
