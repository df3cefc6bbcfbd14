"""Printing: results go to standard output, everything else to standard error."""

import itertools
import os
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from typing import TextIO

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


def say_pairs(pairs: Sequence[tuple[str, str]]) -> None:
    """Print names and values as two columns."""
    width = max(_width(name) for name, _ in pairs)
    for name, value in pairs:
        say(f"{_filled(name, width)}  {value}")


def say_grid(rows: Sequence[Sequence[str]]) -> None:
    """Print rows of cells: the first column to the left, the others to the right."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [
            _filled(cell, width, right=True) for cell, width in zip(others, widths[1:], strict=True)
        ]
        say("   ".join([_filled(first, widths[0]), *cells]))


def _width(text: str) -> int:
    """Return how many columns of a terminal the text takes; a Chinese character takes two."""
    from rich.cells import cell_len

    return cell_len(text)


def _filled(text: str, width: int, *, right: bool = False) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space
