"""Wait for the end of a process without asking for it again and again, where the system tells."""

import contextlib
import os
import select
import time

PAUSE = 0.01
"""Seconds between two questions, where it does not."""


def await_end(process: int, seconds: float) -> None:
    """Return when a child has ended, or the time is up; sooner where that cannot be told.

    The child is left to be waited for, so that its status is not lost.
    """
    try:
        descriptor = os.pidfd_open(process)
    except (AttributeError, OSError):
        time.sleep(min(PAUSE, seconds))
        return
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        with contextlib.suppress(OSError):
            poll.poll(max(0.0, seconds) * 1000)
    finally:
        os.close(descriptor)
