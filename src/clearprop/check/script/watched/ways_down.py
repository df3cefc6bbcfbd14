"""Whether a step goes down an E, and by which rule: plainly, with momentum, or as Adam does."""

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.observed import Derived, Descent, Piece
from clearprop.check.script.watched.factors import (
    by_line,
    differ_at_the_step,
    differ_on_a_line,
    shared,
)
from clearprop.check.script.watched.momentum import is_added_up, with_momentum
from clearprop.check.script.watched.moved import Moved, difference, moved_by, taken_before
from clearprop.check.script.watched.multiples import SAME, common_rate, is_times, ratio
from clearprop.check.script.watched.optimizer import (
    multiples_among,
    only_go_up,
    pays_for_small,
    spread,
    varies,
)
from clearprop.check.script.watched.weight_decay import (
    beside_penalty,
    with_penalty,
)

MANY = 6
"""Numbers in all parameters together, from which they can show that a step is right."""
STEADY = 1e-3
"""Relative difference of learning rates that are one."""
EXACT = 1e-6
"""That of steps of fewer numbers."""


class Followed(NamedTuple):
    """A step that goes down an E: how fast, and how it may be told."""

    total: Derived
    rate: float
    exact: bool
    """True if an array was made for the step that is ∂E/∂θ itself."""
    by: str = "plain"
    few: bool = False
    """True for so few numbers that only several steps, at one η, are no chance."""
    moved: Moved | None = None


def followed(descent: Descent, previous: Sequence[Piece]) -> Iterator[Followed]:
    """Yield the E that a step goes down, with the parameters of the step before."""
    changed = [each for each in descent.parameters if difference(each).any()]
    is_found = False
    for total in descent.totals:
        moved = moved_by(descent, total)
        if len(moved.taken) < len(changed):
            continue
        few = sum(array.size for array in moved.taken.values()) < MANY
        if not all(np.isfinite(array).all() for array in moved.right.values()):
            continue
        if is_of_penalty(moved):
            continue
        before = {name: taken_before(piece, previous) for name, piece in moved.pieces.items()}
        found = way_down(moved, before, by_hand=descent.by_hand)
        if found is not None and (found[1] == "plain" or not few):
            rate, by = found
            yield Followed(total, rate, is_exact(moved), by, few, moved)
            is_found = True
    both = None if is_found else several(descent, changed)
    if both is not None:
        yield Followed(*both, exact=False)


def is_of_penalty(moved: Moved) -> bool:
    """Return whether E is a penalty alone: ∂E/∂θ is a multiple of θ, or of its signs, for every θ.

    Its derivative is added to the gradient of the loss, and says nothing of that.
    """
    if all(slope.size == 1 for slope in moved.right.values()):  # one number is a multiple of any
        return False
    return all(
        any(
            is_multiple(slope, other) for other in (moved.params[name], np.sign(moved.params[name]))
        )
        for name, slope in moved.right.items()
    )


def is_multiple(one: FloatArray, other: FloatArray) -> bool:
    """Return whether an array is a multiple of another."""
    factor = ratio(one, other)
    return factor is not None and np.allclose(one, factor * other, rtol=EXACT, atol=0.0)


def several(descent: Descent, changed: Sequence[Piece]) -> tuple[Derived, float] | None:
    """Return what E₁, E₂ … a step goes down at once, as one E, and η of the first of them.

    A network with two outputs, or an output and a penalty, has two, each with a weight of its own.
    """
    parts = [total for total in descent.totals if total.kind == "own" or total.errors > 1]
    pairs = itertools.combinations(parts, 2)
    for one, other in pairs:
        if one.line == other.line and one.errors == other.errors:
            continue
        slopes = [
            pair_of(piece, *each)
            for piece, *each in zip(descent.parameters, one.slopes, other.slopes, strict=True)
        ]
        told = [number for number, each in enumerate(slopes) if each is not None]
        if len(told) < len(changed):
            continue
        wanted = np.concatenate([difference(descent.parameters[n]).ravel() for n in told])
        columns = np.concatenate([each for each in slopes if each is not None])
        sizes = np.abs(columns).max(axis=0)
        if len(wanted) < 2 * MANY or not sizes.all() or not np.isfinite(sizes).all():
            continue
        solved, *_ = np.linalg.lstsq(columns / sizes, wanted, rcond=None)
        first, second = solved / sizes
        if min(first, second) <= 0:
            continue
        both = tuple(
            np.zeros(0)
            if each is None
            else (each @ [1.0, second / first]).reshape(piece.before.shape)
            for piece, each in zip(descent.parameters, slopes, strict=True)
        )
        whole = replace(one, errors=one.errors + other.errors, slopes=both)
        moved = moved_by(descent, whole)
        if common_rate(moved, moved.taken, moved.right) is not None:
            return whole, float(first)
    return None


def pair_of(piece: Piece, one: FloatArray, other: FloatArray) -> FloatArray | None:
    """Return two derivatives as columns, with 0 for one that is not there; None without any."""
    if not one.size and not other.size:
        return None
    return np.column_stack(
        [each.ravel() if each.size else np.zeros(piece.before.size) for each in (one, other)]
    )


def way_down(
    moved: Moved, previous: dict[str, FloatArray | None], *, by_hand: bool = False
) -> tuple[float, str] | None:
    """Return η of a step that goes down an E, and by which rule; None of a step that does not.

    A gradient `by_hand`, which was handed out and not used, is no step of an optimizer.
    """
    taken, right = moved.taken, moved.right
    if not any(array.any() for array in taken.values()):
        return None
    rate = common_rate(moved, taken, right)
    if rate is not None:
        return rate, "plain"
    beside = with_penalty(moved, taken, right)
    if beside is not None:
        return beside.rate, "penalty"
    before = {n: a for n, a in previous.items() if a is not None and a.shape == right[n].shape}
    kept = with_momentum(moved, taken, right, before)
    if kept is not None:
        return kept[0], "momentum"
    if by_hand or is_added_up(moved, taken, right, before):
        return None
    sources = common_source(moved, begins=not before)
    return None if sources is None else (sources, "optimizer")


def common_source(moved: Moved, *, begins: bool) -> float | None:
    """Return c where every step was made of an array that is c ∂E/∂θ, or that and a penalty.

    A program `begins` downhill; later, momentum may climb.
    Steps that are multiples of ∂E/∂θ themselves, or of that and a penalty, such as those whose
    gradients were small enough not to be cut, are so by one number.
    """
    common: list[float] | None = None
    on_lines: list[dict[int, list[float]]] = []
    telling: list[list[float]] = []
    plain: dict[str, float] = {}
    for name, piece in moved.pieces.items():
        right = moved.right[name]
        if not right.any():
            continue
        direct = beside_penalty(moved, name, moved.taken[name], right)
        if direct is not None:
            plain[name] = direct.rate
        made_of = [
            replace(each, array=each.array.reshape(right.shape))
            for each in piece.made_of
            if each.array.size == right.size
        ]
        fitting = multiples_among(made_of, moved, name, right)
        common = shared([each.factor for each in fitting], common, SAME[moved.itemsize])
        if not common or only_go_up(fitting) or pays_for_small(made_of, moved, name, right):
            return None
        on_lines.append(by_line([(each.line, each.factor) for each in fitting]))
        if varies(right):
            telling.append([each.factor for each in fitting])
    same = SAME[moved.itemsize]
    if differ_on_a_line(on_lines, same) or differ_at_the_step(telling):
        return None
    rates = list(plain.values())
    if rates and (min(rates) <= 0 or spread(rates) > STEADY):
        return None
    if begins and not goes_down_all_over(moved, plain):
        return None
    return abs(common[0]) if common else None


def goes_down_all_over(moved: Moved, plain: Collection[str]) -> bool:
    """Return whether a step goes down in every array, as the first one of an optimizer does.

    Where some arrays are `plain` multiples of ∂E/∂θ, no entry of the others goes up: to what does,
    gradients of other samples may have been added.
    """
    some_plain = any(varies(moved.right[name]) for name in plain)
    for name, right in moved.right.items():
        ways = moved.taken[name] * right
        goes_up = some_plain and name not in plain and (ways < 0).any()
        if goes_up or ways.sum() < 0:
            return False
    return True


def is_exact(moved: Moved) -> bool:
    """Return whether every step was made of ∂E/∂θ itself."""
    return all(
        any(
            each.array.size == right.size
            and is_times(moved, name, each.array.reshape(right.shape), 1.0, right)
            for each in moved.pieces[name].made_of
        )
        for name, right in moved.right.items()
    )
