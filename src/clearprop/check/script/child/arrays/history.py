"""What a program computed, to be asked: what made a content, and what came from what."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import replace
from functools import cached_property

import numpy as np

from clearprop.check.script.child.arrays.rows_added import with_whole_sums
from clearprop.check.script.child.record.trace import ADDED, SET, Operation, Trace
from clearprop.check.script.messages import Array

FRESH = ("zeros_like", "ones_like", "empty_like", "full_like")
REARRANGED = (
    "reshape", "transpose", "copy", "astype", "array", "asarray", "ravel", "flatten", "getitem",
    "squeeze", "expand_dims", "atleast_1d", "atleast_2d",
)  # fmt: skip
"""Operations that give the same numbers in another shape, or some of them."""
NEAR = 40
"""Numbers that are looked at between a product and what was computed of it."""
MAKERS = 30
"""Operations that made one content which are looked at, the last ones: 0 and 1 have very many."""
ACTIVATING = ("exp", "tanh", "maximum", "expit", "where")
"""Functions that activations are made of."""
SAME_NUMBERS = ("+", "-", "*", "/")
"""Operations that make no new array of an old one, where all others are single numbers."""


class History:
    """A trace, with the operations that made each content.

    Parameters
    ----------
    trace : Trace
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace = replace(trace, operations=with_whole_sums(trace))
        self.made: dict[int, list[Operation]] = defaultdict(list)
        for operation in trace.operations:
            self.made[operation.result].append(operation)
        trace.operations[:] = map(self.as_product, map(self.without_minus, trace.operations))
        self.times = [operation.time for operation in trace.operations]
        self.uses: dict[int, list[int]] = defaultdict(list)
        """For each content where it is an operand, as numbers of operations."""
        for number, operation in enumerate(trace.operations):
            for part in set(operation.operands):
                self.uses[part].append(number)
        for number, operation in enumerate(trace.operations):
            if operation.name == "*" and len(operation.operands) == 2:
                trace.operations[number] = self.of_single_input(number, operation)
        self.computed: dict[tuple[int, int], bool] = {}
        """What `is_computed` found, by its arguments: contents hang together in long chains."""

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

    def as_product(self, operation: Operation) -> Operation:
        """Return w · x for the sum of w ⊙ x, and X w for the sums of its rows."""
        if operation.name != "sum" or len(operation.operands) != 1:
            return operation
        for made in self.made[operation.operands[0]]:
            if made.name != "*" or len(made.operands) != 2:
                continue
            one, other = (self.trace.contents[part] for part in made.operands)
            if other.ndim != 1 or other.size < 2 or one.shape[-1:] != other.shape:
                one, other, made = other, one, made._replace(operands=made.operands[::-1])
            if other.ndim != 1 or other.size < 2 or one.shape[-1:] != other.shape:
                continue
            if is_same(one @ other, self.trace.contents[operation.result]):
                product = operation._replace(name="@", operands=made.operands, call=None)
                self.made[operation.result].append(product)
                return product
        return operation

    def of_single_input(self, number: int, operation: Operation) -> Operation:
        """Return the product of a column, or row, and x for that times the single input x."""
        w, x = sorted(operation.operands, key=self.size, reverse=True)
        shape = self.shape(w)
        if len(shape) != 2 or min(shape) != 1 or max(shape) == 1 or self.size(x) != 1:
            return operation
        if shape != self.shape(operation.result) or not self.is_activated(
            operation, self.now + 1, alone=True
        ):
            return operation
        single = self.added_content(self.trace.contents[x].reshape(1, 1))
        self.uses[single].append(number)
        operands = (w, single) if shape[1] == 1 else (single, w)
        product = operation._replace(name="@", operands=operands, call=None)
        self.made[operation.result].append(product)
        return product

    def is_plain(self, content: int) -> bool:
        """Return whether a content is a single number, or the same number everywhere."""
        return self.size(content) == 1 or self.is_constant(content)

    def between(self, start: int, end: int) -> list[Operation]:
        """Return the operations from one moment to another."""
        return self.trace.operations[bisect_left(self.times, start) : bisect_left(self.times, end)]

    def makers(self, content: int, until: int) -> list[Operation]:
        """Return the operations that made a content until a moment; of very many the last ones."""
        made = self.made[content]
        if len(made) <= MAKERS:
            return [operation for operation in made if operation.time <= until]
        end = bisect_right(made, until, key=lambda operation: operation.time)
        return made[max(0, end - MAKERS) : end]

    def uses_between(self, contents: set[int], start: int, end: int) -> list[Operation]:
        """Return the operations on any of these contents from one moment to another."""
        first, last = bisect_left(self.times, start), bisect_left(self.times, end)
        places = {
            place
            for content in contents
            for uses in [self.uses.get(content, [])]
            for place in uses[bisect_left(uses, first) : bisect_left(uses, last)]
        }
        return [self.trace.operations[place] for place in sorted(places)]

    def is_used(self, content: int, start: int, end: int, *, ahead: bool = True) -> bool:
        """Return whether a product, or a sum with one, was computed of a content meanwhile.

        With `ahead`, so is W where a product was computed of W + μ v.
        """
        turned = self.trace.find(self.trace.contents[content].T)
        both = {content} if turned is None else {content, turned}
        for operation in self.uses_between(both, start, end):
            if operation.name == "getitem":  # a row, to an element of which something is added
                if operation.result != content and self.is_used(
                    operation.result, operation.time + 1, end
                ):
                    return True
                continue
            if operation.name in ("@", "outer") or self.shape(operation.result) != self.shape(
                content
            ):
                return True
            if operation.name == "*" and self.is_activated(operation, end):
                return True
            others = [part for part in operation.operands if part not in (content, turned)]
            if any(map(self.is_product, others)):
                return operation.name == "+"
            looks_ahead = ahead and operation.name == "+" and operation.result != content
            if looks_ahead and self.is_used(operation.result, operation.time + 1, end, ahead=False):
                return True
        return False

    def is_activated(self, product: Operation, end: int, *, alone: bool = False) -> bool:
        """Return whether w x of a single x goes on through an activation, perhaps with a bias.

        With `alone`, and with no other product: μ v of a bias b + μ v goes on beside X W.
        """
        if min(map(self.size, product.operands)) > 1:
            return False
        waiting = [(product.result, product.time)]
        for content, since in waiting:
            for operation in self.uses_between({content}, since, end):
                if operation.name in ACTIVATING:
                    return True
                if (
                    alone
                    and operation.name == "+"
                    and any(map(self.is_product, operation.operands))
                ):
                    return False
                if operation.name in ("+", "negative") and len(waiting) < NEAR:
                    waiting.append((operation.result, operation.time))
        return False

    def is_half_filled(self, content: int) -> bool:
        """Return whether a content is that of an array between one element changed and the next."""
        uses = {self.trace.operations[place].name for place in self.uses.get(content, [])}
        return any(
            uses == {how} and any(made.name == how for made in self.made[content])
            for how in (SET, ADDED)
        )

    def is_product(self, content: int) -> bool:
        """Return whether a content is a product of arrays, perhaps in another shape."""
        for operation in self.made[content]:
            if operation.name == "@":
                return True
            parts = operation.operands if operation.name in REARRANGED else ()
            if any(made.name == "@" for part in parts for made in self.made[part]):
                return True
        return False

    def shape(self, content: int) -> tuple[int, ...]:
        """Return the shape of a content."""
        return self.trace.contents[content].shape

    def size(self, content: int) -> int:
        """Return how many numbers a content has."""
        return self.trace.contents[content].size

    @cached_property
    def products(self) -> set[int]:
        """Contents that are products of arrays: error terms, sums of gradients so far."""
        return {
            operation.result
            for operation in self.trace.operations
            if operation.name == "@" or (operation.name == "*" and self.is_of_arrays(operation))
        }

    def is_of_arrays(self, operation: Operation) -> bool:
        """Return whether an operation takes no single number; δ of a single output is none."""
        return all(self.size(part) > 1 for part in operation.operands) or self.joins_single_units(
            operation
        )

    @cached_property
    def measured(self) -> set[int]:
        """Contents that a loop stored first which computes differences of a loss.

        They are such differences, and parameters of which one was moved, also in another shape.
        """
        lines = {line for loop in self.trace.measuring for line in loop}
        first = {seen.content: seen for seen in reversed(self.trace.seen)} if lines else {}
        found = {content for content, seen in first.items() if seen.place and seen.line in lines}
        for operation in self.trace.operations if found else ():
            part = operation.operands[0]
            if operation.name in REARRANGED and part in found and part < operation.result:
                found.add(operation.result)  # a piece that was not moved is older
        return found

    def is_constant(self, content: int) -> bool:
        """Return whether all numbers of a content are one, as those of several biases at first."""
        array = self.trace.contents[content]
        return array.size > 1 and bool((array == array.ravel()[0]).all())

    @property
    def now(self) -> int:
        """The time of the last event."""
        last = self.trace.seen[-1].time if self.trace.seen else 0
        return max(last, self.times[-1] if self.times else 0)

    def is_computed(self, content: int, since: int = 0) -> bool:
        """Return whether a content was made by more than multiplying with numbers."""
        known = {content}
        found = self.computed.get((content, since))
        if found is None:
            found = self.has_computed(known, since)
            self.computed[content, since] = found
        if not found:
            self.computed.update(dict.fromkeys(((part, since) for part in known), False))
        return found

    def has_computed(self, known: set[int], since: int) -> bool:
        """Return whether one of these was computed; else what they came of is added to them."""
        waiting = list(known)
        while waiting:
            each = waiting.pop()
            found = self.computed.get((each, since))
            if found:
                return True
            if found is False:
                continue
            for operation in self.made[each]:
                if operation.time <= since:
                    continue
                if self.joins_single_units(operation):
                    return True
                large = [part for part in operation.operands if self.size(part) > 1]
                if not large or operation.name in FRESH:
                    continue  # drawn, or filled with one number
                single = [p for p in operation.operands if self.size(p) == 1]
                if operation.name not in REARRANGED:
                    same = operation.name in SAME_NUMBERS and len(large) == 1
                    if not same or self.shape(large[0]) != self.shape(each):
                        return True
                    if since and any(self.is_of_a_product(part, since) for part in single):
                        return True  # δ of one unit times what it takes
                turned = [part for part in single if self.shape(part)]
                waiting += [part for part in (*large, *turned) if part not in known]
                known.update((*large, *turned))
        return False

    def is_of_a_product(self, number: int, since: int) -> bool:
        """Return whether a single number was computed of a product that is not older."""
        waiting, known = [number], {number}
        while waiting and len(known) < NEAR:
            for operation in self.made[waiting.pop()]:
                if operation.time < since:
                    continue
                if operation.name == "@":
                    return True
                parts = [p for p in operation.operands if self.size(p) == 1 and p not in known]
                waiting += parts
                known.update(parts)
        return False

    def joins_single_units(self, operation: Operation) -> bool:
        """Return whether an operation joins two arrays of a single entry each: δ of one unit."""
        return (
            operation.name in SAME_NUMBERS
            and len(operation.operands) == 2
            and all(self.shape(part) and self.size(part) == 1 for part in operation.operands)
        )

    def added_content(self, array: Array) -> int:
        """Return the number of a content, which may be new."""
        return self.trace.number(array)

    def take(self, time: int, line: int, content: int, g: Array) -> int:
        """Record that g was taken off a content, and return the number of what is left."""
        after = self.added_content(self.trace.contents[content] - g)
        step = Operation(time, line, "-", (content, self.added_content(g)), after)
        for part in step.operands:
            self.uses[part].append(len(self.trace.operations))
        self.trace.operations.append(step)
        self.made[after].append(step)
        self.computed.clear()
        self.times.append(time)
        return after


def is_same(one: Array, other: Array) -> bool:
    """Return whether two arrays are equal but for rounding."""
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-6, atol=1e-12)
