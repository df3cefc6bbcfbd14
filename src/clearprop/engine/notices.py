"""Warnings of the engine: each once in a process, at the line of the user's that led to it."""

import sys
import warnings
from functools import cache

PACKAGE = __name__.partition(".")[0]
BETWEEN = ("functools", "sklearn")
"""Packages that call this one for a user: a cached property, a decorated `fit`."""


@cache
def warn_once(text: str) -> None:
    """Warn of something, unless it was said before."""
    warnings.warn(text, RuntimeWarning, stacklevel=_frames_inside() + 1)


def warn_of_reference(reason: str) -> None:
    """Warn once that the reference engine answers, and why."""
    warn_once(f"{reason} clearprop runs on its reference engine: right, but slower.")


def _frames_inside() -> int:
    """Return how many calls lie between here and the line of the user's that led here."""
    count, inside, frame = 0, 0, sys._getframe(1)
    while frame is not None:
        count += 1
        package = frame.f_globals.get("__name__", "").partition(".")[0]
        if package == PACKAGE or (package in BETWEEN and inside == count - 1):
            inside = count
        frame = frame.f_back
    return inside
