"""bubblewrap: namespaces, and a file system in which nothing else exists.

The program ``bwrap`` (https://github.com/containers/bubblewrap) is there on most Linux systems that
have Flatpak. It needs user namespaces, which some machines and most containers do not allow.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache

from clearprop.check.script.walls.places import PLACE

NAMESPACES = (
    "--unshare-user",
    "--unshare-pid",
    "--unshare-net",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-cgroup-try",
)
TRIAL = 20
"""Seconds that a first start may take on a busy machine."""


def command(
    readable: Sequence[str], lent: str, size: int, environment: Mapping[str, str]
) -> list[str]:
    """Return the beginning of a command that runs another one inside.

    Parameters
    ----------
    readable : sequence of str
        Files and folders that exist inside, to be read.
    lent : str
        A folder that can be read inside as `clearprop.check.script.walls.places.LENT`.
    size : int
        Bytes that the only writable folder holds, which lives in memory.
    environment : mapping
        The only variables inside.
    """
    program = shutil.which("bwrap") or "bwrap"
    mounts = [part for path in readable for part in ("--ro-bind-try", path, path)]
    variables = [part for pair in environment.items() for part in ("--setenv", *pair)]
    return [
        program, *NAMESPACES, "--die-with-parent", "--new-session", "--cap-drop", "ALL",
        *mounts, "--dev", "/dev", "--ro-bind", lent, PLACE.lent,
        "--size", str(size), "--tmpfs", PLACE.folder, "--chdir", PLACE.folder,
        "--clearenv", *variables, "--",
    ]  # fmt: skip


def works(readable: Sequence[str]) -> bool:
    """Return whether bubblewrap is installed and may do its work here; tried once."""
    return _works(tuple(readable))


@cache
def _works(readable: tuple[str, ...]) -> bool:
    if sys.platform != "linux" or shutil.which("bwrap") is None:
        return False
    start = [*command(readable, "/usr", 2**20, {}), sys.executable, "-I", "-S", "-c", ""]
    try:
        tried = subprocess.run(
            start, stdin=subprocess.DEVNULL, capture_output=True, timeout=TRIAL, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0
