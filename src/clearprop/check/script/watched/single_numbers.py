"""Weights kept as single numbers: those that most others show to be wrong.

Any single number is some multiple of its derivative. But where most of a network's weights are the
same multiple of theirs, that is η, and some of the rest are other multiples, each its own, no
learning rate explains these.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from clearprop.check.script.observed import Derived, Descent
from clearprop.check.script.watched.moved import Moved, moved_by
from clearprop.check.script.watched.multiples import is_times, ratio

LEAST = 9
"""Numbers that a network has at least whose weights can show that others are wrong."""
PART = 3
"""No more than one of so many may be wrong."""
USUAL = "squared error"
"""What is told of several losses that all go down the same way, as those of one output do."""
NEAR = 1e-6
"""Relative difference of numbers that may be one: then they are meant."""


def apart(descent: Descent) -> tuple[Derived, Moved, float, list[str]] | None:
    """Return E, the step, η and the weights that do not go down E; None unless that is certain."""
    for total in sorted(descent.totals, key=lambda each: each.kind != USUAL):
        moved = moved_by(descent, total)
        if len(moved.taken) < max(LEAST, len(descent.parameters)):
            continue
        if any(array.size != 1 for array in moved.taken.values()):
            continue
        rates = rates_of(moved)
        if rates is None:
            continue
        rate = max(rates.values(), key=lambda each: len(sharing(moved, rates, each)))
        wrong = [name for name in rates if name not in sharing(moved, rates, rate)]
        if rate > 0 and 1 < len(wrong) <= len(rates) / PART and not is_meant(moved, rate, wrong):
            return total, moved, rate, wrong
    return None


def rates_of(moved: Moved) -> dict[str, float] | None:
    """Return by what each derivative is multiplied; None where one of it and its step is 0."""
    found = {}
    for name, array in moved.taken.items():
        if not array.any() and not moved.right[name].any():  # an input of 0
            continue
        factor = ratio(array, moved.right[name])
        if not factor:
            return None
        found[name] = factor
    return found or None


def sharing(moved: Moved, rates: Mapping[str, float], rate: float) -> list[str]:
    """Return the weights of this learning rate."""
    return [
        name for name in rates if is_times(moved, name, moved.taken[name], rate, moved.right[name])
    ]


def is_meant(moved: Moved, rate: float, wrong: Sequence[str]) -> bool:
    """Return whether these weights have another η in common, a penalty, or a bound."""
    params, taken, right = (
        np.array([float(of[name].ravel()[0]) for name in wrong])
        for of in (moved.params, moved.taken, moved.right)
    )
    rest = taken - rate * right
    in_common = [taken / right, np.abs(taken), rest * np.sign(params)]
    if params.all():
        in_common.append(rest / params)
    return any(np.ptp(each) <= NEAR * np.abs(each).max() for each in in_common)
