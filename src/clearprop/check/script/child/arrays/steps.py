"""Find the steps of a training in what was recorded: layers, samples, and what was taken off."""

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from clearprop.check.script.child.arrays.by_hand import updates_by_hand
from clearprop.check.script.child.arrays.history import REARRANGED, History
from clearprop.check.script.child.arrays.origins import origins
from clearprop.check.script.child.arrays.products import Product, products_in, ways_through
from clearprop.check.script.child.arrays.turns import between, changed_next
from clearprop.check.script.child.arrays.updates import Update, updates_in
from clearprop.check.script.child.record.trace import SET, Operation, Trace
from clearprop.check.script.messages import Array
from clearprop.check.script.observed import ObservedLayer, ObservedStep, Piece, Run

MAX_STEPS, LATEST = 3, 12
"""Steps that are looked at, and beyond which none is waited for that changes all layers."""
MAX_RUNS = 100
MAX_SEEN, MAX_MADE = 40, 12
MAX_BIASES = 12
"""Runs in which it is looked what was added: some may go forward with a bias moved a little."""
MAX_TARGETS = 12
PREPARES = ("negative", "*", "scatter")
"""Operations by which targets are made, before the outputs meet them."""
MAX_BELOW = 100
"""Contents that are looked at below the first layer."""
BUDGET = 500_000
"""Numbers of all arrays of a step."""


def depth_of(step: ObservedStep) -> int:
    """Return the number of layers that a step changes."""
    return len(step.layers)


class Met(NamedTuple):
    """An array that outputs met in an operation: targets, perhaps."""

    content: int
    place: tuple[int, int]
    """The line where they met first, and how many others they met there before."""
    times: int = 0
    own: bool = False
    """True if it was computed of the outputs."""
    subtracted: bool = False
    """True if one was subtracted from the other."""


class Steps:
    """The steps of the training in a trace.

    Parameters
    ----------
    trace : Trace
    """

    def __init__(self, trace: Trace) -> None:
        self.history = History(trace)
        self.trace = self.history.trace
        self.twins: set[int] = set()
        self.read = {seen.content for seen in trace.seen}
        """Contents that were read, returned, or held by a name: ``for x, y in …``."""
        self.updates = updates_in(self.history)
        ends = {update.after: update.time for update in self.updates}
        self.births = [ends.get(update.before, 0) for update in self.updates]
        self.is_late = False
        """True if a product's weights do not change in the last step: of a sample of zeros."""
        self.by_hand = False
        """True once gradients are looked at of which no step was seen."""

    def find(self) -> list[ObservedStep]:
        """Return the first steps of the training.

        Arrays with equal contents, such as biases that are all 0 at first, cannot be told apart:
        steps without such ones are preferred.
        """
        found = self.steps(ambiguous=False) or self.steps(ambiguous=True)
        if found:
            return found
        own = self.updates, self.births
        self.updates, self.by_hand = updates_by_hand(self.history), True
        self.births = [0 for _ in self.updates]
        found = self.steps(ambiguous=False) or self.steps(ambiguous=True)
        if self.trains(own[0]):  # without layers in a row, as a recurrence
            (self.updates, self.births), self.by_hand = own, False
        return [replace(step, by_hand=True) for step in found]

    def trains(self, updates: Iterable[Update]) -> bool:
        """Return whether matrices that stand in products were changed, and more than once."""
        operands = {
            part
            for operation in self.trace.operations
            if operation.name == "@"
            for part in operation.operands
        }
        changed = [
            update
            for update in updates
            if min((*self.history.shape(update.before), 0)[:2]) > 1 and update.before in operands
        ]
        return len({update.time for update in changed}) > 1

    def steps(self, *, ambiguous: bool) -> list[ObservedStep]:
        """Return the first steps, also such in which parameters cannot be told apart or not."""
        steps: list[ObservedStep] = []
        after = looked = 0
        products = products_in(self.history, self.updates)
        for number, update in enumerate(self.updates):
            birth = max(self.births[number], after)
            mine = [
                p
                for p in products.get(update.before, [])
                if birth <= p.operation.time < update.time
            ]
            if not mine:
                continue
            at = mine[0].operation.time
            if not ambiguous and self.has_twins(at):
                continue
            step = self.step(at, products, after)
            if step is None:
                continue
            found, end = step
            if len(steps) >= MAX_STEPS and len(found.layers) > max(map(depth_of, steps)):
                steps = []  # at last a sample that changes all layers
            steps.append(found)
            after, looked = end, looked + 1
            if len(steps) >= MAX_STEPS and (not self.is_late or looked >= LATEST):
                break
        return steps[:MAX_STEPS]

    def has_twins(self, at: int) -> bool:
        """Return whether two parameters have the same content at this moment."""
        return bool(self.twins_at(at))

    def twins_at(self, at: int) -> set[int]:
        """Return the contents that two parameters have at this moment."""
        becomes: dict[int, int] = {}
        twins = set()
        for birth, update in zip(self.births, self.updates, strict=True):
            if birth <= at < update.time:
                known = becomes.setdefault(update.before, update.after)
                if known != update.after:
                    twins.add(update.before)
        return twins

    def step(
        self, at: int, products: dict[int, list[Product]], after: int
    ) -> tuple[ObservedStep, int] | None:
        """Return the step in which this moment lies, and when it ends."""
        alive: dict[int, tuple[int, Update]] = {}
        for birth, update in zip(self.births, self.updates, strict=True):
            if birth <= at < update.time and update.before not in alive:
                alive[update.before] = (birth, update)
        standing = {
            content: pair
            for content, pair in alive.items()
            if any(pair[0] <= p.operation.time < pair[1].time for p in products.get(content, []))
        }
        if not standing:
            return None
        weights = changed_next(self.history, standing, products, after)
        self.is_late = not standing.keys() <= weights.keys()
        start = max(after, *(birth for birth, _ in weights.values()))
        end = min(update.time for _, update in weights.values())
        inside = between(weights, products, after)
        runs = ways_through(self.history, inside)
        if not runs:
            return None
        cutoff = self.next_forward(runs[-1], end)
        last_end = max(update.time for _, update in weights.values() if update.time <= cutoff)
        changed = {update.before: update for _, update in alive.values()}
        self.twins = self.twins_at(at)
        biases = [
            commonest([self.added(run[layer], last_end, changed) for run in runs[-MAX_BIASES:]])
            for layer in range(len(runs[-1]))
        ]
        layers = tuple(
            ObservedLayer(
                weights=self.piece(product.update, start, cutoff),
                bias=self.bias(bias, start, cutoff),
                first=product.first,
                turned=product.turned,
            )
            for product, bias in zip(runs[-1], biases, strict=True)
        )
        kept = runs[-MAX_RUNS:]
        ends = [self.end_of(run, kept[place + 1 :], last_end) for place, run in enumerate(kept)]
        met = [self.met(run, until) for run, until in zip(kept, ends, strict=True)]
        often: Counter[tuple[int, int]] = Counter()
        for each in itertools.chain(*met):
            often[each.place] += each.times
        messages = tuple(
            self.run(run, end, sorted(each, key=lambda one: (one.own, -often[one.place])))
            for run, end, each in zip(kept, ends, met, strict=True)
        )
        numbers = [
            float(self.trace.contents[seen.content].ravel()[0])
            for seen in self.trace.seen
            if start <= seen.time and self.trace.contents[seen.content].size == 1
        ]
        unique = np.array(list(dict.fromkeys(numbers))[:2000], dtype=float)
        branches = not {p.update.before for p in inside} <= {p.update.before for p in runs[-1]}
        partial = self.has_unseen(weights, start, last_end)
        step = ObservedStep(
            layers,
            messages,
            unique,
            branches=branches,
            partial=partial,
            beneath=self.rests_on(alive.keys() - weights.keys(), runs[-1][0], start),
        )
        return step, last_end

    def rests_on(self, parameters: Collection[int], product: Product, start: int) -> bool:
        """Return whether what enters a product was computed in this step of one of these.

        Zeros, which many arrays begin with, are none of them.
        """
        waiting, known = [product.entering], {product.entering}
        while waiting and len(known) < MAX_BELOW:
            for made in self.history.made[waiting.pop(0)]:
                if not start <= made.time < product.operation.time:
                    continue
                parts = [part for part in made.operands if part not in known]
                if any(part in parameters and not self.is_plain(part) for part in parts):
                    return True
                known.update(parts)
                waiting += parts
        return False

    def is_plain(self, content: int) -> bool:
        """Return whether a content is a single number, or the same number everywhere."""
        return self.history.size(content) == 1 or self.history.is_constant(content)

    def has_unseen(self, weights: Iterable[int], start: int, end: int) -> bool:
        """Return whether there are products of large arrays meanwhile, with other than weights.

        Many samples times weights are such as well: those that a program tests itself with.
        """
        known = {*weights, *(self.trace.find(self.trace.contents[each].T) for each in weights)}
        return any(
            start <= each.time <= end and each.content not in known for each in self.trace.unseen
        )

    def end_of(self, run: Sequence[Product], later: Sequence[Sequence[Product]], end: int) -> int:
        """Return when a run is over: where one of the same size begins, or with the step."""
        mine = self.outputs_of(run)
        starts = (other[0].operation.time for other in later if self.outputs_of(other) == mine)
        return next(starts, end)

    def outputs_of(self, run: Sequence[Product]) -> tuple[int, ...]:
        """Return the shape of the outputs of a run."""
        return self.history.shape(run[-1].operation.result)

    def added(
        self, product: Product, until: int, changed: dict[int, Update]
    ) -> tuple[Update | Piece, int] | None:
        """Return what was added to a product, or taken off it, and the sign that it has as a bias.

        An update of a bias, or a bias that never changes. In ``np.exp(-X @ W - b)`` it is + b.
        """
        weights = self.trace.contents[product.update.before]
        signs = {product.operation.result: 1}
        result = self.history.shape(product.operation.result)
        for operation in self.history.between(product.operation.time + 1, until):
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
            other, size = others[0], self.trace.contents[others[0]].size
            sign = signs[mine[0]] * (1 if operation.name == "+" else -1)
            if other in changed:
                return changed[other], sign
            is_own = (  # z of a single sample is as long as its bias; targets are taken off it
                sign > 0
                and max(result, default=1) == np.prod(result)
                and other != product.entering
                and not self.is_made_of_arrays(other, operation.time)
            )
            if size in (1, *weights.shape) and (self.history.shape(other) != result or is_own):
                return Piece(self.trace.contents[other], None, "", operation.line), sign
            if operation.name == "+":
                return None
        return None

    def is_made_of_arrays(self, content: int, until: int) -> bool:
        """Return whether a content was computed of arrays before a moment."""
        return any(
            made.time < until and any(map(self.history.shape, made.operands))
            for made in self.history.made[content]
            if content not in made.operands  # 0 was added
        )

    def bias(
        self, found: tuple[Update | Piece, int] | None, start: int, cutoff: int
    ) -> Piece | None:
        """Return a bias as it is added to the product."""
        if found is None:
            return None
        piece = found[0] if isinstance(found[0], Piece) else self.piece(found[0], start, cutoff)
        if found[1] > 0:
            return piece
        after = None if piece.after is None else -piece.after
        return replace(piece, before=-piece.before, after=after)

    def next_forward(self, run: Sequence[Product], end: int) -> int:
        """Return when changed weights are first used to go forward: there the next step begins."""
        changed: dict[tuple[int, bool], int] = {}
        for product in run:
            content: int | None = product.update.after
            if product.turned:
                content = self.trace.find(self.trace.contents[product.update.after].T)
            if content is not None:
                changed[content, product.first] = product.update.time
        for operation in self.history.between(end, self.history.times[-1] + 1):
            if operation.name == "@" and len(operation.operands) == 2:
                for first in (False, True):
                    since = changed.get((operation.operands[0 if first else 1], first))
                    if since is not None and since < operation.time:
                        return operation.time
        return max(end, self.history.times[-1] + 1)

    def piece(self, update: Update, start: int, cutoff: int) -> Piece:
        """Return a parameter with what this step took off it, which may be nothing.

        One that goes forward once more before it changes has its turn then: of that one, as of one
        that cannot be told from another, nothing is known in this step.
        """
        content, late = self.trace.contents[update.before], update.time > cutoff
        has_its_turn = late and (
            self.history.is_constant(update.before)
            or self.history.is_used(update.before, cutoff, update.time)
        )
        if update.before in self.twins or has_its_turn:
            return Piece(content, None, update.place, update.line)
        if late:
            return Piece(content, content, update.place, update.line)
        before, after = self.trace.contents[update.before], self.trace.contents[update.after]
        made_of, lines = origins(self.history, update, start)
        return Piece(before, after, update.place, update.line, made_of, *lines)

    def met(self, products: Sequence[Product], until: int) -> list[Met]:
        """Return the arrays that the outputs of a run met in operations, one after the other."""
        last = products[-1].operation
        size = self.trace.contents[last.result].size
        own, seen, of_them = {last.result}, {last.result}, {last.result}
        found: dict[int, Met] = {}
        lines: Counter[int] = Counter()
        changed = {update.before for update in self.updates}
        for operation in self.history.between(last.time, until):
            large = [p for p in operation.operands if self.trace.contents[p].size == size]
            if not of_them.isdisjoint(operation.operands):
                of_them.add(operation.result)
            if self.trace.contents[operation.result].size == size:
                seen.add(operation.result)
                passes_on = operation.name in (*REARRANGED, *PREPARES)
                is_read = passes_on and (own | of_them).isdisjoint(operation.operands)
                if operation.time > last.time and not is_read:
                    own.add(operation.result)
            if operation.name in ("@", SET):  # zeros that it fills are no targets
                continue
            if len(large) < 2:
                large = self.wholes_of(operation, own, size) or self.spread(operation, own, size)
            for part in itertools.chain.from_iterable(map(self.with_sign, large)):
                is_bias = size > 1 and part in changed and last.result in operation.operands
                if part in own or is_bias:
                    continue
                if part not in found:
                    found[part] = Met(part, (operation.line, lines[operation.line]))
                    lines[operation.line] += 1
                subtracted = found[part].subtracted or operation.name == "-"
                found[part] = found[part]._replace(
                    times=found[part].times + 1, subtracted=subtracted
                )
        return [each._replace(own=part in seen & own) for part, each in found.items()]

    def wholes_of(self, operation: Operation, own: set[int], size: int) -> list[int]:
        """Return the arrays of which an operation takes rows: ``outputs[n] - targets[n]``."""
        wholes = [
            made.operands[0]
            for part in itertools.chain.from_iterable(map(self.with_sign, operation.operands))
            for made in self.history.made[part]
            if made.name == "getitem" and self.trace.contents[made.operands[0]].size == size
        ]
        return wholes if own.intersection(wholes) else []

    def spread(self, operation: Operation, own: set[int], size: int) -> list[int]:
        """Return targets that are one number for all outputs, as an array: ``outputs - 0.75``."""
        if operation.name != "-" or self.history.size(operation.result) != size:
            return []
        outputs = [part for part in operation.operands if part in own]
        biases = {update.before for update in self.updates}
        single = [p for p in operation.operands if self.history.size(p) == 1 and p not in biases]
        if len(outputs) != 1 or len(single) != 1 or single[0] not in self.read:
            return []
        number = self.trace.contents[single[0]]
        target = float(number.ravel()[0])
        if not number.ndim and target == 1:  # ``1 - a`` is no error
            return []
        return [self.history.added_content(np.full(self.history.shape(outputs[0]), target))]

    def with_sign(self, content: int) -> list[int]:
        """Return a content, and what it is −1 times: ``-y + a`` speaks of y."""
        made = [each for each in self.history.made[content] if each.name == "negative"]
        return [content, *(each.operands[0] for each in made[:1])]

    def run(self, products: Sequence[Product], until: int, targets: Sequence[Met]) -> Run:
        """Return one way through the layers, and what became of its outputs."""
        last = products[-1].operation
        size = self.trace.contents[last.result].size
        made = [
            operation.result
            for operation in self.history.between(last.time, until)
            if self.trace.contents[operation.result].size == size
            and not self.history.is_half_filled(operation.result)
        ]  # in each run alike, also where two of them are equal by chance
        seen = dict.fromkeys([last.result, *made])
        for event in self.trace.seen:
            if last.time <= event.time < until and self.trace.contents[event.content].size == size:
                seen.setdefault(event.content)
        seen = {part: None for part in seen if not self.history.is_half_filled(part)}
        kept = [*made[:MAX_MADE], *(part for part in seen if part not in made[:MAX_MADE])]
        labels: dict[int, None] = {}
        for event in self.trace.indices:
            if last.time <= event.time < until:
                labels.setdefault(event.content)
        contents = self.trace.contents
        most = max(6, min(MAX_SEEN, BUDGET // max(size, 1)))
        return Run(
            inputs=tuple(contents[product.entering] for product in products),
            seen=tuple(contents[part] for part in kept[:most]),
            targets=tuple(map(self.target, targets[:MAX_TARGETS])),
            labels=tuple(contents[part] for part in itertools.islice(labels, 6)),
        )

    def target(self, met: Met) -> Array:
        """Return what outputs met; a number that was read from data has an axis, 1 of 1 − a none.

        So is the target of a single output told from a number that stands in the program.
        """
        array = self.trace.contents[met.content]
        is_read = met.subtracted and met.content in self.read
        return array.reshape(1) if is_read and not array.ndim else array


def commonest(added: Sequence[tuple[Update | Piece, int] | None]) -> Any:
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
