"""Whether a program computes a cross-entropy of the weighted sums of its last layer themselves."""

from collections.abc import Collection, Sequence

from clearprop.check.script.child.arrays.history import History
from clearprop.check.script.child.arrays.products import Product
from clearprop.check.script.child.record.trace import Operation

KEEPS = ("+", "clip", "maximum", "reshape", "copy", "asarray")
"""Operations that give the outputs again: with a bias, a small number more, or cut at it."""


def takes_logarithms(
    history: History, run: Sequence[Product], parameters: Collection[int], until: int
) -> bool:
    """Return whether t ln z is computed of the outputs z of a run, or ln z of the class that is so.

    A number for all outputs may be added to z, and z may be cut.
    """
    last = run[-1].operation
    outputs, chosen, logarithms = {last.result}, set[int](), set[int]()
    for operation in history.between(last.time + 1, until):
        parts = set(operation.operands)
        if is_kept(history, operation, outputs, parameters):
            outputs.add(operation.result)
        elif (operation.name == "getitem" and parts & outputs) or is_kept(
            history, operation, chosen, parameters
        ):
            chosen.add(operation.result)
        elif operation.name == "log":
            if parts & chosen:
                return True
            logarithms |= {operation.result} if parts & outputs else set()
        elif operation.name == "*" and parts & logarithms:
            shapes = {history.shape(part) for part in parts}
            if len(parts) > 1 and shapes == {history.shape(last.result)}:
                return True
    return False


def is_kept(
    history: History, operation: Operation, contents: set[int], parameters: Collection[int]
) -> bool:
    """Return whether an operation gives one of some contents again, but for a number or a bias."""
    if operation.name not in KEEPS:
        return False
    others = set(operation.operands) - contents
    small = all(history.size(part) == 1 or part in parameters for part in others)
    return small and not contents.isdisjoint(operation.operands)
