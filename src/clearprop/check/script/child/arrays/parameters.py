"""Find what is learned: the updates of parameters, each as a whole, in the order of time."""

import itertools
from collections import defaultdict
from collections.abc import Sequence

from clearprop.check.script.child.arrays.ancestry import ancestors, goes_by_differences
from clearprop.check.script.child.arrays.history import History
from clearprop.check.script.child.arrays.matrices import pieces_of, without_bias
from clearprop.check.script.child.arrays.replaced import GRADIENT, grown, replaced, under_new_names
from clearprop.check.script.child.arrays.trials import taken, without_trials
from clearprop.check.script.child.arrays.updates import Update


def updates_in(history: History) -> list[Update]:
    """Return all of them, also of matrices that are pieces of a vector, in the order of time.

    A gradient is none, although a bias that begins with 0 makes the next one of the one before.
    """
    found = [each for each in replaced(history) if each.before not in history.products]
    found = [each for each in found if not goes_by_differences(history, each)]
    found = [each for each in found if not GRADIENT.search(each.place)] or found
    found = without_trials(history, taken(history, found)) or list(under_new_names(history))
    found += list(pieces_of(history, found))
    found += list(without_bias(history, found))
    found += grown(history)
    found = without_look_ahead(history, sorted(found, key=lambda update: update.time))
    return in_one(history, found)


def without_look_ahead(history: History, updates: Sequence[Update]) -> list[Update]:
    """Return the updates without those that went on from what another made of the same content.

    Where gradients are taken at W + μ v, kept beside W, both begin with the same numbers. So do a
    bias and its velocity, both 0: there the bias is what went on.
    """
    of: dict[int, list[Update]] = defaultdict(list)
    for update in updates:
        of[update.before].append(update)
    beyond = {
        (before, (update if history.trace.contents[before].any() else first).after)
        for before, several in of.items()
        for first, update in itertools.combinations(several, 2)
        if first.place != update.place and first.after != update.after
        if first.after in ancestors(history, update.after, update.time)
    }
    return [update for update in updates if (update.before, update.after) not in beyond]


def in_one(history: History, updates: Sequence[Update]) -> list[Update]:
    """Return updates of which two that follow each other, such as decay and descent, are one.

    A bias and its velocity, both 0, become the same numbers in the first step: what becomes of the
    one then says nothing of the other.
    """
    together = begun_together(history, updates)
    next_of: dict[int, list[Update]] = defaultdict(list)
    for update in updates:
        next_of[update.before].append(update)
    merged: list[Update] = []
    inner: set[tuple[int, int]] = set()
    for update in updates:
        if (update.time, update.before) in inner:
            continue
        whole = link = update
        while True:
            later = [each for each in next_of[whole.after] if each.time > whole.time]
            if not later or history.is_used(whole.after, whole.time, later[0].time):
                break
            if (link.before, link.after) in together:
                break
            link = next((each for each in later if each.place == whole.place), later[0])
            inner.add((link.time, link.before))
            whole = whole._replace(time=link.time, after=link.after, line=link.line)
        merged.append(whole)
    return sorted(merged, key=lambda update: update.time)


def begun_together(history: History, updates: Sequence[Update]) -> set[tuple[int, int]]:
    """Return the updates of zeros that happened in two places, of which other things became."""
    pairs = {
        (update.before, update.after)
        for update in updates
        if not history.trace.contents[update.before].any()
    }
    if not pairs:
        return set()
    held: dict[str, list[int]] = defaultdict(list)
    for seen in history.trace.seen:
        if seen.place and held[seen.place][-1:] != [seen.content]:
            held[seen.place].append(seen.content)
    following: dict[tuple[int, int], set[int]] = defaultdict(set)
    for contents in held.values():
        for before, now, later in zip(contents, contents[1:], contents[2:], strict=False):
            following[before, now].add(later)
    return {pair for pair in pairs if len(following[pair]) > 1}
