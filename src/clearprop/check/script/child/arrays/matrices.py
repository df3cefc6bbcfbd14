"""Find the weight matrices that are parts of something larger, which is what was replaced."""

from collections.abc import Iterator, Sequence

import numpy as np

from clearprop.check.script.child.arrays.flat import FLAT, places_in
from clearprop.check.script.child.arrays.history import History
from clearprop.check.script.child.arrays.updates import Update, both
from clearprop.check.script.messages import Array

BIAS_INSIDE = (
    (np.s_[:-1], np.s_[-1]), (np.s_[1:], np.s_[0]),
    (np.s_[:, :-1], np.s_[:, -1]), (np.s_[:, 1:], np.s_[:, 0]),
)  # fmt: skip
"""Weights and their bias in one matrix, as parts of it."""


def pieces_of(history: History, updates: Sequence[Update]) -> Iterator[Update]:
    """Yield the updates of matrices that are pieces of a flat vector which was updated."""
    matrices: list[tuple[int, Array]] | None = None
    for update in updates:
        flat = history.trace.contents[update.before]
        if flat.ndim != 1 or flat.size < FLAT:
            continue
        if matrices is None:
            matrices = multiplied(history)
        for content, place in places_in(flat, matrices):
            shape = history.shape(content)
            after = place.piece(history.trace.contents[update.after], shape)
            yield update._replace(before=content, after=history.added_content(after.copy()))


def without_bias(history: History, updates: Sequence[Update]) -> Iterator[Update]:
    """Yield the updates of weights whose matrix has the bias as a row or column more, and of that.

    They are of use where the matrix without it goes into products: ``x @ W[:-1] + W[-1]``.
    """
    matrices = {part for part, _ in multiplied(history)}
    for update in updates:
        before, after = both(history, update)
        if before.ndim != 2 or before.shape != after.shape or not matrices:
            continue
        whole = [update.before, history.trace.find(before.T)]
        if not matrices.isdisjoint(part for part in whole if part is not None):
            continue
        for weights, bias in BIAS_INSIDE:
            inner = history.trace.find(before[weights])
            turned = history.trace.find(before[weights].T)
            part = min((each for each in (inner, turned) if each in matrices), default=None)
            row = history.trace.find(before[bias])
            if part is None or row is None or is_no_part(history, part):
                continue
            inside = (
                after[weights] if history.shape(part) == before[weights].shape else after[weights].T
            )
            yield update._replace(before=part, after=history.added_content(inside.copy()))
            yield update._replace(before=row, after=history.added_content(after[bias].copy()))
            break


def is_no_part(history: History, content: int) -> bool:
    """Return whether a content is one number throughout, no part of an array: ones sum a batch."""
    is_part = any(made.name == "getitem" for made in history.made[content])
    return history.is_constant(content) and not is_part


def multiplied(history: History) -> list[tuple[int, Array]]:
    """Return the contents that stand in products, each as it was before it was transposed."""
    found: dict[int, None] = {}
    for operation in history.trace.operations:
        if operation.name == "@":
            for part in operation.operands:
                turned = history.trace.find(history.trace.contents[part].T)
                found.setdefault(part if turned is None else min(part, turned))
    return [(part, history.trace.contents[part]) for part in found]
