"""Errors of the checker's own while a script runs, in words that its author understands."""

from clearprop._text import Text


class TranslatedError(Exception):
    """An error of the checker's own, said in both languages."""

    def __init__(self, said: Text) -> None:
        super().__init__(said.en)
        self.said = said


class CannotCallError(TranslatedError):
    """A person's code cannot be asked for a gradient: nothing in it says how."""


class NotAllowedError(TranslatedError, PermissionError):
    """A person's code asks for the network, another process, or a file that is not its own."""


class NobodyAnswersError(TranslatedError, EOFError):
    """A person's code waits for input."""
