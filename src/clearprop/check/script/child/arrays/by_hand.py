"""Find gradients that a program computes and does not use: the step θ − g is taken for it."""

import functools
import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from clearprop.check.script.child.arrays.ancestry import made_of_products
from clearprop.check.script.child.arrays.flat import Place, is_flat, places_in
from clearprop.check.script.child.arrays.history import REARRANGED, SAME_NUMBERS, History
from clearprop.check.script.child.arrays.matrices import multiplied
from clearprop.check.script.child.arrays.updates import Update, moves_many
from clearprop.check.script.child.record.trace import ADDED, RETURNED, SET, Seen
from clearprop.check.script.messages import Array
from clearprop.check.script.source.vocabulary import role_of

MAX_PARAMETERS = 60
"""Contents of which it is looked whether a gradient of them was seen."""
JOINING = (*REARRANGED, "append", "concatenate", "hstack", "vstack")
"""Operations that put numbers beside others, or in another shape."""
MAX_VECTORS = 200
"""Vectors of each length of which it is looked whether weights are their pieces."""


GRADIENT_NAME = re.compile(
    r"(^|[._'\"\[])d(?!ata|enom|iff|im|ist|iv|rop)|(?i:grad|nabla|delta)|(^|\.)[gG](\W|\d|_|$)"
)
"""Names of gradients; a word such as ``denominator`` is none."""


def updates_by_hand(history: History) -> list[Update]:
    """Return the steps θ − g, for arrays g that look like ∂L/∂θ.

    Such an array has the shape of something that a product went through, was computed later, by
    more than multiplying with numbers, and was stored or returned.
    """
    names = names_of_contents(history)
    wanted_outputs = targets(history, names)
    found = list(gradients_of_pieces(history, wanted_outputs))
    found = found or list(gradients(history, names, wanted_outputs))
    return [by_hand(history, content, seen, g) for content, seen, g in found]


def gradients(
    history: History, names: Mapping[int, set[str]], wanted_outputs: set[int | None]
) -> Iterator[tuple[int, Seen, Array]]:
    """Yield parameters, each with its gradient and where that was seen."""
    left_out: set[int | None] = {*samples(history, wanted_outputs), *shared_biases(history)}
    left_out |= {
        history.trace.find(history.trace.contents[part].T) for part in left_out if part is not None
    }
    left_out |= wanted_outputs
    left_out |= history.measured
    of_shape: dict[tuple[int, ...], list[Seen]] = defaultdict(list)
    for each in history.trace.seen:
        of_shape[history.shape(each.content)].append(each)
    errors, weights = error_terms(history), {part for part, _ in multiplied(history)}
    known: dict[tuple[int, ...], int] = {}
    """When the first gradient of each shape was seen: what is used later came of it."""
    wanted = {part: used for part, used in parameters(history).items() if part not in left_out}
    for content, used in itertools.islice(wanted.items(), MAX_PARAMETERS):
        shape = history.shape(content)
        if used[0] > known.get(shape, used[0]):
            continue
        until = history.now + 1
        alike = [
            seen
            for turned in dict.fromkeys((shape, shape[::-1]))
            for seen in of_shape[turned]
            if used[0] < seen.time < until and seen.content != content
            if content not in weights or seen.content not in errors
        ]
        alike.sort(key=lambda seen: seen.time)
        computed = {
            part: history.is_computed(part, used[0]) for part in {seen.content for seen in alike}
        }
        later = [seen for seen in alike if computed[seen.content]]
        later = [seen for seen in later if seen.content not in history.measured]
        marked = [seen for seen in later if is_gradient_name(seen.place)]
        marked = [s for s in marked if history.shape(s.content) == shape] or marked
        own = [seen for seen in marked if is_gradient_of(seen.place, names[content])]
        if marked:
            since = known.setdefault(shape, marked[0].time)
            later_values = [
                times[0]
                for part, times in wanted.items()
                if history.shape(part) == shape and names[part] & names[content]
            ]
            until = min((start for start in later_values if start > since), default=until)
            marked, own = ([s for s in part if s.time < until] for part in (marked, own))
        if later:
            seen = (own or marked or later)[-1]
            g = history.trace.contents[seen.content]
            yield content, seen, g if g.shape == shape else g.T


def error_terms(history: History) -> set[int]:
    """Return what went on into a product: δ, of which dW is made.

    With as many samples as a layer has units, δ has the shape of weights; of a bias it may be the
    gradient itself.
    """
    return {
        part
        for operation in history.trace.operations
        if operation.name == "@"
        for part in operation.operands
        if len(history.shape(part)) > 1 and history.is_computed(part)
    }


def targets(history: History, names: Mapping[int, set[str]]) -> set[int | None]:
    """Return contents that are called targets, and 1 − y of them, as they are or turned."""
    every = set[str]().union(*names.values())
    of_targets = {name for name in every if role_of(name, among=("Y",))}
    own = {content for content, called in names.items() if called <= of_targets}
    own |= {
        operation.result
        for operation in history.trace.operations
        if operation.name == "-" and not own.isdisjoint(operation.operands)
        if min(map(history.size, operation.operands)) == 1
    }
    return own | {history.trace.find(history.trace.contents[part].T) for part in own}


def names_of_contents(history: History) -> dict[int, set[str]]:
    """Return the names under which each content was kept, without what they belong to."""
    names: dict[int, set[str]] = defaultdict(set)
    for seen in history.trace.seen:
        if seen.place:
            names[seen.content].add(bare(seen.place))
    return names


@functools.cache
def bare(place: str) -> str:
    """Return the last word of a place in lower case: ``w2`` of ``self.params['W2']``."""
    return (re.findall(r"\w+", place) or [""])[-1].lower()


def by_hand(history: History, content: int, seen: Seen, g: Array) -> Update:
    """Return the step θ − g that nobody took, after all that was recorded."""
    time = history.now + 1
    after = history.take(time, seen.line, content, g)
    return Update(time, seen.line, seen.place, content, after, seen.time)


def gradients_of_pieces(
    history: History, wanted_outputs: set[int | None]
) -> Iterator[tuple[int, Seen, Array]]:
    """Yield the pieces of a flat vector, each with the piece of the gradient of the whole."""
    matrices = [
        (part, array)
        for part, array in multiplied(history)
        if part not in history.measured and part not in wanted_outputs
    ]
    smallest = min((matrix.size for _, matrix in matrices if min(matrix.shape) > 1), default=0)
    vectors: dict[int, Seen] = {}
    for seen in history.trace.seen:
        shape = history.shape(seen.content)
        if is_flat(shape) and (len(shape) == 1 or history.size(seen.content) > smallest):
            vectors.setdefault(seen.content, seen)
    asked_for = {seen.content for seen in history.trace.seen if seen.place == RETURNED}
    unfinished = {  # vectors that are filled entry by entry
        part
        for operation in history.trace.operations
        if operation.name in (SET, ADDED)
        for part in operation.operands[:1]
    }
    pieces = {
        content: list(places_in(array_of(history, content), matrices, whole=bool(asked_for)))
        for content in first_of_each_size(history, vectors)
    }
    starts = {content: vectors[content].time for content, places in pieces.items() if places}

    @functools.cache
    def is_made(vector: int) -> bool:
        """Return whether a vector came of products, or was filled: no weights drawn anew."""
        return any(
            made_of_products(history, part, history.now)
            or any(made.name in (SET, ADDED) for made in history.made[part])
            for part in put_together(history, vector)
        )

    most: list[tuple[int, Seen, Array]] = []
    best = (0, 0, False)
    """How many of its pieces are no vectors, how many it has, and whether the gradient came before
    another θ did."""
    for content, since in starts.items():
        flat, places = array_of(history, content), pieces[content]
        wide = sum(min(history.shape(part)) > 1 for part, _ in places)
        if (wide, len(places), True) <= best:
            continue
        later = [
            seen
            for other, seen in vectors.items()
            if seen.time > since
            and history.size(other) == flat.size
            and is_computed(history, other, places, since)
            and (is_made(other) or not history.is_computed(other, since))
            and other not in unfinished
            and other not in history.measured
            and moves_many(flat, array_of(history, other))
        ]
        later = [seen for seen in later if seen.content in asked_for] or later
        until = next_theta(history, content, starts)
        own = [seen for seen in later if seen.time < until]
        worth = (wide, len(places), bool(own))
        if later and worth > best:  # the most: a vector may be put together piece after piece
            best, chosen = worth, own[-1] if own else later[0]
            whole = array_of(history, chosen.content)
            most = [(p, chosen, at.piece(whole, history.shape(p))) for p, at in places]
    yield from most


def first_of_each_size(history: History, vectors: Iterable[int]) -> Iterator[int]:
    """Yield the first vectors of each size: there are fewer θ than samples and activations."""
    of_size: Counter[int] = Counter()
    for vector in vectors:
        of_size[history.size(vector)] += 1
        if of_size[history.size(vector)] <= MAX_VECTORS:
            yield vector


def array_of(history: History, vector: int) -> Array:
    """Return the entries of a vector, a row or a column."""
    return history.trace.contents[vector].ravel()


def is_computed(
    history: History, vector: int, places: Sequence[tuple[int, Place]], since: int
) -> bool:
    """Return whether a vector was computed, or put together from matrices that were.

    Where it was made of a list of numbers, no operation says of what.
    """
    if history.is_computed(vector, since):
        return True
    whole = array_of(history, vector)
    pieces = [
        history.trace.find(place.piece(whole, history.shape(piece))) for piece, place in places
    ]
    return all(piece is not None and history.is_computed(piece, since) for piece in pieces)


def put_together(history: History, vector: int) -> Iterator[int]:
    """Yield a vector and the arrays that it was put together from, as they are and turned.

    That a matrix is turned no operation says: ``dW.T`` calls nothing.
    """
    waiting, known = [vector], {vector}
    while waiting:
        each = waiting.pop()
        yield each
        turned = history.trace.find(history.trace.contents[each].T)
        parts = [] if turned is None else [turned]
        for made in history.made[each]:
            large = [part for part in made.operands if history.size(part) > 1]
            if made.name in JOINING or (made.name in SAME_NUMBERS and len(large) == 1):
                parts += large
        waiting += [part for part in dict.fromkeys(parts) if part not in known]
        known.update(parts)


def next_theta(history: History, theta: int, starts: Mapping[int, int]) -> float:
    """Return when the next vector of as many weights is first seen: later gradients are its own.

    A function that adds the penalty calls one that computes the gradient without: the last one is
    that of θ. Of weights that were loaded a program may compute the loss alone, and train others.
    """
    size = history.size(theta)
    others = (time for other, time in starts.items() if history.size(other) == size)
    return min((time for time in others if time > starts[theta]), default=math.inf)


def samples(history: History, wanted_outputs: Collection[int | None]) -> set[int]:
    """Return contents that stand where activations stand in other products: the samples.

    Of a single layer they are what meets an error term later, as it is or turned.
    """
    sides = [0, 0]
    both: list[tuple[int, ...]] = []
    of: dict[int | None, int] = {}
    """Contents of these products, as they are and turned."""
    met: set[int] = set()
    again = 0
    for operation in history.trace.operations:
        if operation.name != "@" or len(operation.operands) != 2:
            continue
        if any(part in wanted_outputs for part in operation.operands):  # a loss: yᵀ ln a
            continue
        computed = [history.is_computed(part, 0) for part in operation.operands]
        if computed == [False, False]:
            both.append(operation.operands)
            for part in operation.operands:
                of[history.trace.find(history.trace.contents[part].T)] = of[part] = part
        elif not all(computed) and sum(sides) + again < len(both):  # the first ones go forward
            part = operation.operands[computed.index(False)]
            known = of.get(unscaled(history, part))
            if known is None:
                sides[computed.index(True)] += 1
            else:
                again += 1
                met |= {known, part}
    side = int(sides[1] > sides[0])
    return {operands[side] for operands in both} if sum(sides) else met


def unscaled(history: History, content: int) -> int:
    """Return X of ``1 / m * X``; any other content as it is."""
    for made in history.made[content]:
        large = [part for part in made.operands if history.size(part) > 1]
        if made.name in ("*", "/") and len(large) == 1 < len(made.operands):
            return large[0]
    return content


def shared_biases(history: History) -> set[int]:
    """Return contents that were added to products of different weights, such as zeros."""
    made_by = {op.result: op.operands for op in history.trace.operations if op.name == "@"}
    added: dict[int, set[tuple[tuple[int, ...], ...]]] = defaultdict(set)
    for operation in history.trace.operations:
        if operation.name == "+" and len(operation.operands) == 2:
            for product, other in (operation.operands, operation.operands[::-1]):
                if product in made_by:
                    added[other].add(tuple(map(history.shape, made_by[product])))
    return {content for content, shapes in added.items() if len(shapes) > 1}


def parameters(history: History) -> dict[int, list[int]]:
    """Return contents that products, and sums with products, go through, and when they did."""
    used: dict[int, list[int]] = defaultdict(list)
    products = {op.result for op in history.trace.operations if op.name == "@"}
    for operation in history.trace.operations:
        if operation.name == "@" or (
            operation.name == "+" and any(part in products for part in operation.operands)
        ):
            for part in operation.operands:
                turned = history.trace.find(history.trace.contents[part].T)
                if turned is not None and history.is_computed(turned):
                    continue
                if not history.is_computed(part):
                    own = part if turned is None else min(part, turned)
                    used[own].append(operation.time)
    return used


def is_gradient_name(place: str) -> bool:
    """Return whether a name says that it is a gradient: ``dW1``, ``grads['W2']``, ``G[1]``."""
    return GRADIENT_NAME.search(place) is not None


def is_gradient_of(place: str, names: Collection[str]) -> bool:
    """Return whether a place is named after one of these parameters: ``dL_dW2`` after ``W2``."""
    return any(bare(place) != name and bare(place).endswith(name) for name in names)
