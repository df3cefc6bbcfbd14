"""What goes wrong while a script runs, in words that its author understands."""

import traceback
from typing import NamedTuple

from clearprop._text import Text


class SpokenError(Exception):
    """An error of the checker's own, said in both languages."""

    def __init__(self, said: Text) -> None:
        super().__init__(said.en)
        self.said = said


class CannotCallError(SpokenError):
    """A person's code cannot be asked for a gradient: nothing in it says how."""


class NotAllowedError(SpokenError, PermissionError):
    """A person's code asks for the network, another process, or a file that is not its own."""


class NobodyAnswersError(SpokenError, EOFError):
    """A person's code waits for input."""


class Trouble(NamedTuple):
    """A statement that failed."""

    line: int
    kind: str
    message: Text

    @staticmethod
    def of(error: BaseException, line: int) -> "Trouble":
        """Return what an error says, without its traceback."""
        plain = " ".join(str(error).split())[:300]
        said = error.said if isinstance(error, SpokenError) else Text(plain, plain)
        return Trouble(line, type(error).__name__, said)


def line_in(error: BaseException, path: str) -> int:
    """Return the innermost line of the script on the way to an error, 0 if it lies elsewhere."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno or 0 for frame in frames if frame.filename == path]
    return lines[-1] if lines else 0
