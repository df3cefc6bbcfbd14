"""Follow the outputs of a network: what became of them, and what they met, such as targets."""

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
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


class Place(NamedTuple):
    """Where outputs meet an array: an operand of the nth operation of a line, in each run alike."""

    line: int
    operation: int
    operand: int


class Met(NamedTuple):
    """An array that outputs met in an operation: targets, perhaps."""

    content: int
    times: int = 1
    passed_by: bool = False
    """True if it was computed of the outputs before, or is a bias: by chance, where a number is."""
    own: bool = False
    """True if it is computed of the outputs later."""
    subtracted: bool = False
    """True if one was subtracted from the other."""

    def beside(self, other: "Met") -> "Met":
        """Return the same array as it was met here and there."""
        return self._replace(
            times=self.times + other.times,
            passed_by=self.passed_by and other.passed_by,
            subtracted=self.subtracted or other.subtracted,
        )


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
        told = zip(runs, ends, in_one_order(met), strict=True)
        return tuple(self.run(run, until, each) for run, until, each in told)

    def end_of(self, run: Sequence[Product], later: Sequence[Sequence[Product]], end: int) -> int:
        """Return when a run is over: where one of the same size begins, or with the step."""
        mine = self.shape_of(run)
        starts = (other[0].operation.time for other in later if self.shape_of(other) == mine)
        return next(starts, end)

    def shape_of(self, run: Sequence[Product]) -> tuple[int, ...]:
        """Return the shape of the outputs of a run."""
        return self.history.shape(run[-1].operation.result)

    def met(self, products: Sequence[Product], until: int) -> dict[Place, Met]:
        """Return the arrays that the outputs of a run met in operations, one after the other."""
        last = products[-1].operation
        size = self.history.size(last.result)
        own, seen, of_them = {last.result}, {last.result}, {last.result}
        found: dict[Place, Met] = {}
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
            number = lines[operation.line]
            lines[operation.line] += 1
            for place, part in enumerate(itertools.chain.from_iterable(map(self.with_sign, large))):
                is_bias = size > 1 and part in self.parameters and last.result in operation.operands
                found[Place(operation.line, number, place)] = Met(
                    part,
                    passed_by=part in own or is_bias,
                    subtracted=operation.name == "-",
                )
        return {
            place: each._replace(own=each.content in seen & own) for place, each in found.items()
        }

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
        """Return targets that are one number for all outputs, as an array: ``outputs - 0.75``.

        A list of one number, or an array that nothing was computed of, is no other constant.
        """
        if operation.name != "-" or self.history.size(operation.result) != size:
            return []
        outputs = [part for part in operation.operands if part in own]
        single = [
            p for p in operation.operands if self.history.size(p) == 1 and p not in self.parameters
        ]
        if len(outputs) != 1 or len(single) != 1 or not self.is_given(single[0]):
            return []
        number = self.history.trace.contents[single[0]]
        target = float(number.ravel()[0])
        if not number.ndim and target == 1:  # ``1 - a`` is no error
            return []
        return [self.history.added_content(np.full(self.history.shape(outputs[0]), target))]

    def is_given(self, number: int) -> bool:
        """Return whether a number was read, or stands in an array that the program did not make."""
        has_axis = self.history.trace.contents[number].ndim > 0
        return number in self.read or (has_axis and not self.history.made[number])

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


def in_one_order(runs: Sequence[Mapping[Place, Met]]) -> list[list[Met]]:
    """Return what the outputs of each run met, at first where those of all runs met something.

    A single number equals another by chance, as a target of 1 the 1 of 1 − a: what most runs met
    at a place, each of them did.
    """
    shared = dict.fromkeys(place for place in runs[0] if all(place in each for each in runs))
    columns = merged(tuple(each[place] for each in runs) for place in shared)
    kept = sorted(filter(most_met, columns), key=as_targets)
    return [
        [*(column[number] for column in kept), *met_elsewhere(each, shared)]
        for number, each in enumerate(runs)
    ]


def met_elsewhere(run: Mapping[Place, Met], shared: Collection[Place]) -> list[Met]:
    """Return what the outputs of a run met at other places than these."""
    columns = merged((met,) for place, met in run.items() if place not in shared)
    return [met for (met,) in sorted(filter(most_met, columns), key=as_targets)]


def merged(columns: Iterable[tuple[Met, ...]]) -> Iterable[tuple[Met, ...]]:
    """Return what runs met at several places, of the same contents once."""
    found: dict[tuple[int, ...], tuple[Met, ...]] = {}
    for column in columns:
        contents = tuple(met.content for met in column)
        before = found.get(contents)
        found[contents] = column if before is None else tuple(map(Met.beside, before, column))
    return found.values()


def most_met(column: Sequence[Met]) -> bool:
    """Return whether most runs met something that they had not computed of their outputs."""
    return 2 * sum(met.passed_by for met in column) < len(column)


def as_targets(column: Sequence[Met]) -> tuple[bool, int]:
    """Return by what arrays are sorted: what is met often first, what outputs become last."""
    return 2 * sum(met.own for met in column) > len(column), -sum(met.times for met in column)
