"""Harnesses that are copies of one process: a start of Python and its imports is saved with each.

What is tested this way is what a check says of a program. How a harness starts, and what holds it
back, is tested on harnesses as people start them.
"""

import io
import json
import os
import select
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from clearprop.check.script.sandbox import environment
from clearprop.check.script.walls.places import start_of

SERVER = Path(__file__).with_name("copying.py")


class Copies:
    """Starts harnesses as copies of one process, which begins with the first."""

    def __init__(self) -> None:
        self.server: subprocess.Popen[bytes] | None = None

    def start(self, command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> "Copy":
        """Stand in for `clearprop.check.script.sandbox.started`."""
        if self.server is None:
            self.begin()
        standard_input, to_harness = os.pipe()
        from_harness, standard_output = os.pipe()
        streams = [standard_input, standard_output]
        request = json.dumps({"folder": str(folder), "variables": dict(variables)}).encode()
        socket.send_fds(self.requests, [request], streams)
        for stream in streams:
            os.close(stream)
        content, [descriptor], _, _ = socket.recv_fds(self.requests, 64, 1)
        return Copy(int(content), descriptor, to_harness, from_harness)

    def begin(self) -> None:
        """Start the process that is copied."""
        *python, code = start_of("clearprop.check.script.child.harness")
        code = code.removesuffix("main()") + f"import runpy\nrunpy.run_path({str(SERVER)!r})"
        self.requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.server = subprocess.Popen(
            [*python, f"{code}['serve'](main)"],
            stdin=theirs,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment("/"),
        )
        theirs.close()

    def end(self) -> None:
        """End that process: nobody asks it any more."""
        if self.server is not None:
            self.requests.close()
            self.server.wait()


class Copy:
    """A harness, with what `subprocess.Popen` has that the sandbox uses."""

    def __init__(self, pid: int, descriptor: int, to_harness: int, from_harness: int) -> None:
        self.pid, self.descriptor = pid, descriptor
        self.stdin = io.FileIO(to_harness, "w")
        self.stdout = io.FileIO(from_harness, "r")

    def kill(self) -> None:
        """End it at once."""
        signal.pidfd_send_signal(self.descriptor, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> None:
        """Return when it has ended.

        Raises
        ------
        subprocess.TimeoutExpired
            If it does not within so many seconds.
        """
        poll = select.poll()
        poll.register(self.descriptor, select.POLLIN)
        if not poll.poll(None if timeout is None else 1000 * timeout):
            raise subprocess.TimeoutExpired("harness", timeout or 0.0)

    def __del__(self) -> None:
        os.close(self.descriptor)
