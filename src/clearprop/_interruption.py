"""What ends work before it is done: Ctrl-C and a limit of time, for every thread that trains.

Python raises `KeyboardInterrupt` in the main thread alone, which may be waiting for others. While
`hearing_ctrl_c` is open they can ask `is_interrupted`, and end within the step they are taking.
A limit of time holds in the context that set it; see `contextvars`.
"""

import math
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType
from typing import NamedTuple

_pressed = threading.Event()
_open = threading.Lock()


class OutOfTimeError(Exception):
    """The time of a training, or of several together, is used up.

    Attributes
    ----------
    seconds : float
        How much of it there was.
    """

    def __init__(self, seconds: float = math.nan) -> None:
        super().__init__(f"the time of {seconds:g} s is used up")
        self.seconds = seconds


class _Limit(NamedTuple):
    """The moment at which work must end, by `time.perf_counter`, and how much time there was."""

    moment: float
    seconds: float


NO_LIMIT = _Limit(math.inf, math.inf)
_limit: ContextVar[_Limit] = ContextVar("limit", default=NO_LIMIT)
_heard: ContextVar[tuple[threading.Event, ...]] = ContextVar("heard", default=(_pressed,))
_finishing: ContextVar[bool] = ContextVar("finishing", default=False)


def is_interrupted() -> bool:
    """Return whether Ctrl-C was pressed since `hearing_ctrl_c` was opened.

    Or whether an event was set that `ending_with` names for this context.
    """
    return any(event.is_set() for event in _heard.get())


def seconds_used_up() -> float | None:
    """Return how much time there was, if it is used up."""
    limit = _limit.get()
    return limit.seconds if time.perf_counter() >= limit.moment else None


def time_left() -> tuple[float, float]:
    """Return how many seconds are left, and of how many; infinitely many without a limit."""
    limit = _limit.get()
    return limit.moment - time.perf_counter(), limit.seconds


def check_interrupted() -> None:
    """Raise if work must end, in whatever thread this is.

    Raises
    ------
    KeyboardInterrupt, OutOfTimeError
    """
    if _finishing.get():
        return
    if is_interrupted():
        raise KeyboardInterrupt
    seconds = seconds_used_up()
    if seconds is not None:
        raise OutOfTimeError(seconds)


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
        if not _finishing.get():
            earlier(number, frame)

    signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, earlier)
        _pressed.clear()
        _open.release()


@contextmanager
def finishing() -> Iterator[None]:
    """Let nothing end the block: what it makes of a training will be whole.

    Ctrl-C is remembered, where `hearing_ctrl_c` is open.
    """
    token = _finishing.set(True)
    try:
        yield
    finally:
        _finishing.reset(token)


@contextmanager
def ending_after(seconds: float, of: float | None = None) -> Iterator[None]:
    """End what is done in the block after so many seconds, or at an earlier limit around it.

    `of` are the seconds that there were in all, for who is told.
    """
    limit = _Limit(time.perf_counter() + seconds, seconds if of is None else of)
    token = _limit.set(min(limit, _limit.get()))
    try:
        yield
    finally:
        _limit.reset(token)


@contextmanager
def ending_with(event: threading.Event) -> Iterator[None]:
    """End what is done in the block once the event is set, as Ctrl-C would."""
    token = _heard.set((*_heard.get(), event))
    try:
        yield
    finally:
        _heard.reset(token)


@contextmanager
def without_limit() -> Iterator[None]:
    """Let no limit of time end the block: without it there would be nothing."""
    token = _limit.set(NO_LIMIT)
    try:
        yield
    finally:
        _limit.reset(token)
