"""Programs of this machine that run exported files: compilers and interpreters."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from clearprop._errors import ClearpropError, InputError

MAX_LETTERS = 600
"""So much of what a runtime says is passed on."""
SECONDS = 120
"""So long may a runtime take."""


class MissingRuntimeError(InputError):
    """What runs an exported file is not installed: says what would."""

    @classmethod
    def of(cls, what: str, hint: str) -> "MissingRuntimeError":
        """Return the error for a runtime that is not installed."""
        return cls(f"`check` (=True) cannot be used: {what} is not installed. try: {hint}")


class FailedRunError(ClearpropError):
    """A runtime did not take an exported file: says what it said."""


def find(what: str, *names: str) -> str:
    """Return the path of the first program of these that is installed.

    Raises
    ------
    MissingRuntimeError
        If none is.
    """
    for name in names:
        path = shutil.which(name)
        if path is not None:
            return path
    hint = f"install one of {', '.join(names)}, or leave the check out."
    raise MissingRuntimeError.of(what, hint)


@cache
def version_of(program: str | Path) -> str:
    """Return the first line of what a program says of its version."""
    return call([program, "--version"]).splitlines()[0].strip()


def call(
    arguments: Sequence[str | Path], given: str | None = None, folder: Path | None = None
) -> str:
    """Run a program and return its standard output.

    Raises
    ------
    FailedRunError
        If it fails, or takes too long.
    """
    words = [str(each) for each in arguments]
    try:
        done = subprocess.run(
            words, input=given, cwd=folder, capture_output=True, text=True, encoding="utf-8",
            errors="replace", timeout=SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FailedRunError(f"{Path(words[0]).name} did not run the file: {error}") from None
    if done.returncode:
        said = done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}"
        errors = [line for line in said.splitlines() if re.search("error", line, re.IGNORECASE)]
        why = " ".join(errors[:3]) or said[-MAX_LETTERS:]
        raise FailedRunError(f"{Path(words[0]).name} did not take the file: {why[:MAX_LETTERS]}")
    return done.stdout
