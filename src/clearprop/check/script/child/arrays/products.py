"""Find the products with weights, and the ways of samples through all of them."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from clearprop.check.script.child.arrays.history import History
from clearprop.check.script.child.arrays.updates import Update
from clearprop.check.script.child.record.trace import Operation

NEAR = 60
"""Contents that are looked at between what enters a product and what that was computed of."""


class Product(NamedTuple):
    """A product with a weight matrix."""

    operation: Operation
    update: Update
    first: bool
    """True for W V."""
    turned: bool
    """True for Wᵀ."""

    @property
    def entering(self) -> int:
        """V, the other operand."""
        return self.operation.operands[1 if self.first else 0]

    @property
    def label(self) -> tuple[int, bool, bool]:
        """The same for the same product of another sample."""
        return self.update.before, self.first, self.turned


def products_in(history: History, updates: Sequence[Update]) -> dict[int, list[Product]]:
    """Return the products with each content that is changed later."""
    of: dict[int, tuple[Update, bool]] = {}
    turned: dict[int, Update] = {}
    for update in updates:
        of.setdefault(update.before, (update, False))
        content = history.trace.contents[update.before]
        if content.ndim == 2:
            other = history.trace.find(content.T)
            if other is not None and other != update.before:
                turned.setdefault(other, update)
    found: dict[int, list[Product]] = defaultdict(list)
    of_vectors: list[Product] = []
    for operation in history.trace.operations:
        if operation.name != "@" or len(operation.operands) != 2:
            continue
        for first in (False, True):
            operand = operation.operands[0 if first else 1]
            if operand in of:
                update = of[operand][0]
                product = Product(operation, update, first, False)
            elif operand in turned:
                product = Product(operation, turned[operand], first, True)
            else:
                continue
            is_of_vectors = all(len(history.shape(part)) == 1 for part in operation.operands)
            (of_vectors if is_of_vectors else found[product.update.before]).append(product)
    matrices = [product for products in found.values() for product in products]
    for product in of_vectors:
        found[product.update.before].append(alike(product, matrices))
    return forward_alone(history, found, updates)


def alike(product: Product, others: Sequence[Product]) -> Product:
    """Return the product w x of two vectors as x w where others are products X W."""
    if not others or others[0].first == product.first:
        return product
    operands = product.operation.operands[::-1]
    operation = product.operation._replace(operands=operands)
    return product._replace(operation=operation, first=not product.first)


def forward_alone(
    history: History, found: dict[int, list[Product]], updates: Sequence[Update]
) -> dict[int, list[Product]]:
    """Return the products in which weights stand as they did at first: those that go forward.

    Errors may go back through weights that were already updated, which look like new ones.
    """
    came_from = {update.after: update.before for update in updates}

    def origin(content: int) -> int:
        known = {content}
        while (before := came_from.get(content)) is not None and before not in known:
            content = before
            known.add(content)
        return content

    stood: dict[int, tuple[int, bool, bool]] = {}
    for content, products in found.items():
        for product in products:
            mine = product.operation.time, product.first, product.turned
            stood[origin(content)] = min(mine, stood.get(origin(content), mine))
    kept: dict[int, list[Product]] = defaultdict(list)
    for content, products in found.items():
        _, first, turned = stood[origin(content)]
        mine = [p for p in products if (p.first, p.turned) == (first, turned)]
        alone = history.size(content) == 1  # W and Wᵀ look alike
        kept[content] = without_errors(history, mine) if alone else mine
    return kept


def without_errors(history: History, products: Sequence[Product]) -> list[Product]:
    """Return the products without those of what was computed of an earlier one: of its error."""
    kept: list[Product] = []
    for product in products:
        if not comes_of(history, product, {each.operation.result for each in kept}):
            kept.append(product)
    return kept


def ways_through(history: History, inside: Sequence[Product]) -> list[list[Product]]:
    """Return the ways through all layers, each a product a layer.

    They begin with the product that comes first, or with another if more layers follow that: the
    first layer may come late, where its weights were moved a little to see how a loss changes.
    """
    labels = dict.fromkeys(product.label for product in inside)
    ways: list[list[Product]] = []
    for label in labels:
        found = ways_from(history, label, inside)
        ways = max(ways, found, key=lambda some: max(map(len, some), default=0))
        if any(len(way) == len(labels) for way in ways):
            break
    most = max(map(len, ways), default=0)
    whole = [way for way in ways if len(way) == most]
    joined = [way for way in whole if is_joined(history, way)]
    whole = joined or whole  # what leaves a layer may enter the next one entry by entry
    numbers = [(*(each.entering for each in way), after(history, way[-1])) for way in whole]
    return [
        way for place, way in enumerate(whole) if not place or numbers[place] != numbers[place - 1]
    ]


def ways_from(
    history: History, label: tuple[int, bool, bool], inside: Sequence[Product]
) -> list[list[Product]]:
    """Return the ways that begin with such a product."""
    ways: list[list[Product]] = []
    for product in inside:
        if product.label == label:
            ways.append([product])
        elif ways:
            way = ways[-1]
            known = {each.update.before for each in way}
            if product.update.before not in known and follows(history, way[-1], product):
                way.append(product)
    return ways


def after(history: History, product: Product) -> int | None:
    """Return what was computed of a product first: its sum with a bias, mostly."""
    made = product.operation
    for place in range(bisect_right(history.times, made.time), len(history.times)):
        if made.result in history.trace.operations[place].operands:
            return history.trace.operations[place].result
    return None


def is_joined(history: History, way: Sequence[Product]) -> bool:
    """Return whether what enters each layer was computed of what left the one below."""
    return all(enters(history, [lower], [upper]) for lower, upper in pairwise(way))


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
        for made in history.makers(content, product.operation.time - 1):
            parts = [part for part in made.operands if part not in known]
            known.update(parts)
            waiting += parts
    return False


def follows(history: History, lower: Product, upper: Product) -> bool:
    """Return whether the upper product can take what the lower one gave."""
    made, taken = history.shape(lower.operation.result), history.shape(upper.entering)
    if made == taken or made == taken[::-1]:
        return True
    if len(made) == len(taken) == 2:  # a column or row of ones for the bias may have been added
        return any(
            abs(a - b) <= 1 and c == d
            for a, b, c, d in (
                (made[0], taken[0], made[1], taken[1]),
                (made[1], taken[1], made[0], taken[0]),
            )
        )
    return (len(made) == len(taken) == 1 and taken[0] - made[0] == 1) or (
        np.prod(made) == np.prod(taken)
    )
