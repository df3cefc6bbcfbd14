"""Stages of a fit that takes a while: what is being done, how far it is, and the time left."""

from collections.abc import Callable
from dataclasses import dataclass

from clearprop._text import Text


@dataclass(frozen=True)
class Stage:
    """A stage of a fit, for whoever watches.

    Attributes
    ----------
    name : Text
        What is done, for people: "comparing hidden sizes".
    done : int, default=0
        How many of its candidates or starts are done.
    total : int, optional
        How many there are; None where nobody knows.
    seconds_left : float, optional
        The most seconds that it may still take, where that is known.
    """

    name: Text
    done: int = 0
    total: int | None = None
    seconds_left: float | None = None


OnStage = Callable[[Stage], None]
"""Called when a stage begins and after each of its candidates, from the thread that began the fit
or from one of its own."""
