"""Networks that take turns: the weights of the one that is changed next."""

from collections.abc import Mapping, Sequence

from clearprop.check.script.child.arrays.history import History
from clearprop.check.script.child.arrays.products import Product, enters
from clearprop.check.script.child.arrays.updates import Update

MAX_PRODUCTS = 60
Alive = Mapping[int, tuple[int, Update]]
"""Weights that stand at a moment, by their content: since when, and what becomes of them."""


def changed_next(
    history: History, alive: Alive, products: Mapping[int, Sequence[Product]], after: int
) -> Alive:
    """Return the weights of one network where a program trains several by turns, all otherwise.

    Those belong together which are changed before any of the others goes forward again, unless
    what leaves them enters others, or the other way round.
    """
    end = min(update.time for _, update in alive.values())
    later = [p.operation.time for content in alive for p in products[content]]
    pause = min((time for time in later if time > end), default=None)
    if pause is None:
        return alive
    mine = {content: pair for content, pair in alive.items() if pair[1].time < pause}
    inside = between(alive, products, after)[-MAX_PRODUCTS:]
    own = [product for product in inside if product.update.before in mine]
    others = [product for product in inside if product.update.before not in mine]
    joined = enters(history, own, others) or enters(history, others, own)
    return alive if joined else mine


def between(alive: Alive, products: Mapping[int, Sequence[Product]], after: int) -> list[Product]:
    """Return the products with weights since all of them stand, until one of them is changed."""
    start = max(after, *(birth for birth, _ in alive.values()))
    end = min(update.time for _, update in alive.values())
    inside = (p for c in alive for p in products[c] if start <= p.operation.time < end)
    return sorted(inside, key=lambda product: product.operation.time)
