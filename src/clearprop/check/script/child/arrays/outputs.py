"""Follow the outputs of a network: what became of them, and what they met, such as targets."""

import itertools
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from clearprop.check.script.child.arrays.history import REARRANGED, History
from clearprop.check.script.child.arrays.products import Product
from clearprop.check.script.child.record.trace import SET, Operation
from clearprop.check.script.messages import Array
from clearprop.check.script.observed import Run

MAX_SEEN, MAX_MADE = 40, 12
MAX_TARGETS = 12
PREPARES = ("negative", "*", "scatter")
"""Operations by which targets are made, before the outputs meet them."""
MAX_REARRANGED = 3
"""Operations between an array and a row of it: ``y[n, :].T[0]``."""
BUDGET = 500_000
"""Numbers of all arrays of a step."""


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


@dataclass(frozen=True)
class Outputs:
    """The outputs of the ways through the layers."""

    history: History
    parameters: Set[int]
    """Contents that are learned: no targets, but biases."""
    read: Set[int]
    """Contents that were read, returned, or held by a name: ``for x, y in …``."""
    rows: dict[tuple[int, int], set[int]] = field(default_factory=dict, compare=False, repr=False)
    """The arrays of a size of which contents are rows, as far as that was asked."""

    def runs(self, runs: Sequence[Sequence[Product]], end: int) -> tuple[Run, ...]:
        """Return the ways through the layers in a step that ends then, as they are told.

        What the outputs of most of them met is named first.
        """
        ends = [self.end_of(run, runs[place + 1 :], end) for place, run in enumerate(runs)]
        met = [self.met(run, until) for run, until in zip(runs, ends, strict=True)]
        often: Counter[tuple[int, int]] = Counter()
        for each in itertools.chain(*met):
            often[each.place] += each.times
        return tuple(
            self.run(run, until, sorted(each, key=lambda one: (one.own, -often[one.place])))
            for run, until, each in zip(runs, ends, met, strict=True)
        )

    def end_of(self, run: Sequence[Product], later: Sequence[Sequence[Product]], end: int) -> int:
        """Return when a run is over: where one of the same size begins, or with the step."""
        mine = self.shape_of(run)
        starts = (other[0].operation.time for other in later if self.shape_of(other) == mine)
        return next(starts, end)

    def shape_of(self, run: Sequence[Product]) -> tuple[int, ...]:
        """Return the shape of the outputs of a run."""
        return self.history.shape(run[-1].operation.result)

    def met(self, products: Sequence[Product], until: int) -> list[Met]:
        """Return the arrays that the outputs of a run met in operations, one after the other."""
        last = products[-1].operation
        size = self.history.size(last.result)
        own, seen, of_them = {last.result}, {last.result}, {last.result}
        found: dict[int, Met] = {}
        lines: Counter[int] = Counter()
        for operation in self.history.between(last.time, until):
            large = [p for p in operation.operands if self.history.size(p) == size]
            if not of_them.isdisjoint(operation.operands):
                of_them.add(operation.result)
            if self.history.size(operation.result) == size:
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
                is_bias = size > 1 and part in self.parameters and last.result in operation.operands
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
        """Return the arrays of which an operation takes rows: ``outputs[n] - targets[n].T[0]``."""
        parts = itertools.chain.from_iterable(map(self.with_sign, operation.operands))
        wholes = [whole for part in parts for whole in self.wholes_with(part, size)]
        return wholes if own.intersection(wholes) else []

    def wholes_with(self, part: int, size: int) -> set[int]:
        """Return the arrays of a size of which something is a row, perhaps turned or reshaped."""
        if (part, size) not in self.rows:
            self.rows[part, size] = self.found_with(part, size)
        return self.rows[part, size]

    def found_with(self, part: int, size: int) -> set[int]:
        """Look for the arrays of a size of which something is a row."""
        find, contents = self.history.trace.find, self.history.trace.contents
        wholes: set[int] = set()
        known, now = {part}, [part]
        for _ in range(MAX_REARRANGED):
            made_of = {
                made.operands[0]
                for each in now
                for made in self.history.made[each]
                if made.name in REARRANGED
            }
            turned = {find(contents[each].T) for each in made_of}
            made_of |= {each for each in turned if each is not None}
            now = [each for each in made_of - known if self.history.size(each) < size]
            wholes |= {each for each in made_of if self.history.size(each) == size}
            known |= made_of
        return wholes

    def spread(self, operation: Operation, own: set[int], size: int) -> list[int]:
        """Return targets that are one number for all outputs, as an array: ``outputs - 0.75``."""
        if operation.name != "-" or self.history.size(operation.result) != size:
            return []
        outputs = [part for part in operation.operands if part in own]
        single = [
            p for p in operation.operands if self.history.size(p) == 1 and p not in self.parameters
        ]
        if len(outputs) != 1 or len(single) != 1 or single[0] not in self.read:
            return []
        number = self.history.trace.contents[single[0]]
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
        size = self.history.size(last.result)
        made = [
            operation.result
            for operation in self.history.between(last.time, until)
            if self.history.size(operation.result) == size
            and not self.history.is_half_filled(operation.result)
        ]  # in each run alike, also where two of them are equal by chance
        seen = dict.fromkeys([last.result, *made])
        for event in self.history.trace.seen:
            if last.time <= event.time < until and self.history.size(event.content) == size:
                seen.setdefault(event.content)
        seen = {part: None for part in seen if not self.history.is_half_filled(part)}
        kept = [*made[:MAX_MADE], *(part for part in seen if part not in made[:MAX_MADE])]
        labels: dict[int, None] = {}
        for event in self.history.trace.indices:
            if last.time <= event.time < until:
                labels.setdefault(event.content)
        contents = self.history.trace.contents
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
        array = self.history.trace.contents[met.content]
        is_read = met.subtracted and met.content in self.read
        return array.reshape(1) if is_read and not array.ndim else array
