"""Find what a step was made of: η g, then g, then what g was computed from."""

import numpy as np

from clearprop.check.script.child.arrays.history import REARRANGED, History
from clearprop.check.script.child.arrays.updates import Update
from clearprop.check.script.child.trace import ADDED, Operation
from clearprop.check.script.messages import Candidate

MAX_CANDIDATES = 24
CANDIDATE_NUMBERS = 100_000
"""Numbers of the arrays that one step was made of."""
PASSED = (
    "+", "-", "*", "/", "**", "sqrt", "negative", "transpose", "reshape", "clip", "minimum",
    "maximum",
)  # fmt: skip
"""Operations through which a step is followed back."""
LARGE_SOURCES = 3
"""Arrays of a large step that are kept beyond the first: such as no step of an optimizer made."""


def origins(history: History, update: Update, start: int) -> tuple[tuple[Candidate, ...], int]:
    """Return the arrays that a step was made of, the last ones first, and δ's line."""
    shape = history.shape(update.before)
    names = {seen.content: seen for seen in history.trace.seen if start <= seen.time <= update.time}
    found: list[Candidate] = []
    error_line = sources = 0
    waiting: list[tuple[int, float | None]] = []
    for operation in history.made[update.after]:
        if operation.name != ADDED and start <= operation.time <= update.time:
            waiting += [(p, None) for p in operation.operands if p != update.before]
    known: set[int] = set()
    while waiting and len(found) < MAX_CANDIDATES:
        content, rate = waiting.pop(0)
        if content in known or content == update.before:
            continue
        known.add(content)
        array = history.trace.contents[content]
        makers = [op for op in history.made[content] if start <= op.time <= update.time]
        fits = (len(found) + 1) * array.size <= max(CANDIDATE_NUMBERS, array.size)
        is_source = any(made.name not in PASSED for made in makers)
        if array.size == np.prod(shape) and (fits or (is_source and sources < LARGE_SOURCES)):
            sources += is_source
            line = makers[0].line if makers else 0
            name = names.get(content)
            found.append(Candidate(array, line, name.place if name else "", rate))
        for operation in makers:
            sizes = [history.trace.contents[part].size for part in operation.operands]
            small = [
                float(history.trace.contents[p].ravel()[0])
                for p, size in zip(operation.operands, sizes, strict=True)
                if size == 1
            ]
            if operation.name in ("@", "sum", "mean", "outer") and not error_line:
                error_line = line_of_error(history, operation)
            if operation.name in PASSED:
                factor = small[0] if small and operation.name in "*/" else None
                waiting += [
                    (part, factor)
                    for part, size in zip(operation.operands, sizes, strict=True)
                    if size == array.size
                ]
    return tuple(found), error_line


def line_of_error(history: History, operation: Operation) -> int:
    """Return the line that made the operand which was computed last: the error term."""
    makers = [
        made
        for part in operation.operands
        for made in history.made[source_of(history, part, operation.time)]
        if made.time < operation.time and made.name not in REARRANGED
    ]
    if not makers:
        return 0
    last = max(makers, key=lambda made: made.time)
    is_stack = operation.name != "@" and last.name == "@" and len(history.shape(last.result)) == 3
    return line_of_error(history, last) if is_stack else last.line


def source_of(history: History, content: int, until: int) -> int:
    """Return what a content was before it was turned, reshaped or copied."""
    known: set[int] = set()
    while content not in known:
        known.add(content)
        makers = [made for made in history.made[content] if made.time < until]
        if any(made.name not in REARRANGED for made in makers):
            return content
        if makers:
            content = makers[-1].operands[0]
            continue
        turned = history.trace.find(history.trace.contents[content].T)
        content = content if turned is None else turned
    return content
