"""The factors by which the arrays behind a step are larger than right gradients.

A right program has one factor for all parameters. Adam takes the same step from g and from m g, so
not the step tells whether it is one, but the line through which every gradient goes.
"""

import itertools
from collections.abc import Sequence

NEAR = 1e-3
"""Relative difference of factors at the step that are one."""


def by_line(factors: Sequence[tuple[int, float]]) -> dict[int, list[float]]:
    """Return the factors that belong to each line."""
    lines: dict[int, list[float]] = {}
    for line, factor in factors:
        lines.setdefault(line, []).append(factor)
    return lines


def differ_on_a_line(arrays: Sequence[dict[int, list[float]]], tolerance: float) -> bool:
    """Return whether a line makes the arrays multiples of right gradients, but not one multiple."""
    for line in set.intersection(*map(set, arrays)) if arrays else ():
        common: list[float] | None = None
        for lines in arrays:
            common = shared(lines[line], common, tolerance)
        if not common:
            return True
    return False


def differ_at_the_step(arrays: Sequence[Sequence[float]]) -> bool:
    """Return whether the last multiples before the step are those of none before the other's.

    Each array has its factors, the one nearest to the step first. What is cut, or divided, in one
    array only leaves the factors of the others there; a rate that falls from array to array hardly
    changes them.
    """
    return any(
        one and other and not shared(one[:1], other, NEAR) and not shared(other[:1], one, NEAR)
        for one, other in itertools.combinations(arrays, 2)
    )


def shared(
    factors: Sequence[float], before: Sequence[float] | None, tolerance: float
) -> list[float]:
    """Return the factors of an array that arrays before it have too; all of the first array's."""
    return [
        factor
        for factor in factors
        if before is None or any(abs(factor - c) <= tolerance * abs(c) for c in before)
    ]
