"""Start the limited process and bring back what it found."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import clearprop
from clearprop._text import Text
from clearprop.check.script.plain import from_plain
from clearprop.check.script.source.attempts import Attempt

START = """import sys
sys.path[:0] = {path!r}
from clearprop.check.script.child.main import main
main({folder!r})"""
LARGEST_REPLY = 64 * 2**20
REQUEST, REPLY, ERRORS = "request.json", "reply.json", "errors.txt"


@dataclass(frozen=True)
class Limits:
    """What a script may use.

    Parameters
    ----------
    seconds : int
        Of processor time.
    megabytes : int
        Of memory.
    waiting : int
        Seconds by the clock beyond that, for a process that sleeps, or a machine that is busy.
    """

    seconds: int = 10
    megabytes: int = 2048
    waiting: int = 30


@dataclass(frozen=True)
class Outcome:
    """What the limited process reported, or why it reported nothing."""

    reply: dict[str, Any] | None
    failure: Text | None = None


def run_limited(path: Path, attempts: Sequence[Attempt], limits: Limits) -> Outcome:
    """Run attempts on a script in a process of its own.

    The process sees an empty environment, and as its home and working folder one of its own, with
    the files beside the script to read; it has no network and may write nowhere else; it is killed
    when its time is up, and everything that it started with it.
    """
    with tempfile.TemporaryDirectory(prefix="clearprop-check-") as folder:
        request = {
            "path": str(path.resolve()),
            "attempts": list(attempts),
            "seconds": limits.seconds,
            "megabytes": limits.megabytes,
        }
        Path(folder, REQUEST).write_text(json.dumps(request), encoding="utf-8")
        lend_files_beside(path.resolve(), Path(folder))
        code = START.format(path=library_folders(), folder=folder)
        with Path(folder, ERRORS).open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-I", "-B", "-c", code],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                cwd=folder,
                env=environment(folder),
                start_new_session=True,
            )
            try:
                status = process.wait(limits.seconds + limits.waiting)
            except subprocess.TimeoutExpired:
                end(process)
                status = -signal.SIGXCPU
            except BaseException:  # an interrupt must not leave it behind
                end(process)
                raise
        return outcome(Path(folder), status, limits)


def lend_files_beside(path: Path, folder: Path) -> None:
    """Let a script find the files that lie beside it, its data, to read and not to write.

    Links keep them what they are: a file that a link leads to lies outside the folder.
    """
    for other in path.parent.iterdir():
        link = folder / other.name
        if other != path and other.name not in (REQUEST, REPLY, ERRORS):
            with contextlib.suppress(OSError):  # Windows lets few people make links
                link.symlink_to(other)


def outcome(folder: Path, status: int, limits: Limits) -> Outcome:
    """Return what the process left in its folder."""
    reply = folder / REPLY
    if status == 0 and reply.is_file() and reply.stat().st_size <= LARGEST_REPLY:
        with contextlib.suppress(ValueError):  # cut off by a limit: what follows says by which
            return Outcome(from_plain(json.loads(reply.read_text("utf-8"))))
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        s = limits.seconds
        return Outcome(
            None,
            Text(
                f"it did not end within {s} seconds: a loop without end, or training that runs when"
                " a function is called?",
                f"{s} 秒内没有结束：有死循环，或调用函数时就开始训练？",
            ),
        )
    said = (folder / ERRORS).read_text("utf-8", errors="replace").strip().splitlines()
    last = said[-1][:200] if said else f"status {status}"
    if "MemoryError" in last or "bad_alloc" in last:
        m = limits.megabytes
        return Outcome(
            None, Text(f"it needs more than {m} MB of memory.", f"需要超过 {m} MB 内存。")
        )
    return Outcome(
        None,
        Text(f"it ended the process by itself: {last}.", f"脚本自行结束了进程：{last}。"),
    )


def library_folders() -> list[str]:
    """Return where the child finds clearprop and the libraries that the parent has."""
    own = str(Path(clearprop.__file__).parent.parent)
    return [own, *(path for path in sys.path if path.endswith(("site-packages", "dist-packages")))]


def environment(folder: str) -> dict[str, str]:
    """Return the only variables that the child sees."""
    single = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    kept = {
        name: os.environ[name]
        for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
        if name in os.environ
    }
    return {
        **kept,
        **single,
        "HOME": folder,
        "TMPDIR": folder,
        "MPLCONFIGDIR": folder,
        "MPLBACKEND": "Agg",
        "LANG": "C.UTF-8",
    }


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process that still runs, with all that it started."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
