"""Printing: results go to standard output, everything else to standard error."""

import itertools
import os
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from typing import TextIO

from clearprop._aligned import grid, pairs
from clearprop._text import Language
from clearprop._translation import translated

FAILED, BAD_INPUT, INTERRUPTED, BROKEN_PIPE = 1, 2, 130, 141
"""Exit codes; the last two are what a shell reports for SIGINT and SIGPIPE."""


TYPED: ContextVar[Sequence[str]] = ContextVar("typed", default=())
"""The arguments of the command that runs."""


def typed() -> Sequence[str]:
    """Return the arguments that were typed after ``clearprop``."""
    return TYPED.get()


def language() -> Language:
    """Return the language of help and errors.

    It is that of --lang, else of CLEARPROP_LANG, else of the system (LC_ALL, LC_MESSAGES, LANG).
    """
    arguments = [part for one in typed() for part in one.split("=", 1)]
    after = [value for name, value in itertools.pairwise(arguments) if name == "--lang"]
    if after:
        return "zh" if after[-1] == "zh" else "en"
    names = ("CLEARPROP_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    given = (os.environ[name] for name in names if os.environ.get(name))
    return "zh" if next(given, "").lower().startswith("zh") else "en"


def say(text: str = "") -> None:
    """Print a line of the result."""
    print(text)


def note(text: str) -> None:
    """Print a line about the work, which is no part of the result."""
    print(text, file=sys.stderr, flush=True)


def complain(text: str) -> None:
    """Print why a command stopped, in one line."""
    note(f"clearprop: {translated(' '.join(text.split()), language())}")


def warn(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Print a warning in one line; at a terminal nobody asks which line of Python gave it."""
    complain(str(message))


def say_pairs(named: Sequence[tuple[str, str]]) -> None:
    """Print names and values as two columns."""
    for line in pairs(named):
        say(line)


def say_grid(rows: Sequence[Sequence[str]]) -> None:
    """Print rows of cells: the first column to the left, the others to the right."""
    for line in grid(rows):
        say(line)
