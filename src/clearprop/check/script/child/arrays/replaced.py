"""Find what was replaced: contents that became others at the same place, or under another name."""

import re
from collections import defaultdict
from collections.abc import Iterator

from clearprop.check.script.child.arrays.ancestry import ancestors, made_of_products
from clearprop.check.script.child.arrays.history import History
from clearprop.check.script.child.arrays.updates import Update
from clearprop.check.script.child.record.trace import Seen

GRADIENT = re.compile(
    r"grad|nabla|delta|(^|[._'\"\[])d_?[wb]([a-z]{1,2})?(\W|\d|_|$)", re.IGNORECASE
)
"""Names of gradients: ``dW1``, ``grads["b"]``, ``dWxh``."""
FEW = 6
"""Shapes of zeros that one name may hold before gradients are added to them."""


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
