"""Networks that take turns: the weights of the one that is changed next."""

from collections.abc import Collection, Mapping, Sequence

from clearprop.check.script.child.arrays.history import History
from clearprop.check.script.child.arrays.products import Product
from clearprop.check.script.child.arrays.updates import Update

NEAR = 60
"""Contents that are looked at between what enters a product and what that was computed of."""
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


def enters(history: History, lower: Sequence[Product], upper: Sequence[Product]) -> bool:
    """Return whether what enters one of the upper products was computed of a lower one."""
    results = {product.operation.result for product in lower}
    return any(comes_of(history, product, results) for product in upper)


def comes_of(history: History, product: Product, results: Collection[int]) -> bool:
    """Return whether what enters a product was computed of one of these."""
    waiting, known = [product.entering], {product.entering}
    while waiting and len(known) < NEAR:
        content = waiting.pop(0)
        if content in results:
            return True
        for made in history.made[content]:
            if made.time < product.operation.time:
                parts = [part for part in made.operands if part not in known]
                known.update(parts)
                waiting += parts
    return False
