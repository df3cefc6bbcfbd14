"""Find what was replaced: contents that became others at the same place, by adding something."""

import itertools
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from clearprop.check.script.child.arrays.flat import FLAT, places_in
from clearprop.check.script.child.arrays.history import History
from clearprop.check.script.child.record.trace import ADDED, Seen
from clearprop.check.script.messages import Array

DEPTH = 5
"""Operations between a parameter and what it becomes."""

GRADIENT = re.compile(
    r"grad|nabla|delta|(^|[._'\"\[])d_?[wb]([a-z]{1,2})?(\W|\d|_|$)", re.IGNORECASE
)
"""Names of gradients: ``dW1``, ``grads["b"]``, ``dWxh``."""
FEW = 6
"""Shapes of zeros that one name may hold before gradients are added to them."""
NEAR = 20
"""Arrays that are looked at between a parameter and what it was made of."""
FAR = 100
"""Arrays that are looked at between a step and the product of arrays that it was computed of."""
SOON = 3
"""Contents that a place holds next."""
ROUNDING = 1e-13
"""Relative difference of numbers that were moved and put back."""
BIAS_INSIDE = (
    (np.s_[:-1], np.s_[-1]), (np.s_[1:], np.s_[0]),
    (np.s_[:, :-1], np.s_[:, -1]), (np.s_[:, 1:], np.s_[:, 0]),
)  # fmt: skip
"""Weights and their bias in one matrix, as parts of it."""
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


def both(history: History, update: Update) -> tuple[Array, Array]:
    """Return what was replaced, and by what."""
    return history.trace.contents[update.before], history.trace.contents[update.after]


def moves_many(before: Array, after: Array) -> bool:
    """Return whether more than one number became another: one alone, to see how a loss changes."""
    return len(np.flatnonzero(before != after)) > 1


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
    """Return whether many numbers were moved by what was computed of products: by no trial.

    The place may hold them again where the program begins anew with the same numbers. What a
    product is added to as it is may be the bias of z.
    """
    for made in history.made[update.after]:
        if made.name not in ("+", "-") or update.before not in made.operands:
            continue
        steps = [part for part in made.operands if part != update.before]
        if made.name == "+":
            steps = [part for part in steps if is_scaled(history, part)]
        if any(made_of_products(history, part, update.time) for part in steps):
            return moves_many(*both(history, update))
    return False


def is_scaled(history: History, content: int) -> bool:
    """Return whether a content is an array times a number."""
    return any(
        made.name in ("*", "/") and min(map(history.size, made.operands)) == 1
        for made in history.made[content]
    )


def made_of_products(history: History, content: int, until: int) -> bool:
    """Return whether a product of arrays is among what a content was computed of last."""
    waiting, known = [content], {content}
    while waiting and len(known) < FAR:
        for made in history.made[waiting.pop(0)]:
            if made.time > until:
                continue
            if made.name in ("@", "outer"):
                return True
            parts = [part for part in made.operands if part not in known]
            known.update(parts)
            waiting += parts
    return False


def after(contents: Sequence[int], at: int) -> Sequence[int]:
    """Return what a place held soon after the content that it held at this place of the order."""
    return contents[at + 1 : at + 1 + SOON]


def replaced(history: History) -> Iterator[Update]:
    """Yield the updates of whole contents."""
    held: dict[str, set[int]] = defaultdict(set)
    told: set[int] = set()  # by another name it is the same array
    sums: set[str] = set()  # places of gradients that are added up, from 0
    for seen in history.trace.seen:
        if not seen.place or seen.place[0] == "[":  # what a function returns has no place yet
            continue
        before = held[seen.place]
        if begins_sum(history, seen, before):
            sums.add(seen.place)
        elif not (seen.content in before or seen.content in told or seen.place in sums):
            # δ of a sample is made of its bias, and that of δ before: this is no update of δ
            for ancestor in ancestors(history, seen.content, seen.time, told, before):
                if ancestor in before and not begins_a_gradient(history, ancestor, seen.place):
                    told.add(seen.content)
                    yield Update(seen.time, seen.line, seen.place, ancestor, seen.content)
                    break
        before.add(seen.content)


def under_new_names(history: History) -> Iterator[Update]:
    """Yield what arrays became under another name, as in ``w_new = w - rate * dw``.

    The new name holds the old one, and what was added was computed.
    """
    names: dict[int, set[str]] = defaultdict(set)
    told: set[int] = set()
    for seen in history.trace.seen:
        if not seen.place.isidentifier():
            continue
        for made in history.made[seen.content]:
            if made.name not in ("+", "-") or made.time > seen.time or seen.content in told:
                continue
            before, *others = made.operands
            is_new = any(is_new_name(seen.place, name) for name in names[before])
            if is_new and any(made_of_products(history, part, made.time) for part in others):
                told.add(seen.content)
                yield Update(seen.time, seen.line, seen.place, before, seen.content)
        names[seen.content].add(seen.place)


def is_new_name(name: str, old: str) -> bool:
    """Return whether a name is another one with something before or after it."""
    new, old = name.lower(), old.lower()
    return new != old and (new.startswith(old) or new.endswith(old))


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


def begins_sum(history: History, seen: Seen, before: set[int]) -> bool:
    """Return whether a place of a gradient held zeros, and now the first that was added to them."""
    if not 0 < len(before) <= FEW or seen.content in before:
        return False
    return all(begins_a_gradient(history, content, seen.place) for content in before)


def begins_a_gradient(history: History, content: int, place: str) -> bool:
    """Return whether zeros stand where a gradient will: weights may begin with 0 as well."""
    return GRADIENT.search(place) is not None and not history.trace.contents[content].any()


def goes_by_differences(history: History, update: Update) -> bool:
    """Return whether a step was made of differences of a loss: of no gradient that was written."""
    waiting, known = [update.after], {update.before, update.after}
    while waiting and len(known) < NEAR:
        for made in history.makers(waiting.pop(), update.time):
            if made.name not in SUMS:
                continue
            parts = [part for part in made.operands if part not in known]
            if not history.measured.isdisjoint(parts):
                return True
            known.update(parts)
            waiting += parts
    return False


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
            if part is None or row is None:
                continue
            inside = (
                after[weights] if history.shape(part) == before[weights].shape else after[weights].T
            )
            yield update._replace(before=part, after=history.added_content(inside.copy()))
            yield update._replace(before=row, after=history.added_content(after[bias].copy()))
            break


def multiplied(history: History) -> list[tuple[int, Array]]:
    """Return the contents that stand in products, each as it was before it was transposed."""
    found: dict[int, None] = {}
    for operation in history.trace.operations:
        if operation.name == "@":
            for part in operation.operands:
                turned = history.trace.find(history.trace.contents[part].T)
                found.setdefault(part if turned is None else min(part, turned))
    return [(part, history.trace.contents[part]) for part in found]


def ancestors(
    history: History,
    content: int,
    until: int,
    others: Collection[int] = (),
    own: Collection[int] = (),
) -> Iterator[int]:
    """Yield what a content was made of by adding, and by multiplying with numbers.

    What `others` were made of is left out, unless they are its `own`.
    """
    shape = history.shape(content)
    waiting, known = [(content, 0)], {content}
    while waiting:
        each, depth = waiting.pop(0)
        for operation in history.makers(each, until):
            if operation.name not in SUMS:
                continue
            sizes = [history.trace.contents[part].size for part in operation.operands]
            if operation.name in "*/" and min(sizes) > 1:
                continue
            for part in operation.operands:
                if part not in known and history.shape(part) == shape:
                    known.add(part)
                    yield part
                    if depth + 1 < DEPTH and (part not in others or part in own):
                        waiting.append((part, depth + 1))
