"""Animations: a program may train a step in the function that draws the next picture."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

PICTURES = 20
"""How many are drawn, of however many."""


def play(draw: Callable[..., Any], frames: Any = None, more: Sequence[Any] | None = None) -> None:
    """Draw some pictures of an animation; one that cannot be drawn on a stub ends it.

    Parameters
    ----------
    draw : callable
        Draws one picture: it is given one of the frames, and `more`.
    frames : int, iterable, callable or None
        As Matplotlib takes them: how many, their own, or what yields them.
    more : sequence or None

    Examples
    --------
    >>> shown = []
    >>> play(lambda frame, text: shown.append((frame, text)), 2, ("loss",))
    >>> shown
    [(0, 'loss'), (1, 'loss')]
    """
    for frame in itertools.islice(numbers_of(frames), PICTURES):
        try:
            draw(frame, *(more or ()))
        except Exception:
            return


def numbers_of(frames: Any) -> Iterator[Any]:
    """Return the frames one after the other."""
    if callable(frames):
        frames = frames()
    if isinstance(frames, Iterable):
        return iter(frames)
    return iter(range(frames)) if isinstance(frames, int) else itertools.count()
