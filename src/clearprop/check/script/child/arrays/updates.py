"""An update: a content that became another one at the same place, and which numbers it moved."""

from typing import NamedTuple

import numpy as np

from clearprop.check.script.child.arrays.history import History
from clearprop.check.script.messages import Array


class Update(NamedTuple):
    """A content that became another one at the same place, by adding something to it."""

    time: int
    line: int
    place: str
    before: int
    after: int


def both(history: History, update: Update) -> tuple[Array, Array]:
    """Return what was replaced, and by what."""
    return history.trace.contents[update.before], history.trace.contents[update.after]


def moves_many(before: Array, after: Array) -> bool:
    """Return whether more than one number became another: one alone, to see how a loss changes."""
    return len(np.flatnonzero(before != after)) > 1
