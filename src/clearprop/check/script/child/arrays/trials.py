"""Leave out what is no step: numbers that are moved a little, to see how a loss changes."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from clearprop.check.script.child.arrays.ancestry import is_scaled, made_of_products
from clearprop.check.script.child.arrays.history import History
from clearprop.check.script.child.arrays.updates import Update, both, moves_many

SOON = 3
"""Contents that a place holds next."""
ROUNDING = 1e-13
"""Relative difference of numbers that were moved and put back."""


def taken(history: History, updates: Sequence[Update]) -> list[Update]:
    """Return the updates without those of which the place soon holds what it held before.

    Such are no steps: a number is moved a little and put back, to see how a loss changes, perhaps
    but for rounding. Zeros that a place holds again may be those of another layer, or network.
    """
    held: dict[str, list[int]] = defaultdict(list)
    first: dict[str, dict[int, int]] = defaultdict(dict)
    """Where each of these stands first."""
    for seen in history.trace.seen:
        if seen.place and held[seen.place][-1:] != [seen.content]:
            first[seen.place].setdefault(seen.content, len(held[seen.place]))
            held[seen.place].append(seen.content)
    comes_back = {
        (update.place, update.before)
        for update in updates
        if holds_again(
            history, update, after(held[update.place], first[update.place][update.after])
        )
        and not begins_anew(history, update)
        and not is_descent(history, update)
    }
    kept: list[Update] = []
    tried: set[int] = set()
    for update in updates:
        at = first[update.place][update.after]
        before_it = held[update.place][:at]
        if update.before in tried and holds_nearly(history, update, update.after, before_it):
            continue  # it was put back
        if (update.place, update.before) in comes_back or update.before in tried:
            tried.add(update.after)
        else:
            kept.append(update)
    return kept


def after(contents: Sequence[int], at: int) -> Sequence[int]:
    """Return what a place held soon after the content that it held at this place of the order."""
    return contents[at + 1 : at + 1 + SOON]


def holds_again(history: History, update: Update, later: Sequence[int]) -> bool:
    """Return whether one of these is what was replaced; of one number moved, but for rounding."""
    if update.before in later:
        return True
    is_moved = not moves_many(*both(history, update))
    return is_moved and holds_nearly(history, update, update.before, later)


def holds_nearly(history: History, update: Update, content: int, others: Sequence[int]) -> bool:
    """Return whether one of the last few of these is a content but for the rounding of a move."""
    array, (before, after) = history.trace.contents[content], both(history, update)
    noise = ROUNDING * float(np.abs(after - before).max(initial=0.0))
    return any(
        history.shape(other) == array.shape
        and np.allclose(history.trace.contents[other], array, rtol=ROUNDING, atol=noise)
        for other in others[-SOON:]
    )


def without_trials(history: History, updates: Sequence[Update]) -> list[Update]:
    """Return the updates without those of copies: what they were goes on after other updates.

    A copy of a bias is moved a little to see how a loss changes; the bias itself stays. Zeros that
    stay may be those of another network, which is trained after this one.
    """
    last: dict[int, int] = {}
    for operation in history.trace.operations:
        last.update(dict.fromkeys(operation.operands, operation.time))
    ends = sorted(update.time for update in updates)
    kept = []
    for update in updates:
        stays = last.get(update.before, 0)
        moved = max(update.time, last.get(update.after, 0))
        next_end = bisect_right(ends, moved)
        is_moved_on = next_end == len(ends) or ends[next_end] >= stays
        if is_moved_on or begins_anew(history, update):
            kept.append(update)
    return kept


def begins_anew(history: History, update: Update) -> bool:
    """Return whether many equal numbers were replaced, with which several things may begin."""
    return history.is_constant(update.before) and moves_many(*both(history, update))


def is_descent(history: History, update: Update) -> bool:
    """Return whether numbers were moved by what was computed of products: by no trial.

    The place may hold them again where the program begins anew with the same numbers. What a
    product is added to as it is may be the bias of z. An array of steps may move a single number:
    where one unit alone is on.
    """
    for each in history.made[update.after]:
        if each.name not in ("+", "-") or update.before not in each.operands:
            continue
        steps = [part for part in each.operands if part != update.before]
        if each.name == "+":
            steps = [part for part in steps if is_scaled(history, part)]
        made = [part for part in steps if made_of_products(history, part, update.time)]
        if made:
            is_of_arrays = any(map(history.shape, made))
            return is_of_arrays or moves_many(*both(history, update))
    return False
