"""Tell loops that only go forward: a network is tested on many samples before it learns."""

from clearprop.check.script.child.record.trace import SET, Operation, Trace

LOOKED_AT = (20, 40)
"""Passes that are looked at, the last of which tells."""
MANY = 1000
"""Passes after which the program is better run again, to leave the loop early."""
SAME_NUMBERS = ("getitem", "reshape", "transpose", "copy", "astype", "array", "asarray")
"""Operations that only hand numbers on, in another shape or type."""


class GoingForward:
    """What the passes of one loop have in common that go forward through the same weights.

    A loop over the units of a layer has other weights in every pass, one over the steps of a
    recurrence multiplies what the pass before it left.

    Parameters
    ----------
    trace : Trace
        As it was when the loop began.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace, self.began = trace, len(trace.contents)
        self.passes = 0
        self.was_told = False
        self.weights: set[int] | None = None
        """Factors that all passes had which were looked at; None before the first of them."""

    def is_told(self, contents: int, operations: int) -> bool:
        """Return whether a pass with products is the last one that had to be seen.

        Parameters
        ----------
        contents, operations : int
            How many were known when the pass began.
        """
        self.passes += 1
        if self.passes not in LOOKED_AT:
            return False
        made = self.trace.operations[operations:]
        factors = {part for each in made if each.name == "@" for part in each.operands}
        older = {part for part in factors if part < contents}
        self.weights = older if self.weights is None else older & self.weights
        is_last = self.passes == LOOKED_AT[-1]
        self.was_told = is_last and len(self.weights) > 1 and self.is_forward(made, older)
        return self.was_told

    @property
    def is_long(self) -> bool:
        """True in the pass after which the loop is known to go on for long."""
        return self.was_told and self.passes == MANY

    def is_forward(self, made: list[Operation], older: set[int]) -> bool:
        """Return whether nothing came of the pass before, or has the shape of the weights."""
        weights = self.weights or set()
        shapes = {self.trace.contents[part].shape for part in weights}
        shapes |= {shape[::-1] for shape in shapes}
        carried = any(part >= self.began for part in older - weights)
        return not carried and all(
            self.trace.contents[each.result].shape not in shapes
            for each in made
            if each.name not in SAME_NUMBERS and not self.fills_units(each)
        )

    def fills_units(self, operation: Operation) -> bool:
        """Return whether an operation puts the output of one unit beside those of others."""
        return operation.name == SET and self.trace.contents[operation.result].ndim == 1
