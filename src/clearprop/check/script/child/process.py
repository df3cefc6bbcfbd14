"""Start the process of the script, ask it, and end it with everything that it started."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Literal, NoReturn

from clearprop.check.script.channel import Channel
from clearprop.check.script.child.serving import Job, serve
from clearprop.check.script.messages import Answer
from clearprop.check.script.schema import UnusableError, read_message
from clearprop.check.script.waiting import await_end
from clearprop.check.script.walls.places import start_of

KEPT_OF_ERRORS = 4096
MAX_FILES, MAX_BYTES = 1000, 64 * 2**20
"""Files and bytes that a script may leave in its folder."""
KILLED = [-signal.Signals[n] for n in ("SIGKILL", "SIGXCPU") if n in signal.Signals.__members__]
"""Ends of a process that used more time than it had."""
SECONDS_TO_END = 5.0
PIPE = 2**20
"""Bytes that a script can say to standard error between two looks."""

How = Literal["time", "memory", "disk", "unusable", "exit"]


class EndedError(Exception):
    """The process of a script has ended, or was ended, before it answered."""

    def __init__(self, how: How, said: str = "") -> None:
        super().__init__(how)
        self.how: How = how
        self.said = said


class FullError(Exception):
    """A script has filled its folder."""


class ScriptProcess:
    """The process of a script.

    Parameters
    ----------
    job : Job
    waiting : int
        Seconds by the clock beyond the processor time, for a process that sleeps or a busy machine.

    Raises
    ------
    EndedError
        If it ends before it is ready.
    """

    def __init__(self, job: Job, waiting: int) -> None:
        self.job = job
        self.errors = b""
        self.status: int | None = None
        self.deadline = time.monotonic() + job.seconds + waiting
        self.lent = used(job.folder)
        self.start()
        try:
            self.walls = self.answer().walls
        except EndedError:
            self.end()
            raise

    def __enter__(self) -> "ScriptProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def start(self) -> None:
        """Start the process: as a copy of this one on Linux, afresh elsewhere."""
        self.popen: subprocess.Popen[bytes] | None = None
        if sys.platform == "linux":
            self.fork()
            return
        self.popen = subprocess.Popen(
            start_of("clearprop.check.script.child.process"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self.popen.stdin is not None
        assert self.popen.stdout is not None
        self.process = self.popen.pid
        self.said = os.open(os.devnull, os.O_RDONLY)
        reading, writing = os.dup(self.popen.stdout.fileno()), os.dup(self.popen.stdin.fileno())
        self.popen.stdin.close()
        self.popen.stdout.close()
        self.channel = Channel(reading, writing)
        self.channel.send({**asdict(self.job), "harness": os.getpid()})

    def fork(self) -> None:
        """Start the process as a copy of this one, which has everything imported already."""
        import fcntl

        asked, to_script = os.pipe()
        from_script, answered = os.pipe()
        self.said, errors = os.pipe()
        harness = os.getpid()
        self.process = os.fork()
        if self.process == 0:
            status = 1
            try:
                os.setsid()
                nothing = os.open(os.devnull, os.O_RDWR)
                for own, standard in ((nothing, 0), (nothing, 1), (errors, 2)):
                    os.dup2(own, standard)
                close_all_but({asked, answered})
                serve(Channel(asked, answered), self.job, harness)
                status = 0
            except BaseException as error:  # its last words, as Python would say them
                with contextlib.suppress(BaseException):
                    os.write(2, f"{type(error).__name__}: {error}".encode(errors="replace"))
            finally:
                os._exit(status)  # whatever the script registered to run at exit stays undone
        for descriptor in (asked, answered, errors):
            os.close(descriptor)
        os.set_blocking(self.said, False)
        with contextlib.suppress(OSError):
            fcntl.fcntl(self.said, fcntl.F_SETPIPE_SZ, PIPE)
        self.channel = Channel(from_script, to_script)

    def ask(self, attempt: dict[str, Any], *, losses: bool = False) -> Answer:
        """Return the answer to an attempt.

        Raises
        ------
        EndedError
            If there is none.
        """
        try:
            self.channel.send({"attempt": attempt, "losses": losses})
        except OSError:
            self.ended()
        return self.answer()

    def watch(self, seconds: float, *, briefly: bool) -> Answer:
        """Return what is seen of the script while it runs by itself, for so much processor time.

        Raises
        ------
        EndedError
            If there is no answer.
        """
        try:
            self.channel.send({"watch": seconds, "briefly": briefly})
        except OSError:
            self.ended()
        return self.answer()

    def answer(self) -> Answer:
        """Return the next message of the process."""
        try:
            with self.ended_in_time():
                answer = read_message(Answer, self.channel.receive(self.deadline, self.look))
                self.look()  # a full folder may be what the answer complains of
                return answer
        except TimeoutError:
            raise EndedError("time", str(self.job.seconds)) from None
        except FullError:
            raise EndedError("disk") from None
        except UnusableError:
            raise EndedError("unusable") from None
        except (EOFError, OSError):
            self.ended()

    @contextlib.contextmanager
    def ended_in_time(self) -> Iterator[None]:
        """End the process when its time is up, where nothing else does."""
        if os.name == "posix":
            yield
            return
        left = max(0.0, self.deadline - time.monotonic())
        timer = threading.Timer(left, os.kill, (self.process, signal.SIGTERM))
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def look(self) -> None:
        """Take in what the process said, and see that it has not filled its folder."""
        with contextlib.suppress(OSError):
            while part := os.read(self.said, 2**20):
                self.errors = (self.errors + part)[-KEPT_OF_ERRORS:]
        files, size = used(self.job.folder)
        if files - self.lent[0] > MAX_FILES or size - self.lent[1] > MAX_BYTES:
            raise FullError

    def ended(self) -> NoReturn:
        """Say how the process ended by itself."""
        status = self.wait(SECONDS_TO_END)
        with contextlib.suppress(FullError):
            self.look()
        if status in KILLED:
            raise EndedError("time", str(self.job.seconds))
        lines = self.errors.decode("utf-8", "replace").strip().splitlines()
        last = lines[-1] if lines else f"status {status}"
        kind: How = "memory" if "MemoryError" in last or "bad_alloc" in last else "exit"
        raise EndedError(kind, last[-200:])

    def wait(self, seconds: float) -> int | None:
        """Return the status of the process once it has ended; None if it does not."""
        deadline = time.monotonic() + seconds
        while self.status is None and time.monotonic() < deadline:
            if self.popen is not None:
                self.status = self.popen.poll()
            elif (found := os.waitpid(self.process, os.WNOHANG))[0]:
                self.status = os.waitstatus_to_exitcode(found[1])
            if self.status is None:
                await_end(self.process, deadline - time.monotonic())
        return self.status

    def end(self) -> None:
        """End the process, and all that it started."""
        self.channel.close()
        os.close(self.said)
        if self.status is None:
            if self.popen is not None:
                self.popen.kill()
            else:
                os.kill(self.process, signal.SIGKILL)
            self.wait(SECONDS_TO_END)
        end_children()


def end_children() -> None:
    """Kill every process below this one; orphans among them have become its own children."""
    deadline = time.monotonic() + SECONDS_TO_END
    while (children := list(child_processes())) and time.monotonic() < deadline:
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def child_processes() -> Iterator[int]:
    """Yield the processes that this one is the parent of, where the system tells."""
    with contextlib.suppress(OSError):
        os.lseek(CHILDREN, 0, os.SEEK_SET)
        yield from map(int, os.read(CHILDREN, 2**16).split())


CHILDREN = -1
"""The kernel's list of children, opened before a wall hides it."""


def watch_children() -> None:
    """Open the list of this process's children."""
    global CHILDREN
    with contextlib.suppress(OSError):
        CHILDREN = os.open(f"/proc/self/task/{os.getpid()}/children", os.O_RDONLY)


def close_all_but(kept: set[int]) -> None:
    """Close every file descriptor but the standard ones and these."""
    low = 3
    for descriptor in sorted(kept):
        os.closerange(low, descriptor)
        low = descriptor + 1
    os.closerange(low, max(low, os.sysconf("SC_OPEN_MAX")))


def used(folder: str) -> tuple[int, int]:
    """Return the number of files in a folder and their bytes; no further than is allowed."""
    files = size = 0
    waiting = [folder]
    while waiting and files <= 2 * MAX_FILES:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                files += 1
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        size += entry.stat(follow_symlinks=False).st_size
                if files > 2 * MAX_FILES:
                    break
    return files, size


def main() -> None:
    """Serve as the process of a script that was started afresh."""
    channel = Channel(os.dup(0), os.dup(1))
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nothing, standard)
    job = json.loads(channel.receive())
    harness = job.pop("harness")
    serve(channel, Job(**job), harness)
    os._exit(0)
