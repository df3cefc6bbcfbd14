"""Find the numbers that become others under another name, as in ``w1_new = w1 - rate * dw1``.

So does an example that is worked through once: what it ends with stands beside what it began with.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from clearprop.check.script.child.scalars.places import NumberPlaces, Update

NEW = re.compile(r"_*(new|next|upd(ated?)?|after|plus|neu|nuev[oa]|nov[oa])_*$", re.IGNORECASE)
"""What is put before a name, or after it, for what becomes of it."""


def under_new_names(numbers: NumberPlaces) -> Iterator[Update]:
    """Yield the updates of numbers that keep their names: what they become has another."""
    names: dict[int, set[str]] = defaultdict(set)
    told: set[int] = set()
    for held in numbers.held:
        if not held.place.isidentifier():
            continue
        for before, scaled in numbers.summands(held.node):
            is_new = any(is_new_name(held.place, name) for name in names[before])
            if is_new and not scaled and before not in told and before != held.node:
                told.add(before)
                yield Update(held.time, held.line, held.place, before, held.node)
                break
        names[held.node].add(held.place)


def is_new_name(name: str, old: str) -> bool:
    """Return whether a name is that of what became of another.

    Examples
    --------
    >>> [is_new_name(name, "w1") for name in ("w1_new", "new_w1", "w11", "w1")]
    [True, True, False, False]
    """
    before, found, after = name.partition(old)
    return bool(found) and NEW.match(before + after) is not None
