"""Find what is added to a product of samples and weights: the bias of a layer."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from clearprop.check.script.child.arrays.history import REARRANGED, History
from clearprop.check.script.child.arrays.products import Product
from clearprop.check.script.child.arrays.updates import Update
from clearprop.check.script.child.record.trace import Operation
from clearprop.check.script.observed import Piece

FEW = 2
"""Operations from a product to its largest number, as it is taken off."""
Added = tuple[Update | Piece, int]
"""What was added to a product, a bias that is learned or one that stays, and its sign."""
MAX_BIASES = 12
"""Runs in which it is looked what was added: some may go forward with a bias moved a little."""


def biases(
    history: History,
    runs: Sequence[Sequence[Product]],
    until: int,
    changed: Mapping[int, Update],
    kept: Collection[int] = (),
) -> list[Added | None]:
    """Return of each layer what most of the last runs added to its product, with its sign.

    What is `kept` as it is by every step is a bias as well.
    """
    return [
        commonest([added(history, run[layer], until, changed, kept) for run in runs[-MAX_BIASES:]])
        for layer in range(len(runs[-1]))
    ]


def added(
    history: History,
    product: Product,
    until: int,
    changed: Mapping[int, Update],
    kept: Collection[int] = (),
) -> Added | None:
    """Return what was added to a product, or taken off it, and the sign that it has as a bias.

    An update of a bias, or a bias that never changes. In ``np.exp(-X @ W - b)`` it is + b.
    """
    weights = history.trace.contents[product.update.before]
    signs = {product.operation.result: 1}
    result = history.shape(product.operation.result)
    for operation in history.between(product.operation.time + 1, until):
        mine = [part for part in operation.operands if part in signs]
        if operation.name == "negative" and mine:
            signs[operation.result] = -signs[mine[0]]
        if operation.name == "reshape" and mine:
            signs[operation.result] = signs[mine[0]]
        if operation.name not in "+-" or not mine or len(operation.operands) != 2:
            continue
        others = [part for part in operation.operands if part not in signs]
        if not others or (operation.name == "-" and operation.operands[0] not in signs):
            continue
        other, size = others[0], history.trace.contents[others[0]].size
        sign = signs[mine[0]] * (1 if operation.name == "+" else -1)
        learned = in_another_shape(history, other, changed)
        if learned is not None:
            return changed[learned], sign
        is_own = (  # z of a single sample is as long as its bias; targets are taken off it
            sign > 0
            and max(result, default=1) == np.prod(result)
            and other != product.entering
            and (other in kept or not is_made_of_arrays(history, other, operation.time))
        )
        if is_made_of(history, other, signs, operation.time):
            continue  # softmax takes the largest off
        if size in (1, *weights.shape) and (history.shape(other) != result or is_own):
            return Piece(history.trace.contents[other], None, "", operation.line), sign
        if operation.name == "+":
            return None
    return None


def in_another_shape(history: History, content: int, changed: Mapping[int, Update]) -> int | None:
    """Return what is changed and has these numbers, perhaps in another shape: ``b[None, :]``."""
    if content in changed:
        return content
    made_of = (made.operands[0] for made in history.made[content] if made.name in REARRANGED)
    return next(
        (
            each
            for each in made_of
            if each in changed and history.size(each) == history.size(content)
        ),
        None,
    )


def told_by_next(history: History, product: Product, updates: Sequence[Update]) -> Update | None:
    """Return which of several changes of one content is that of a layer's bias; None if untold.

    Zeros may be many a bias, and the means that an optimizer begins with. Its own is what is added
    next to a product with the weights as this step left them.
    """
    following = next_product(history, product)
    if following is None:
        return None
    for operation in history.uses_between({following.result}, following.time, history.now + 1):
        if operation.name == "+":
            after = set(operation.operands) - {following.result}
            return next((update for update in updates if update.after in after), None)
    return None


def told_by_turn(
    run: Sequence[Product], layer: int, updates: Sequence[Update], end: int
) -> Update | None:
    """Return which of several changes of one content follows that of a layer's weights, or leads.

    ``W -= …; b -= …`` for one layer after the other: each weights have one such change between
    theirs and those of the next layer; None where any have several, or none.
    """
    times = sorted(product.update.time for product in run)
    mine = times.index(run[layer].update.time)
    for turns in (
        [*zip(times, [*times[1:], end], strict=True)],
        [*zip([0, *times[:-1]], times, strict=True)],
    ):
        found = [
            {each.after: each for each in updates if low < each.time < high} for low, high in turns
        ]
        if all(len(each) == 1 for each in found):
            return next(iter(found[mine].values()))
    return None


def next_product(history: History, product: Product) -> Operation | None:
    """Return the next product with the weights of this one as its step left them."""
    weights: int | None = product.update.after
    if product.turned:
        weights = history.trace.find(history.trace.contents[product.update.after].T)
    if weights is None:
        return None
    place = 0 if product.first else 1
    for operation in history.uses_between({weights}, product.update.time, history.now + 1):
        if operation.name == "@" and operation.operands[place] == weights:
            return operation
    return None


def is_made_of(history: History, content: int, parts: Collection[int], until: int) -> bool:
    """Return whether a content was computed of these before a moment, by a few operations."""
    waiting = [content]
    for _ in range(FEW):
        made = [each for one in waiting for each in history.makers(one, until - 1)]
        waiting = [operand for each in made for operand in each.operands]
        if not set(waiting).isdisjoint(parts):
            return True
    return False


def is_made_of_arrays(history: History, content: int, until: int) -> bool:
    """Return whether a content was computed of arrays before a moment."""
    return any(
        made.time < until and any(map(history.shape, made.operands))
        for made in history.made[content]
        if content not in made.operands  # 0 was added
    )


def commonest(added: Sequence[Added | None]) -> Added | None:
    """Return what most of the runs added, the last of them; None where that is nothing."""
    keys = [None if each is None else key_of(each[0]) for each in added]
    most = max(map(keys.count, keys))
    return next(
        each
        for each, key in zip(reversed(added), reversed(keys), strict=True)
        if keys.count(key) == most
    )


def key_of(added: Update | Piece) -> int:
    """Return the same number for the same content."""
    return added.before if isinstance(added, Update) else id(added.before)
