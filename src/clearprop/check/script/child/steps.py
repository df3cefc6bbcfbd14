"""Find the steps of a training in what was recorded: layers, samples, and what was taken off."""

import itertools
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from clearprop.check.script.child.flat import places_in
from clearprop.check.script.child.recording import Operation, Seen, Trace, key
from clearprop.check.script.messages import (
    Array,
    Candidate,
    ObservedLayer,
    ObservedStep,
    Piece,
    Run,
)

MAX_STEPS = 3
MAX_RUNS = 100
MAX_SEEN = 40
MAX_TARGETS = 12
MAX_CANDIDATES = 24
FLAT = 4
"""Numbers of the shortest vector that may hold weight matrices."""
DEPTH = 5
"""Operations between a parameter and what it becomes."""
FRESH = ("zeros_like", "ones_like", "empty_like", "full_like")
REARRANGED = (
    "reshape", "transpose", "copy", "astype", "array", "asarray", "ravel", "flatten", "getitem",
    "squeeze",
)  # fmt: skip
"""Operations that give the same numbers in another shape, or some of them."""
SAME_NUMBERS = ("+", "-", "*", "/")
"""Operations that make no new array of an old one, where all others are single numbers."""
CANDIDATE_NUMBERS = 100_000
"""Numbers of the arrays that one step was made of."""
BUDGET = 500_000
"""Numbers of all arrays of a step."""


class Update(NamedTuple):
    """A content that became another one at the same place, by adding something to it."""

    time: int
    line: int
    place: str
    before: int
    after: int


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


class Steps:
    """The steps of the training in a trace.

    Parameters
    ----------
    trace : Trace
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.twins: set[int] = set()
        self.made: dict[int, list[Operation]] = defaultdict(list)
        for operation in trace.operations:
            self.made[operation.result].append(operation)
        trace.operations[:] = map(self.without_minus, trace.operations)
        self.updates = list(self._updates())
        self.updates += list(self.pieces_of(self.updates))
        self.updates.sort(key=lambda update: update.time)
        ends = {update.after: update.time for update in self.updates}
        self.births = [ends.get(update.before, 0) for update in self.updates]
        self.times = [operation.time for operation in trace.operations]

    def without_minus(self, operation: Operation) -> Operation:
        """Return X W for the product (−X) W, as it stands in ``np.exp(-X @ W)``."""
        if operation.name != "@" or len(operation.operands) != 2:
            return operation
        for place, operand in enumerate(operation.operands):
            negated = [made for made in self.made[operand] if made.name == "negative"]
            if negated:
                operands = list(operation.operands)
                operands[place] = negated[-1].operands[0]
                result = self.added_content(-self.trace.contents[operation.result])
                changed = operation._replace(operands=tuple(operands), result=result)
                self.made[result].append(changed)
                return changed
        return operation

    def between(self, start: int, end: int) -> list[Operation]:
        """Return the operations from one moment to another."""
        return self.trace.operations[bisect_left(self.times, start) : bisect_left(self.times, end)]

    def shape(self, content: int) -> tuple[int, ...]:
        """Return the shape of a content."""
        return self.trace.contents[content].shape

    def _updates(self) -> Iterator[Update]:
        held: dict[str, set[int]] = defaultdict(set)
        told: set[int] = set()  # by another name it is the same array
        for seen in self.trace.seen:
            if not seen.place:
                continue
            before = held[seen.place]
            if seen.content not in before and seen.content not in told:
                for ancestor in self.ancestors(seen.content, seen.time):
                    if ancestor in before:
                        told.add(seen.content)
                        yield Update(seen.time, seen.line, seen.place, ancestor, seen.content)
                        break
            before.add(seen.content)

    def pieces_of(self, updates: Sequence[Update]) -> Iterator[Update]:
        """Yield the updates of matrices that are pieces of a flat vector which was updated."""
        matrices: list[tuple[int, Array]] | None = None
        for update in updates:
            flat = self.trace.contents[update.before]
            if flat.ndim != 1 or flat.size < FLAT:
                continue
            if matrices is None:
                matrices = self.multiplied()
            for content, place in places_in(flat, matrices):
                shape = self.shape(content)
                after = place.piece(self.trace.contents[update.after], shape)
                yield update._replace(before=content, after=self.added_content(after.copy()))

    def multiplied(self) -> list[tuple[int, Array]]:
        """Return the contents that stand in products, each as it was before it was transposed."""
        found: dict[int, None] = {}
        for operation in self.trace.operations:
            if operation.name == "@":
                for part in operation.operands:
                    turned = self.trace.find(self.trace.contents[part].T)
                    found.setdefault(part if turned is None else min(part, turned))
        return [(part, self.trace.contents[part]) for part in found]

    def gradients_of_pieces(self) -> Iterator[tuple[int, Seen, Array]]:
        """Yield the pieces of a flat vector, each with the piece of the gradient of the whole."""
        matrices = self.multiplied()
        vectors: dict[int, Seen] = {}
        for seen in self.trace.seen:
            if (
                len(self.shape(seen.content)) == 1
                and self.trace.contents[seen.content].size >= FLAT
            ):
                vectors.setdefault(seen.content, seen)
        for content, since in vectors.items():
            places = list(places_in(self.trace.contents[content], matrices))
            if len(places) < 1:
                continue
            later = [
                seen
                for other, seen in vectors.items()
                if seen.time > since.time
                and self.shape(other) == self.shape(content)
                and self.is_computed(other, since.time)
            ]
            if later:
                whole = self.trace.contents[later[0].content]
                for piece, place in places:
                    yield piece, later[0], place.piece(whole, self.shape(piece))
                return

    def ancestors(self, content: int, until: int) -> Iterator[int]:
        """Yield what a content was made of by adding, and by multiplying with numbers."""
        shape = self.shape(content)
        waiting, known = [(content, 0)], {content}
        while waiting:
            each, depth = waiting.pop(0)
            for operation in self.made[each]:
                if operation.time > until or operation.name not in ("+", "-", "*", "/"):
                    continue
                sizes = [self.trace.contents[part].size for part in operation.operands]
                if operation.name in "*/" and min(sizes) > 1:
                    continue
                for part in operation.operands:
                    if part not in known and self.shape(part) == shape:
                        known.add(part)
                        yield part
                        if depth + 1 < DEPTH:
                            waiting.append((part, depth + 1))

    def find(self) -> list[ObservedStep]:
        """Return the first steps of the training.

        Arrays with equal contents, such as biases that are all 0 at first, cannot be told apart:
        steps without such ones are preferred.
        """
        found = self.steps(ambiguous=False) or self.steps(ambiguous=True)
        if found:
            return found
        self.take_gradients()
        found = self.steps(ambiguous=False) or self.steps(ambiguous=True)
        return [replace(step, by_hand=True) for step in found]

    def take_gradients(self) -> None:
        """Take the step that a program leaves to others: θ − g, for arrays g that look like ∂L/∂θ.

        Such an array has the shape of something that a product went through, was computed later, by
        more than multiplying with numbers, and was stored or returned.
        """
        updates: list[Update] = []
        for content, seen, g in self.gradients_of_pieces():
            updates.append(self.by_hand(content, seen, g))
        if updates:
            self.updates, self.births = updates, [0 for _ in updates]
            return
        now, samples, shared = self.now, self.samples(), self.shared_biases()
        for content, since in self.parameters():
            if content in samples or content in shared:
                continue
            shape = self.shape(content)
            until = next((t for t in self.used[content] if t > since[-1]), now + 1)
            later = [
                seen
                for seen in self.trace.seen
                if since[0] < seen.time < until
                and self.shape(seen.content) in (shape, shape[::-1])
                and seen.content != content
                and self.is_computed(seen.content, since[0])
            ]
            marked = [seen for seen in later if is_gradient_name(seen.place)]
            if later:
                seen = (marked or later)[-1]
                g = self.trace.contents[seen.content]
                if g.shape != shape:
                    g = g.T
                updates.append(self.by_hand(content, seen, g))
        self.updates = updates
        self.births = [0 for _ in updates]

    def by_hand(self, content: int, seen: Seen, g: Array) -> Update:
        """Return the step θ − g that nobody took, after all that was recorded."""
        after = self.added_content(self.trace.contents[content] - g)
        time = self.now + 1
        step = Operation(time, seen.line, "-", (content, self.added_content(g)), after)
        self.trace.operations.append(step)
        self.made[after].append(step)
        self.times.append(time)
        return Update(time, seen.line, seen.place, content, after)

    @property
    def now(self) -> int:
        """The time of the last event."""
        last = self.trace.seen[-1].time if self.trace.seen else 0
        return max(last, self.times[-1] if self.times else 0)

    def samples(self) -> set[int]:
        """Return contents that stand where activations stand in other products: the samples."""
        sides = [0, 0]
        both: list[tuple[int, ...]] = []
        for operation in self.trace.operations:
            if operation.name != "@" or len(operation.operands) != 2:
                continue
            computed = [self.is_computed(part, 0) for part in operation.operands]
            if computed == [False, False]:
                both.append(operation.operands)
            elif not all(computed) and sum(sides) < len(both):  # the first ones go forward
                sides[computed.index(True)] += 1
        side = int(sides[1] > sides[0])
        return {operands[side] for operands in both} if sum(sides) else set()

    def shared_biases(self) -> set[int]:
        """Return contents that were added to products of different weights, such as zeros."""
        made_by = {op.result: op.operands for op in self.trace.operations if op.name == "@"}
        added: dict[int, set[tuple[tuple[int, ...], ...]]] = defaultdict(set)
        for operation in self.trace.operations:
            if operation.name == "+" and len(operation.operands) == 2:
                for product, other in (operation.operands, operation.operands[::-1]):
                    if product in made_by:
                        added[other].add(tuple(map(self.shape, made_by[product])))
        return {content for content, shapes in added.items() if len(shapes) > 1}

    def parameters(self) -> Iterator[tuple[int, list[int]]]:
        """Yield contents that products, and sums with products, go through, and when they did."""
        self.used: dict[int, list[int]] = defaultdict(list)
        results = {op.result for op in self.trace.operations if op.name == "@"}
        for operation in self.trace.operations:
            if operation.name == "@" or (
                operation.name == "+" and any(part in results for part in operation.operands)
            ):
                for part in operation.operands:
                    turned = self.trace.find(self.trace.contents[part].T)
                    if turned is not None and self.is_computed(turned, 0):
                        continue
                    if not self.is_computed(part, 0):
                        self.used[part].append(operation.time)
        yield from list(self.used.items())

    def is_computed(self, content: int, since: int) -> bool:
        """Return whether a content was made by more than multiplying with numbers."""
        for operation in self.made[content]:
            if operation.time <= since:
                continue
            large = [p for p in operation.operands if self.trace.contents[p].size > 1]
            if not large or operation.name in FRESH:
                continue  # drawn, or filled with one number
            if operation.name in REARRANGED:
                if any(self.is_computed(part, since) for part in large if part != content):
                    return True
                continue
            if operation.name not in SAME_NUMBERS:
                return True
            if len(large) > 1 or (large and self.shape(large[0]) != self.shape(content)):
                return True
            if any(self.is_computed(part, since) for part in large if part != content):
                return True
        return False

    def added_content(self, array: Array) -> int:
        """Return the number of a content, which may be new."""
        found = self.trace.find(array)
        if found is None:
            found = self.trace.keys[key(array)] = len(self.trace.contents)
            self.trace.contents.append(array)
            self.trace.whole.append(False)
        return found

    def steps(self, *, ambiguous: bool) -> list[ObservedStep]:
        """Return the first steps, also such in which parameters cannot be told apart or not."""
        steps: list[ObservedStep] = []
        after = 0
        products = self.products()
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
            steps.append(found)
            after = end
            if len(steps) == MAX_STEPS:
                break
        return steps

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

    def products(self) -> dict[int, list[Product]]:
        """Return the products with each content that is changed later."""
        of: dict[int, tuple[Update, bool]] = {}
        turned: dict[int, Update] = {}
        for update in self.updates:
            of.setdefault(update.before, (update, False))
            content = self.trace.contents[update.before]
            if content.ndim == 2:
                other = self.trace.keys.get(key(content.T))
                if other is not None and other != update.before:
                    turned.setdefault(other, update)
        found: dict[int, list[Product]] = defaultdict(list)
        for operation in self.trace.operations:
            if operation.name != "@" or len(operation.operands) != 2:
                continue
            for first in (False, True):
                operand = operation.operands[0 if first else 1]
                if operand in of:
                    update = of[operand][0]
                    found[update.before].append(Product(operation, update, first, False))
                elif operand in turned:
                    update = turned[operand]
                    found[update.before].append(Product(operation, update, first, True))
        return found

    def step(
        self, at: int, products: dict[int, list[Product]], after: int
    ) -> tuple[ObservedStep, int] | None:
        """Return the step in which this moment lies, and when it ends."""
        alive: dict[int, tuple[int, Update]] = {}
        for birth, update in zip(self.births, self.updates, strict=True):
            if birth <= at < update.time and update.before not in alive:
                alive[update.before] = (birth, update)
        weights = {
            content: pair
            for content, pair in alive.items()
            if any(pair[0] <= p.operation.time < pair[1].time for p in products.get(content, []))
        }
        if not weights:
            return None
        start = max(after, *(birth for birth, _ in weights.values()))
        end = min(update.time for _, update in weights.values())
        inside = sorted(
            (
                product
                for content in weights
                for product in products[content]
                if start <= product.operation.time < end
            ),
            key=lambda product: product.operation.time,
        )
        runs = self.runs(inside)
        if not runs:
            return None
        cutoff = self.next_forward(runs[-1], end)
        last_end = max(update.time for _, update in weights.values() if update.time <= cutoff)
        changed = {update.before: update for _, update in alive.values()}
        self.twins = self.twins_at(at)
        biases = [self.added(product, last_end, changed) for product in runs[-1]]
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
        messages = tuple(
            self.run(run, self.end_of(run, kept[place + 1 :], last_end))
            for place, run in enumerate(kept)
        )
        numbers = [
            float(self.trace.contents[seen.content].ravel()[0])
            for seen in self.trace.seen
            if start <= seen.time and self.trace.contents[seen.content].size == 1
        ]
        unique = np.array(list(dict.fromkeys(numbers))[:2000], dtype=float)
        return ObservedStep(layers, messages, unique), last_end

    def end_of(self, run: Sequence[Product], later: Sequence[Sequence[Product]], end: int) -> int:
        """Return when a run is over: where one of the same size begins, or with the step."""
        mine = self.outputs_of(run)
        starts = (other[0].operation.time for other in later if self.outputs_of(other) == mine)
        return next(starts, end)

    def outputs_of(self, run: Sequence[Product]) -> tuple[int, ...]:
        """Return the shape of the outputs of a run."""
        return self.shape(run[-1].operation.result)

    def runs(self, inside: Sequence[Product]) -> list[list[Product]]:
        """Return the ways through all layers, each a product a layer."""
        runs: list[list[Product]] = []
        for product in inside:
            if not runs or product.label == runs[0][0].label:
                runs.append([product])
                continue
            run = runs[-1]
            known = {each.update.before for each in run}
            if product.update.before not in known and self.follows(run[-1], product):
                run.append(product)
        most = max(map(len, runs), default=0)
        whole = [run for run in runs if len(run) == most]
        inputs = [tuple(each.entering for each in run) for run in whole]
        return [
            run
            for place, run in enumerate(whole)
            if not place or inputs[place] != inputs[place - 1]
        ]

    def follows(self, lower: Product, upper: Product) -> bool:
        """Return whether the upper product can take what the lower one gave."""
        made, taken = self.shape(lower.operation.result), self.shape(upper.entering)
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

    def added(
        self, product: Product, until: int, changed: dict[int, Update]
    ) -> tuple[Update | Piece, int] | None:
        """Return what was added to a product, or taken off it, and the sign that it has as a bias.

        An update of a bias, or a bias that never changes. In ``np.exp(-X @ W - b)`` it is + b.
        """
        weights = self.trace.contents[product.update.before]
        signs = {product.operation.result: 1}
        result = self.shape(product.operation.result)
        for operation in self.between(product.operation.time + 1, until):
            mine = [part for part in operation.operands if part in signs]
            if operation.name == "negative" and mine:
                signs[operation.result] = -signs[mine[0]]
            if operation.name not in "+-" or not mine or len(operation.operands) != 2:
                continue
            others = [part for part in operation.operands if part not in signs]
            if not others or (operation.name == "-" and operation.operands[0] not in signs):
                continue
            other, size = others[0], self.trace.contents[others[0]].size
            sign = signs[mine[0]] * (1 if operation.name == "+" else -1)
            if other in changed:
                return changed[other], sign
            if size in (1, *weights.shape) and self.shape(other) != result:
                return Piece(self.trace.contents[other], None, "", operation.line), sign
            if operation.name == "+":
                return None
        return None

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
        for operation in self.between(end, self.times[-1] + 1):
            if operation.name == "@" and len(operation.operands) == 2:
                for first in (False, True):
                    since = changed.get((operation.operands[0 if first else 1], first))
                    if since is not None and since < operation.time:
                        return operation.time
        return self.times[-1] + 1

    def piece(self, update: Update, start: int, cutoff: int) -> Piece:
        """Return a parameter with what this step took off it, which may be nothing."""
        if update.before in self.twins:  # which of them became what cannot be told
            return Piece(self.trace.contents[update.before], None, update.place, update.line)
        if update.time > cutoff:
            content = self.trace.contents[update.before]
            return Piece(content, content, update.place, update.line)
        before, after = self.trace.contents[update.before], self.trace.contents[update.after]
        made_of, error_line = self.origins(update, start)
        return Piece(before, after, update.place, update.line, made_of, error_line)

    def origins(self, update: Update, start: int) -> tuple[tuple[Candidate, ...], int]:
        """Return the arrays that a step was made of, the last ones first, and δ's line."""
        shape = self.shape(update.before)
        names = {
            seen.content: seen for seen in self.trace.seen if start <= seen.time <= update.time
        }
        found: list[Candidate] = []
        error_line = 0
        waiting: list[tuple[int, float | None]] = []
        for operation in self.made[update.after]:
            if start <= operation.time <= update.time:
                waiting += [(p, None) for p in operation.operands if p != update.before]
        known: set[int] = set()
        while waiting and len(found) < MAX_CANDIDATES:
            content, rate = waiting.pop(0)
            if content in known or content == update.before:
                continue
            known.add(content)
            array = self.trace.contents[content]
            makers = [op for op in self.made[content] if start <= op.time <= update.time]
            if array.size == np.prod(shape) and (len(found) + 1) * array.size <= max(
                CANDIDATE_NUMBERS, array.size
            ):
                line = makers[0].line if makers else 0
                name = names.get(content)
                found.append(Candidate(array, line, name.place if name else "", rate))
            for operation in makers:
                sizes = [self.trace.contents[part].size for part in operation.operands]
                small = [
                    float(self.trace.contents[p].ravel()[0])
                    for p, size in zip(operation.operands, sizes, strict=True)
                    if size == 1
                ]
                if operation.name in ("@", "sum", "mean", "outer") and not error_line:
                    error_line = self.line_of_error(operation, shape)
                if operation.name in (
                    "+",
                    "-",
                    "*",
                    "/",
                    "**",
                    "sqrt",
                    "negative",
                    "transpose",
                    "reshape",
                ):
                    factor = small[0] if small and operation.name in "*/" else None
                    waiting += [
                        (part, factor)
                        for part, size in zip(operation.operands, sizes, strict=True)
                        if size == array.size
                    ]
        return tuple(found), error_line

    def line_of_error(self, operation: Operation, shape: tuple[int, ...]) -> int:
        """Return the line that made the operand which was computed last: the error term."""
        makers = [
            made
            for part in operation.operands
            for made in self.made[part]
            if made.time < operation.time and made.name not in ("transpose", "reshape", "T")
        ]
        return max(makers, key=lambda made: made.time).line if makers else 0

    def run(self, products: Sequence[Product], until: int) -> Run:
        """Return one way through the layers, and what became of its outputs."""
        last = products[-1].operation
        size = self.trace.contents[last.result].size
        own = {last.result}
        seen: dict[int, None] = {last.result: None}
        targets: dict[int, int] = {}
        for operation in self.between(last.time, until):
            large = [p for p in operation.operands if self.trace.contents[p].size == size]
            if self.trace.contents[operation.result].size == size:
                seen.setdefault(operation.result)
                if operation.time > last.time:
                    own.add(operation.result)
            if operation.name == "@" or len(large) < 2:
                continue
            for part in large:
                if part not in own:
                    targets[part] = targets.get(part, 0) + 1
        for event in self.trace.seen:
            if last.time <= event.time < until and self.trace.contents[event.content].size == size:
                seen.setdefault(event.content)
        labels: dict[int, None] = {}
        for event in self.trace.indices:
            if last.time <= event.time < until:
                labels.setdefault(event.content)
        ordered = sorted(targets, key=lambda part: (part in seen and part in own, -targets[part]))
        contents = self.trace.contents
        most = max(6, min(MAX_SEEN, BUDGET // max(size, 1)))
        return Run(
            inputs=tuple(contents[product.entering] for product in products),
            seen=tuple(contents[part] for part in itertools.islice(seen, most)),
            targets=tuple(contents[part] for part in ordered[:MAX_TARGETS]),
            labels=tuple(contents[part] for part in itertools.islice(labels, 6)),
        )


def is_gradient_name(place: str) -> bool:
    """Return whether a name says that it is a gradient: ``dW1``, ``grads['W2']``, ``dJdW1``."""
    return re.search(r"(^|[._'\"\[])d|grad|nabla|delta", place) is not None


def observed_steps(trace: Trace) -> list[ObservedStep]:
    """Return the first steps of the training in a trace; none where nothing is trained."""
    return Steps(trace).find()
