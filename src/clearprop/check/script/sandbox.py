"""Start the limited processes of a script, and ask them: the parent's end of the conversation."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from clearprop._text import Text
from clearprop.check.script.belongings import (
    MAX_BYTES,
    NOT_ALL,
    copy_data,
    copy_files_beside,
    copy_script,
    folder_around,
)
from clearprop.check.script.channel import Channel
from clearprop.check.script.messages import Reading, Reply
from clearprop.check.script.schema import UnusableError, read_message
from clearprop.check.script.waiting import await_end
from clearprop.check.script.walls import bubblewrap
from clearprop.check.script.walls.places import PLACE, readable_places, start_of

SECONDS_OF_GRACE = 10
"""For the harness, beyond what the script may take."""
RUNS = 2
"""Starts of the script by one question: a second one with all of its statements."""
Answer = TypeVar("Answer", Reading, Reply)


@dataclass(frozen=True)
class Limits:
    """Limits on a script.

    Parameters
    ----------
    seconds : int
        Of processor time, for all that is computed about a script; less where that is enough.
    megabytes : int
        Of memory.
    waiting : int
        Seconds by the clock beyond that, for a process that sleeps, or a machine that is busy.
    data : sequence of Path, optional
        Files that it may read; without it, those that lie beside it.
    home : Path, optional
        A folder around it in which it may read all, where `data` is given.
    without : frozenset of str
        Walls that are left out, so that tests can try the others: ``"bubblewrap"``,
        ``"landlock"``, ``"seccomp"``, ``"audit"``.
    """

    seconds: int = 10
    megabytes: int = 2048
    waiting: int = 30
    data: Sequence[Path] | None = None
    home: Path | None = None
    without: frozenset[str] = field(default_factory=frozenset)


class RefusedError(Exception):
    """There is nothing to ask about a script: why, in both languages."""

    def __init__(self, said: Text) -> None:
        super().__init__(said.en)
        self.said = said


class Sandbox:
    """The conversation with the limited processes of one script.

    Parameters
    ----------
    channel : Channel
    limits : Limits
    walls : tuple of str
        Those that the parent has put up.
    notes : tuple of Text
        What is to be said of the files that were lent.
    """

    def __init__(
        self, channel: Channel, limits: Limits, walls: tuple[str, ...], notes: tuple[Text, ...]
    ) -> None:
        self.channel, self.limits, self.notes = channel, limits, notes
        self.own_walls = walls
        self.walls: tuple[str, ...] = ()
        """Those that stood when the script ran; empty where it did not."""

    def read(self, function: str | None, outputs: int | None, seed: int) -> Reading:
        """Return what the script is, without running it."""
        question = {"ask": "read", "function": function, "outputs": outputs, "seed": seed}
        answer = self._ask(Reading, question, self.limits.seconds + self.limits.waiting)
        return answer or Reading(failure=UNREADABLE)

    def run(self, number: int | None = None, change: str | None = None) -> Reply:
        """Return what the script computes: in the first form that works, or in one that did."""
        question = {"ask": "run", "number": number, "change": change}
        seconds = RUNS * (self.limits.seconds + self.limits.waiting)
        reply = self._ask(Reply, question, seconds) or Reply(ended="unusable")
        self.walls = (*self.own_walls, *reply.walls) if reply.walls else self.walls
        return reply

    def run_others(self, number: int) -> Reply:
        """Return what functions and classes compute that are others than those of an attempt."""
        seconds = RUNS * (self.limits.seconds + self.limits.waiting)
        question = {"ask": "run_others", "number": number}
        return self._ask(Reply, question, seconds) or Reply(ended="unusable")

    def watch(self, *, briefly: bool = False) -> Reply:
        """Return what is seen of the script while it runs by itself; `briefly`, of that alone."""
        seconds = self.limits.seconds + self.limits.waiting
        reply = self._ask(Reply, {"ask": "watch", "briefly": briefly}, seconds) or Reply(
            ended="unusable"
        )
        self.walls = (*self.own_walls, *reply.walls) if reply.walls else self.walls
        return reply

    def _ask(self, kind: type[Answer], question: dict[str, Any], seconds: int) -> Answer | None:
        deadline = time.monotonic() + seconds + SECONDS_OF_GRACE
        try:
            self.channel.send(question)
            return read_message(kind, self.channel.receive(deadline))
        except (EOFError, OSError, UnusableError):
            return None


@contextlib.contextmanager
def sandboxed(path: Path, limits: Limits) -> Iterator[Sandbox]:
    """Start the limited processes of a script, and end them with all that they started.

    The script sees an empty environment, and as its home and working folder one of its own, with
    copies of itself and of its data; it has no network and may write nowhere else.

    Raises
    ------
    RefusedError
        If the file cannot be opened or is too long.
    """
    with own_folder() as folder:
        notes: tuple[Text, ...] = ()
        around = folder_around(path) if limits.data is None else path.parent.resolve()
        around = around if limits.home is None else limits.home.resolve()
        home = path.parent.resolve().relative_to(around)
        lends = limits.data is None or limits.home is not None
        if lends and not copy_files_beside(path, folder, around):
            notes = (NOT_ALL,)
        (folder / home).mkdir(parents=True, exist_ok=True)
        copy_data(limits.data or (), folder / home)
        refusal = copy_script(path, folder / home)
        if refusal is not None:
            raise RefusedError(refusal)
        readable = readable_places()
        wrapped = "bubblewrap" not in limits.without and bubblewrap.works(readable)
        inside = PLACE.folder if wrapped else str(folder)
        command = start_of("clearprop.check.script.child.harness")
        if wrapped:
            before = bubblewrap.command(
                readable, str(folder), 2 * MAX_BYTES, environment(PLACE.folder)
            )
            command = [*before, *command]
        process = started(command, folder, environment(inside))
        try:
            channel = channel_to(process)
            try:
                task = {
                    "job": {
                        "path": os.path.join(inside, home, path.name),
                        "folder": inside,
                        "seconds": limits.seconds,
                        "megabytes": limits.megabytes,
                        "readable": [*readable, PLACE.lent] if wrapped else readable,
                        "without": sorted(limits.without),
                    },
                    "waiting": limits.waiting,
                    "lent": PLACE.lent if wrapped else None,
                    "parent": None if wrapped else os.getpid(),
                }
                with contextlib.suppress(OSError):  # it has ended: the first question says so
                    channel.send(task)
                yield Sandbox(channel, limits, ("bubblewrap",) if wrapped else (), notes)
            except BaseException:
                process.kill()
                raise
            finally:
                channel.close()
        finally:
            end(process)


def started(
    command: Sequence[str], folder: Path, variables: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    """Start a limited process in its folder; it is asked over its standard streams."""
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=variables,
        start_new_session=True,
    )


def channel_to(process: "subprocess.Popen[bytes]") -> Channel:
    """Return the channel over the standard streams of a process."""
    assert process.stdin is not None
    assert process.stdout is not None
    channel = Channel(os.dup(process.stdout.fileno()), os.dup(process.stdin.fileno()))
    process.stdin.close()
    process.stdout.close()
    return channel


def end(process: "subprocess.Popen[bytes]") -> None:
    """Wait until a process has ended its own children and itself; kill it if it does not."""
    try:
        await_end(process.pid, SECONDS_OF_GRACE)
        process.wait(SECONDS_OF_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    except BaseException:  # a second interrupt must not leave it behind
        process.kill()
        raise


@contextlib.contextmanager
def own_folder() -> Iterator[Path]:
    """Make a folder, and remove it with whatever a script has made of it."""
    folder = tempfile.mkdtemp(prefix="clearprop-check-")
    try:
        yield Path(folder)
    finally:
        with contextlib.suppress(OSError, RecursionError):
            shutil.rmtree(folder)
        if os.path.exists(folder) and os.name == "posix":  # nested deeper than Python follows
            subprocess.run(["/bin/rm", "-rf", "--", folder], check=False)


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


UNREADABLE = Text(
    "it cannot be read as Python: it is nested too deeply, or reading it takes too much memory",
    "无法作为 Python 读取：嵌套过深，或读取所需内存过大",
)
ENDED = {
    "time": Text(
        "it did not end within {seconds} seconds: it holds a loop without end, or trains when a"
        " function is called",
        "{seconds} 秒内没有结束：有死循环，或调用函数时就开始训练",
    ),
    "memory": Text(
        "it needs more than {megabytes} MB of memory.", "需要超过 {megabytes} MB 内存。"
    ),
    "disk": Text("it fills its folder with files.", "它写入的文件过多。"),
    "unusable": Text(
        "it gave nothing usable: no arrays of numbers came back.",
        "没有返回可用的结果：不是数值数组。",
    ),
    "exit": Text("it ended the process by itself: {said}.", "脚本自行结束了进程：{said}。"),
}


def failure_of(reply: Reply, limits: Limits) -> Text | None:
    """Return why a script gave no gradient; None where it did."""
    if reply.success is not None:
        return None
    if not reply.ended:
        return reply.failure or ENDED["unusable"]
    return ENDED[reply.ended].filled(
        seconds=reply.said or limits.seconds, megabytes=limits.megabytes, said=reply.said
    )
