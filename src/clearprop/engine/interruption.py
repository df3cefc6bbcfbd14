"""Ctrl-C, for every thread that trains.

Python raises `KeyboardInterrupt` in the main thread alone, which may be waiting for others. While
`hearing_ctrl_c` is open they can ask `is_interrupted`, and end within the step they are taking.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_pressed = threading.Event()
_open = threading.Lock()


def is_interrupted() -> bool:
    """Return whether Ctrl-C was pressed since `hearing_ctrl_c` was opened."""
    return _pressed.is_set()


def check_interrupted() -> None:
    """Raise `KeyboardInterrupt` if Ctrl-C was pressed, in whatever thread this is."""
    if _pressed.is_set():
        raise KeyboardInterrupt


@contextmanager
def hearing_ctrl_c() -> Iterator[None]:
    """Remember Ctrl-C until the end of the block; what it did before, it does as well.

    Nothing changes in other threads than the main one, inside another such block, or where Ctrl-C
    is ignored.
    """
    earlier = signal.getsignal(signal.SIGINT)
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or not callable(earlier) or not _open.acquire(blocking=False):
        yield
        return

    def hear(number: int, frame: FrameType | None) -> None:
        _pressed.set()
        earlier(number, frame)

    signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, earlier)
        _pressed.clear()
        _open.release()
