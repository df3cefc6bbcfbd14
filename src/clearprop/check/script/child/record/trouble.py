"""Statements that failed: in which line of the script, and with which error."""

import traceback

from clearprop._text import Text
from clearprop.check.script.errors import TranslatedError
from clearprop.check.script.observed import Trouble


def trouble_of(error: BaseException, line: int) -> Trouble:
    """Return what an error says, without its traceback."""
    plain = " ".join(str(error).split())[:300]
    said = error.said if isinstance(error, TranslatedError) else Text(plain, plain)
    return Trouble(line, type(error).__name__, said)


def line_in(error: BaseException, path: str) -> int:
    """Return the innermost line of the script on the way to an error, 0 if it lies elsewhere."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno or 0 for frame in frames if frame.filename == path]
    return lines[-1] if lines else 0
