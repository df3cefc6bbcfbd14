"""Find the steps of a training in what was recorded: layers, samples, and what was taken off."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np

from clearprop.check.script.child.arrays.biases import Added, biases, told_by_next
from clearprop.check.script.child.arrays.by_hand import updates_by_hand
from clearprop.check.script.child.arrays.history import History
from clearprop.check.script.child.arrays.origins import origins
from clearprop.check.script.child.arrays.outputs import Outputs
from clearprop.check.script.child.arrays.parameters import updates_in
from clearprop.check.script.child.arrays.products import Product, products_in, ways_through
from clearprop.check.script.child.arrays.turns import between, changed_next
from clearprop.check.script.child.arrays.unmoved import Unmoved
from clearprop.check.script.child.arrays.updates import Update
from clearprop.check.script.child.record.trace import Trace
from clearprop.check.script.messages import Array
from clearprop.check.script.observed import MAX_RUNS, ObservedLayer, ObservedStep, Piece

MAX_STEPS, LATEST = 3, 12
"""Steps that are looked at, and beyond which none is waited for that changes all layers."""
MAX_NUMBERS = 2000
"""Single numbers that are told of a step."""
MAX_BELOW = 100
"""Contents that are looked at below the first layer."""


def depth_of(step: ObservedStep) -> int:
    """Return the number of layers that a step changes."""
    return len(step.layers)


def before_gradient(
    runs: Sequence[Sequence[Product]], end: int
) -> tuple[Sequence[Sequence[Product]], int]:
    """Return the last runs that have a share in what a step takes off, and when they are over.

    What goes forward once a gradient is seen that nobody takes off, such as other samples whose
    loss is shown, has none in it.
    """
    computed = max(product.update.computed for product in runs[-1])
    starts = [run[0].operation.time for run in runs]
    own = sum(start < computed for start in starts) or len(runs)
    return runs[max(0, own - MAX_RUNS) : own], [*starts, end][own]


def shapes_of(step: ObservedStep) -> set[tuple[int, ...]]:
    """Return the shapes of the weights that a step changes."""
    return {layer.weights.before.shape for layer in step.layers}


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
        self.told: set[Update] = set()
        """Changes of biases that share their content with others, and are told from theirs."""
        self.read = {seen.content for seen in trace.seen}
        """Contents that were read, returned, or held by a name: ``for x, y in …``."""
        self.updates = updates_in(self.history)
        self.unmoved = Unmoved(self.history, self.updates)
        self.updates = self.unmoved.with_steps()
        ends = {each.after: each.time for each in self.updates if each.after != each.before}
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
        resting: list[ObservedStep] = []
        shapes = set[tuple[int, ...]]()
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
            if not found.moves and len(resting) < LATEST:
                after, resting = end, [*resting, found]
                continue
            if len(steps) >= MAX_STEPS and len(found.layers) > max(map(depth_of, steps)):
                steps = []  # at last a sample that changes all layers
            is_another = len(found.layers) > 1 and shapes.isdisjoint(shapes_of(found))
            if is_another and len(found.runs) < MAX_RUNS:
                steps = []  # of a small network that was tested: no step of the next
            shapes |= shapes_of(found)
            steps.append(found)
            after, looked = end, looked + 1
            if len(steps) >= MAX_STEPS and (not self.is_late or looked >= LATEST):
                break
        return (steps or resting)[:MAX_STEPS]

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
        alive = self.alive_at(at)
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
        outputs = Outputs(self.history, {update.before for update in self.updates}, self.read)
        added = biases(self.history, runs, last_end, changed, self.unmoved.vectors)
        added = self.without_twins(runs[-1], added)
        step = ObservedStep(
            self.layers(runs[-1], added, start, cutoff),
            outputs.runs(*before_gradient(runs, last_end)),
            self.numbers_since(start),
            branches=not {p.update.before for p in inside} <= {p.update.before for p in runs[-1]},
            partial=self.has_unseen(weights, start, last_end),
            beneath=self.rests_on(
                self.unmoved.factors | alive.keys() - weights.keys(), runs[-1][0], start
            ),
            computed=self.computed_since(start),
        )
        return step, last_end

    def alive_at(self, at: int) -> dict[int, tuple[int, Update]]:
        """Return what is changed later of what stands at this moment, and since when it stands."""
        alive: dict[int, tuple[int, Update]] = {}
        for birth, update in zip(self.births, self.updates, strict=True):
            if birth <= at < update.time and update.before not in alive:
                alive[update.before] = (birth, update)
        return alive

    def layers(
        self, run: Sequence[Product], added: Sequence[Added | None], start: int, cutoff: int
    ) -> tuple[ObservedLayer, ...]:
        """Return the layers that a run went through, with what was added to their products."""
        return tuple(
            ObservedLayer(
                weights=self.piece(product.update, start, cutoff),
                bias=self.bias(bias, start, cutoff),
                first=product.first,
                turned=product.turned,
            )
            for product, bias in zip(run, added, strict=True)
        )

    def without_twins(
        self, run: Sequence[Product], added: Sequence[Added | None]
    ) -> list[Added | None]:
        """Return what was added to products, a bias among twins with its own change, where told."""
        found = list(added)
        for number, (product, each) in enumerate(zip(run, added, strict=True)):
            if each is None or isinstance(each[0], Piece) or each[0].before not in self.twins:
                continue
            same = [
                update
                for update in self.updates
                if update.before == each[0].before and update.time > product.operation.time
            ]
            own = told_by_next(self.history, product, same)
            if own is not None:
                self.told.add(own)
                found[number] = own, each[1]
        return found

    def numbers_since(self, start: int) -> Array:
        """Return the single numbers that were seen in a step, each once: losses, perhaps."""
        numbers = [
            float(self.trace.contents[seen.content].ravel()[0])
            for seen in self.trace.seen
            if start <= seen.time and self.trace.contents[seen.content].size == 1
        ]
        return np.array(list(dict.fromkeys(numbers))[:MAX_NUMBERS], dtype=float)

    def computed_since(self, start: int) -> Array:
        """Return the single numbers that operations on arrays gave since then, each once."""
        numbers = [
            float(self.trace.contents[made.result].ravel()[0])
            for made in self.history.between(start, self.history.now + 1)
            if self.history.size(made.result) == 1
        ]
        return np.array(list(dict.fromkeys(numbers))[:MAX_NUMBERS], dtype=float)

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
                if any(part in parameters and not self.history.is_plain(part) for part in parts):
                    return True
                known.update(parts)
                waiting += parts
        return False

    def has_unseen(self, weights: Iterable[int], start: int, end: int) -> bool:
        """Return whether there are products of large arrays meanwhile, with other than weights.

        Many samples times weights are such as well: those that a program tests itself with.
        """
        known = {*weights, *(self.trace.find(self.trace.contents[each].T) for each in weights)}
        return any(
            start <= each.time <= end and each.content not in known for each in self.trace.unseen
        )

    def bias(self, found: Added | None, start: int, cutoff: int) -> Piece | None:
        """Return a bias as it is added to the product."""
        if found is None:
            return None
        piece = (
            self.unmoved.bias(found[0], start, cutoff)
            if isinstance(found[0], Piece)
            else self.piece(found[0], start, cutoff)
        )
        if found[1] > 0:
            return piece
        after = None if piece.after is None else -piece.after
        made_of = tuple(replace(each, sign=-each.sign) for each in piece.made_of)
        return replace(piece, before=-piece.before, after=after, made_of=made_of)

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
        is_twin = update.before in self.twins and update not in self.told
        if is_twin or has_its_turn:
            return Piece(content, None, update.place, update.line)
        if late:
            return Piece(content, content, update.place, update.line)
        before, after = self.trace.contents[update.before], self.trace.contents[update.after]
        made_of, lines = origins(self.history, update, start)
        return Piece(before, after, update.place, update.line, made_of, *lines)
