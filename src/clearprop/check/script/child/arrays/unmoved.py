"""What no step moves, although the program takes something off it: zeros, or what nobody keeps."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from clearprop.check.script.child.arrays.history import REARRANGED, SAME_NUMBERS, History
from clearprop.check.script.child.arrays.updates import Update
from clearprop.check.script.child.record.trace import Operation
from clearprop.check.script.observed import Piece

BIAS_NAME = re.compile(r"(^|[._'\"\[])b(ias(es)?)?\d*['\"\]]*(\[\w+\])?$", re.IGNORECASE)
"""``b1``, ``self.biases``, ``params["b1"]``, ``b[k]``: biases, and not their gradients."""


class Unmoved:
    """Parameters whose gradient is left at 0.

    Parameters
    ----------
    history : History
    updates : sequence of Update
        Those of what changes.
    """

    def __init__(self, history: History, updates: Sequence[Update]) -> None:
        self.history = history
        self.trace = history.trace
        self.updates = list(updates)

    def with_steps(self) -> list[Update]:
        """Return the updates with those of weights from which zeros alone are taken, by time."""
        weights = {each for each in self.factors if self.stands_from_the_start(each)}
        if not self.updates or not weights:
            return self.updates
        places = {seen.content: seen.place for seen in reversed(self.trace.seen) if seen.place}
        steps = [
            Update(made.time, made.line, places.get(content, ""), content, content)
            for content in weights
            for made in self.history.made[content]
            if self.is_step_of_0(made)
        ]
        return sorted([*self.updates, *steps], key=lambda update: update.time)

    @cached_property
    def vectors(self) -> set[int]:
        """Vectors that never change, although zeros are taken off: of biases, their gradient."""
        return {
            made.result
            for made in self.trace.operations
            if max((*self.history.shape(made.result), 0)) == self.history.size(made.result)
            and self.is_step_of_0(made)
            and self.stands_from_the_start(made.result)
        }

    def stands_from_the_start(self, content: int) -> bool:
        """Return whether what never changes was drawn, or given, and not computed of arrays."""
        return all(
            self.is_step_of_0(made)
            or not any(self.history.size(part) > 1 for part in made.operands)
            or made.name in REARRANGED
            or (made.name in SAME_NUMBERS and min(map(self.history.size, made.operands)) == 1)
            for made in self.history.made[content]
        )

    @cached_property
    def factors(self) -> set[int]:
        """Factors of products that never change, although zeros are taken off: their gradient."""
        changed = {update.before for update in self.updates}
        contents, multiplied = self.trace.contents, set[int]()
        found = set()
        for operation in self.trace.operations:
            if operation.name == "@":
                multiplied.update(operation.operands)
                continue
            is_matrix = contents[operation.result].ndim > 1
            if is_matrix and operation.result in multiplied and self.is_step_of_0(operation):
                found.add(operation.result)
        return found - changed

    def is_step_of_0(self, operation: Operation) -> bool:
        """Return whether something has zeros of its own shape added or taken off."""
        contents, (before, *others) = self.trace.contents, operation.operands
        return (
            operation.name in ("+", "-")
            and before == operation.result
            and bool(contents[before].any())  # zeros may be anything
            and all(made.name != "@" for made in self.history.made[before])  # X W, and a bias of 0
            and all(
                contents[part].shape == contents[before].shape and not contents[part].any()
                for part in others
            )
        )

    def bias(self, bias: Piece, start: int, cutoff: int) -> Piece:
        """Return a bias that never changes; its step is 0 where zeros are taken off it.

        So it is where something is computed of it that nobody keeps: ``b = b - rate * db`` of a
        name that stands for the array.
        """
        content = self.trace.find(bias.before)
        made = () if content is None else self.history.made[content]
        inside = [each for each in made if start <= each.time <= cutoff]
        by_0 = [each for each in inside if self.is_step_of_0(each) or self.keeps_zeros(each)]
        lost = [] if content is None else self.thrown_away(content, start, cutoff)
        steps = by_0 or lost
        return replace(bias, after=bias.before, line=steps[-1].line) if steps else bias

    def thrown_away(self, content: int, start: int, cutoff: int) -> list[Operation]:
        """Return the operations that give a changed bias which goes nowhere."""
        if self.history.is_plain(content):  # zeros may be anything
            return []
        return [
            operation
            for operation in self.history.uses_between({content}, start, cutoff)
            if operation.name in ("+", "-")
            and operation.operands[0] == content
            and len(operation.operands) == 2
            and self.history.size(operation.result) == self.history.size(content)
            and not self.history.is_product(operation.operands[1])
            and self.history.is_computed(operation.operands[1], start)
            and not self.history.uses.get(operation.result)
        ]

    def keeps_zeros(self, operation: Operation) -> bool:
        """Return whether zeros were added to zeros, or taken off, and stored as a bias."""
        contents, parts = self.trace.contents, (operation.result, *operation.operands)
        return (
            operation.name in ("+", "-")
            and len({contents[part].shape for part in parts}) == 1
            and not any(contents[part].any() for part in parts)
            and (operation.line, operation.result) in self.biases_stored
        )

    @cached_property
    def biases_stored(self) -> set[tuple[int, int]]:
        """The lines that store contents under the name of a bias, and the contents."""
        return {
            (seen.line, seen.content) for seen in self.trace.seen if BIAS_NAME.search(seen.place)
        }
