"""Find the numbers that become others under another name, as in ``w1_new = w1 - rate * dw1``.

So does an example that is worked through once: what it ends with stands beside what it began with.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from clearprop.check.script.child.scalars.places import NumberPlaces, Update

NEW = re.compile(r"_*(new|next|upd(ated?)?|after|plus|neu|nuev[oa]|nov[oa])_*$", re.IGNORECASE)
"""What is put before a name, or after it, for what becomes of it."""
WORD = re.compile(r"_*[a-z][a-z_]*$|_+$", re.IGNORECASE)
SEVERAL = 3
"""Names to which another word is put: it says what becomes of them, if nothing is made of that."""


def under_new_names(numbers: NumberPlaces) -> Iterator[Update]:
    """Yield the updates of numbers that keep their names: what they become has another."""
    found = list(candidates(numbers))
    used = numbers.graph.consumers
    counts = Counter(word for word, update in found if update.after not in used)
    for word, update in found:
        if NEW.match(word) or (counts[word] >= SEVERAL and update.after not in used):
            yield update


def candidates(numbers: NumberPlaces) -> Iterator[tuple[str, Update]]:
    """Yield what numbers may become, with the word that is put to their names."""
    names: dict[int, set[str]] = defaultdict(set)
    told: set[int] = set()
    for held in numbers.held:
        if not held.place.isidentifier():
            continue
        words = {
            before: word
            for before, scaled in numbers.summands(held.node)
            for name in names[before]
            if not scaled and before not in told and (word := added(held.place, name))
        }
        for before, word in list(words.items())[:1]:
            told.add(before)
            yield word, Update(held.time, held.line, held.place, before, held.node)
        names[held.node].add(held.place)


def added(name: str, old: str) -> str:
    """Return the word that makes a name of another; an empty one where none does.

    Examples
    --------
    >>> [added(name, "w1") for name in ("w1_new", "nw1", "w11", "w1")]
    ['_new', 'n', '', '']
    """
    before, _, after = name.partition(old)
    word = before + after if old in name else ""
    return word if WORD.match(word) else ""
