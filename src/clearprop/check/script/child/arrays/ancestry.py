"""What a content was made of, back through the operations that were recorded."""

from collections.abc import Collection, Iterator

from clearprop.check.script.child.arrays.history import History
from clearprop.check.script.child.arrays.updates import Update
from clearprop.check.script.child.record.trace import ADDED

DEPTH = 5
"""Operations between a parameter and what it becomes."""
NEAR = 20
"""Arrays that are looked at between a parameter and what it was made of."""
FAR = 100
"""Arrays that are looked at between a step and the product of arrays that it was computed of."""
SUMS = ("+", "-", "*", "/", ADDED)
"""Operations that may make a parameter of another."""


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


def is_scaled(history: History, content: int) -> bool:
    """Return whether a content is an array times a number."""
    return any(
        made.name in ("*", "/") and min(map(history.size, made.operands)) == 1
        for made in history.made[content]
    )


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
