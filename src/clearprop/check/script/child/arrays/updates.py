"""Find what was replaced: contents that became others at the same place, by adding something."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from clearprop.check.script.child.arrays.flat import FLAT, places_in
from clearprop.check.script.child.arrays.history import History
from clearprop.check.script.child.trace import ADDED
from clearprop.check.script.messages import Array

DEPTH = 5
"""Operations between a parameter and what it becomes."""

GRADIENT = re.compile(r"grad|nabla|delta|(^|[._'\"\[])d_?[wb](\W|\d|_|$)", re.IGNORECASE)
"""Names of gradients."""
SOON = 3
"""Contents that a place holds next."""
SUMS = ("+", "-", "*", "/", ADDED)
"""Operations that may make a parameter of another."""


class Update(NamedTuple):
    """A content that became another one at the same place, by adding something to it."""

    time: int
    line: int
    place: str
    before: int
    after: int


def updates_in(history: History) -> list[Update]:
    """Return all of them, also of matrices that are pieces of a vector, in the order of time.

    A gradient is none, although a bias that begins with 0 makes the next one of the one before.
    """
    found = [each for each in replaced(history) if not is_product(history, each.before)]
    found = [each for each in found if not GRADIENT.search(each.place)] or found
    found = without_trials(history, taken(history, found))
    found += list(pieces_of(history, found))
    found += grown(history)
    return in_one(history, sorted(found, key=lambda update: update.time))


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


def taken(history: History, updates: Sequence[Update]) -> list[Update]:
    """Return the updates without those of which the place soon holds what it held before.

    Such are no steps: a number is moved a little and put back, to see how a loss changes.
    """
    held: dict[str, list[int]] = defaultdict(list)
    for seen in history.trace.seen:
        if seen.place and held[seen.place][-1:] != [seen.content]:
            held[seen.place].append(seen.content)
    comes_back = {
        (update.place, update.before)
        for update in updates
        if update.before in after(held[update.place], update.after)
    }
    kept: list[Update] = []
    tried: set[int] = set()
    for update in updates:
        if (update.place, update.before) in comes_back or update.before in tried:
            tried.add(update.after)
        else:
            kept.append(update)
    return kept


def without_trials(history: History, updates: Sequence[Update]) -> list[Update]:
    """Return the updates without those of copies: what they were goes on after other updates.

    A copy of a bias is moved a little to see how a loss changes; the bias itself stays.
    """
    last: dict[int, int] = {}
    for operation in history.trace.operations:
        last.update(dict.fromkeys(operation.operands, operation.time))
    ends = [update.time for update in updates]
    kept = []
    for update in updates:
        stays = last.get(update.before, 0)
        moved = max(update.time, last.get(update.after, 0))
        if not any(moved < end < stays for end in ends):
            kept.append(update)
    return kept


def after(contents: Sequence[int], content: int) -> Sequence[int]:
    """Return what a place held soon after one of its contents."""
    at = contents.index(content) + 1
    return contents[at : at + SOON]


def replaced(history: History) -> Iterator[Update]:
    """Yield the updates of whole contents."""
    held: dict[str, set[int]] = defaultdict(set)
    told: set[int] = set()  # by another name it is the same array
    for seen in history.trace.seen:
        if not seen.place:
            continue
        before = held[seen.place]
        if seen.content not in before and seen.content not in told:
            for ancestor in ancestors(history, seen.content, seen.time):
                if ancestor in before and not begins_a_gradient(history, ancestor, seen.place):
                    told.add(seen.content)
                    yield Update(seen.time, seen.line, seen.place, ancestor, seen.content)
                    break
        before.add(seen.content)


def grown(history: History) -> Iterator[Update]:
    """Yield the updates of biases that grew: a step of another shape was broadcast onto them."""
    products = {made.result for made in history.trace.operations if made.name == "@"}
    biases = {
        part
        for made in history.trace.operations
        if made.name == "+" and not products.isdisjoint(made.operands)
        for part in made.operands
        if part not in products
    }
    first = {seen.content: seen for seen in reversed(history.trace.seen) if seen.place}
    for content in biases.intersection(first):
        seen, sums = first[content], [made for made in history.made[content] if made.name in "+-"]
        for part in biases.intersection(sums[0].operands) if sums else ():
            if 1 < history.size(part) < history.size(content):
                yield Update(seen.time, seen.line, seen.place, part, content)


def begins_a_gradient(history: History, content: int, place: str) -> bool:
    """Return whether zeros stand where a gradient will: weights may begin with 0 as well."""
    return GRADIENT.search(place) is not None and not history.trace.contents[content].any()


def is_product(history: History, content: int) -> bool:
    """Return whether a content is a product of arrays: an error term, a sum of gradients so far."""
    return any(
        made.name == "@"
        or (made.name == "*" and all(history.size(part) > 1 for part in made.operands))
        for made in history.made[content]
    )


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


def multiplied(history: History) -> list[tuple[int, Array]]:
    """Return the contents that stand in products, each as it was before it was transposed."""
    found: dict[int, None] = {}
    for operation in history.trace.operations:
        if operation.name == "@":
            for part in operation.operands:
                turned = history.trace.find(history.trace.contents[part].T)
                found.setdefault(part if turned is None else min(part, turned))
    return [(part, history.trace.contents[part]) for part in found]


def ancestors(history: History, content: int, until: int) -> Iterator[int]:
    """Yield what a content was made of by adding, and by multiplying with numbers."""
    shape = history.shape(content)
    waiting, known = [(content, 0)], {content}
    while waiting:
        each, depth = waiting.pop(0)
        for operation in history.made[each]:
            if operation.time > until or operation.name not in SUMS:
                continue
            sizes = [history.trace.contents[part].size for part in operation.operands]
            if operation.name in "*/" and min(sizes) > 1:
                continue
            for part in operation.operands:
                if part not in known and history.shape(part) == shape:
                    known.add(part)
                    yield part
                    if depth + 1 < DEPTH:
                        waiting.append((part, depth + 1))
