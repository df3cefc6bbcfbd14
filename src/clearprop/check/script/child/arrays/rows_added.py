"""Read a bias that is added row by row, ``for i in range(m): Z[i] += b``, as Z + b."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from clearprop.check.script.child.record.trace import ADDED, Operation, Trace


@dataclass
class Rows:
    """A product to the rows of which a line adds something, one after the other."""

    product: int
    last: int
    """The place of the last addition among the operations."""
    result: int
    """What the product has become."""
    added: set[int]
    """What the last addition was of: a row, and the bias."""


def with_whole_sums(trace: Trace) -> list[Operation]:
    """Return the operations of a trace, with Z + b in the place of its last row's sum."""
    operations = list(trace.operations)
    for rows in rows_in(operations):
        bias = whole_bias(trace, rows)
        if bias is not None:
            last = operations[rows.last]
            operations[rows.last] = last._replace(name="+", operands=(rows.product, bias))
    return operations


def rows_in(operations: list[Operation]) -> Iterator[Rows]:
    """Yield the products to the rows of which a line adds something, as they become in the end."""
    products: set[int] = set()
    added: dict[int, set[int]] = {}
    open_at: dict[int, Rows] = {}
    for place, operation in enumerate(operations):
        if operation.name == "@":
            products.add(operation.result)
        elif operation.name == "+":
            added[operation.line] = set(operation.operands)
        elif operation.name == ADDED and operation.line in added:
            line, before = operation.line, operation.operands[0]
            known = open_at.get(line)
            if known is not None and known.result == before:
                known.last, known.result, known.added = place, operation.result, added[line]
                continue
            if known is not None:
                yield open_at.pop(line)
            if before in products:
                open_at[line] = Rows(before, place, operation.result, added[line])
    yield from open_at.values()


def whole_bias(trace: Trace, rows: Rows) -> int | None:
    """Return what was added to every row alike; None where that was something else."""
    before, after = trace.contents[rows.product], trace.contents[rows.result]
    for part in rows.added:
        bias = trace.contents[part]
        try:
            whole = before + bias
        except ValueError:  # of unequal shapes
            continue
        if whole.shape == after.shape and np.allclose(whole, after, rtol=1e-9, atol=1e-12):
            return part
    return None
