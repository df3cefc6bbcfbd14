"""The process that harnesses are copied from: it has imported what all of them need.

It runs on the imports of a harness alone, as `clearprop.check.script.walls.places` starts one.
"""

import contextlib
import gc
import json
import os
import socket
from collections.abc import Callable
from typing import Any

import numpy as np

LONGEST = 2**16
"""Bytes of a request."""


def serve(main: Callable[[], None]) -> None:
    """Start a copy of this process that runs `main`, for each request, until nobody can ask.

    A request has the folder and the variables of the copy, and its standard input and output. It is
    answered by the number of the copy and a descriptor of it, by which its end can be awaited.
    """
    requests = socket.socket(fileno=os.dup(0))
    gc.freeze()  # what is never looked through stays shared with the copies
    while True:
        content, streams, _, _ = socket.recv_fds(requests, LONGEST, 2)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not content:
            return
        server = os.getpid()
        process = os.fork()
        if process == 0:
            try:
                become(json.loads(content), streams, server)
                main()
            finally:
                os._exit(0)
        for stream in streams:
            os.close(stream)
        descriptor = os.pidfd_open(process)
        socket.send_fds(requests, [str(process).encode()], [descriptor])
        os.close(descriptor)


def become(request: dict[str, Any], streams: list[int], server: int) -> None:
    """Make this copy what a process is that was started for the request."""
    from clearprop.check.script.child import harness

    os.setsid()
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["variables"])
    for standard, stream in enumerate(streams):
        os.dup2(stream, standard)
    os.closerange(3, max(streams) + 1)
    np.random.seed()
    end_with = harness.end_with
    harness.end_with = lambda parent: end_with(server)
