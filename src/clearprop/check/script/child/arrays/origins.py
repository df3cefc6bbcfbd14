"""Find what a step was made of: η g, then g, then what g was computed from."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from clearprop.check.script.child.arrays.history import REARRANGED, History
from clearprop.check.script.child.arrays.updates import Update
from clearprop.check.script.child.record.trace import ADDED, Operation
from clearprop.check.script.messages import Array
from clearprop.check.script.observed import Candidate

MAX_CANDIDATES = 24
CANDIDATE_NUMBERS = 100_000
"""Numbers of the arrays that one step was made of."""
PASSED = (
    "+", "-", "*", "/", "**", "sqrt", "negative", "transpose", "reshape", "clip", "minimum",
    "maximum",
)  # fmt: skip
"""Operations through which a step is followed back."""
JOINED = ("concatenate", "hstack", "vstack", "column_stack", "append", "insert")
"""Operations that put arrays side by side, such as the samples beside a column of 1."""
LARGE_SOURCES, LARGE_MULTIPLES = 3, 6
"""Arrays of a large step that are kept beyond the first: such as no step of an optimizer made, and
such as another one times a number, or divided by one."""
LARGE_NUMBERS = 2_000_000
"""Numbers up to which such multiples are kept: a message has its length."""


class ErrorLines(NamedTuple):
    """The lines that made the error term of a layer; 0 where that is not told."""

    of_error: int = 0
    of_product: int = 0
    """That of the product which brought it back from the layer above."""
    of_sum: int = 0
    """That of the product, or sum, which made a gradient of it."""


def origins(
    history: History, update: Update, start: int
) -> tuple[tuple[Candidate, ...], ErrorLines]:
    """Return the arrays that a step was made of, the last ones first, and the lines of δ."""
    shape = history.shape(update.before)
    places = {  # the last that held each: where it is only read, it has none
        seen.content: seen.place
        for seen in history.trace.seen
        if seen.place and start <= seen.time <= update.time
    }
    found: list[Candidate] = []
    sources, multiples, lines = 0, 0, ErrorLines()
    waiting: list[tuple[int, float | None, int]] = []
    for operation in history.made[update.after]:
        if operation.name != ADDED and start <= operation.time <= update.time:
            waiting += [
                (part, None, sign_of(history, operation, place))
                for place, part in enumerate(operation.operands)
                if part != update.before
            ]
    known: set[int] = set()
    while waiting and len(found) < MAX_CANDIDATES:
        content, rate, sign = waiting.pop(0)
        if content in known or content == update.before:
            continue
        known.add(content)
        array = history.trace.contents[content]
        makers = [op for op in history.made[content] if start <= op.time <= update.time]
        fits = (len(found) + 1) * array.size <= max(CANDIDATE_NUMBERS, array.size)
        is_source = any(made.name not in PASSED for made in makers)
        is_multiple = any(made.name in "*/" and has_number(history, made) for made in makers)
        wanted = (is_source and sources < LARGE_SOURCES) or (
            is_multiple
            and multiples < LARGE_MULTIPLES
            and (len(found) + 1) * array.size <= LARGE_NUMBERS
        )
        if array.size == np.prod(shape) and (fits or wanted):
            sources += is_source
            multiples += is_multiple
            line = makers[0].line if makers else 0
            place = places.get(content, "")
            cut = uncut(history, makers)
            found.append(Candidate(array, line, place, rate, uncut=cut, sign=sign))
            found += [
                Candidate(
                    array / factor,
                    made.line,
                    "",
                    factor,
                    in_product=True,
                    sign=sign if factor > 0 else -sign,
                )
                for made in makers
                if (factor := first_factor(history, made))
            ]
        for operation in makers:
            sizes = [history.trace.contents[part].size for part in operation.operands]
            small = [
                float(history.trace.contents[p].ravel()[0])
                for p, size in zip(operation.operands, sizes, strict=True)
                if size == 1
            ]
            if operation.name in ("@", "sum", "mean", "outer") and not lines.of_error:
                lines = lines_of_error(history, operation)._replace(of_sum=operation.line)
            if operation.name in PASSED:
                factor = small[0] if small and operation.name in "*/" else None
                if factor == 0:
                    continue  # nothing of it is left
                waiting += [
                    (part, factor, sign * sign_of(history, operation, number))
                    for number, (part, size) in enumerate(
                        zip(operation.operands, sizes, strict=True)
                    )
                    if size == array.size
                ]
    return tuple(found), lines


def sign_of(history: History, operation: Operation, place: int) -> int:
    """Return 1 if the result grows with the operand at this place, −1 if it falls, else 0."""
    others = [part for number, part in enumerate(operation.operands) if number != place]
    if operation.name in ("+", "transpose", "reshape", "clip", "minimum", "maximum"):
        return 1
    if operation.name == "negative":
        return -1
    if operation.name == "-":
        return 1 if place == 0 else -1
    if operation.name == "*" or (operation.name == "/" and place == 0):
        return math.prod(common_sign(history.trace.contents[part]) for part in others)
    return 0


def common_sign(array: Array) -> int:
    """Return the sign that all numbers of an array have, but for zeros; 0 where they differ."""
    positive, negative = bool((array > 0).any()), bool((array < 0).any())
    return positive - negative


def uncut(history: History, makers: Sequence[Operation]) -> Array | None:
    """Return the array whose entries ``np.clip`` cut; None where none of it made this one."""
    cut = [made.operands[0] for made in makers if made.name == "clip"]
    return history.trace.contents[cut[-1]] if cut else None


def first_factor(history: History, made: Operation) -> float:
    """Return the number c in a product ``c * X.T @ delta``, which is (c X)ᵀ δ; 0 without one."""
    if made.name != "@":
        return 0.0
    for scaled in history.made[made.operands[0]]:
        numbers = [part for part in scaled.operands if not history.shape(part)]
        if scaled.name == "*" and scaled.line == made.line and len(numbers) == 1:
            return float(history.trace.contents[numbers[0]])
    return 0.0


def has_number(history: History, made: Operation) -> bool:
    """Return whether one of the operands is a single number."""
    return any(history.size(part) == 1 for part in made.operands)


def lines_of_error(history: History, operation: Operation) -> ErrorLines:
    """Return the lines that made the operand which was computed last: the error term."""
    makers = [
        made
        for part in operation.operands
        for made in history.made[source_of(history, part, operation.time)]
        if made.time < operation.time and not rearranges(history, made)
    ]
    if not makers:
        return ErrorLines()
    makers = [made for made in makers if made.name not in JOINED] or makers
    last = max(makers, key=lambda made: made.time)
    is_stack = operation.name != "@" and last.name == "@" and len(history.shape(last.result)) == 3
    if is_stack:
        return lines_of_error(history, last)
    return ErrorLines(last.line, line_of_product(history, last))


def line_of_product(history: History, operation: Operation) -> int:
    """Return the line of the product behind an error term, back through what has its size."""
    waiting, known = [operation], {operation.result}
    while waiting:
        each = waiting.pop(0)
        if each.name in ("@", "outer"):
            return each.line
        for part in each.operands:
            if history.size(part) == history.size(operation.result) and part not in known:
                known.add(part)
                waiting += [made for made in history.made[part] if made.time < each.time]
    return 0


def source_of(history: History, content: int, until: int) -> int:
    """Return what a content was before it was turned, reshaped, copied or times a number."""
    known: set[int] = set()
    while content not in known:
        known.add(content)
        makers = [made for made in history.made[content] if made.time < until]
        if any(not rearranges(history, made) for made in makers):
            return content
        if makers:
            content = max(makers[-1].operands, key=history.size)
            continue
        turned = history.trace.find(history.trace.contents[content].T)
        content = content if turned is None else turned
    return content


def rearranges(history: History, made: Operation) -> bool:
    """Return whether an operation gives the same numbers in another shape, or a multiple of them.

    A number times an array comes last in ``rate * X.T @ delta``, and is no error term.
    """
    if made.name in REARRANGED:
        return True
    numbers = [part for part in made.operands if not history.shape(part)]  # (1, 1) may be an error
    return made.name in ("*", "/") and len(numbers) == 1 < len(made.operands)
