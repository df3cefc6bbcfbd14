"""Say which arrays of a step do not go down an E that others go down, and name the mistake.

Unless an array of many numbers goes down a number E which the program computes, or where there is
none a usual loss of its outputs, its loss may be another one; then nothing is said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.diagnosis import Finding
from clearprop.check.script.observed import Derived, Descent, Piece, Watched
from clearprop.check.script.report import OwnLossCheck, SubmissionReport
from clearprop.check.script.watched.descent_in_words import WATCHED, goes_down
from clearprop.check.script.watched.doubts import is_clipped
from clearprop.check.script.watched.explained import Apart, explanations
from clearprop.check.script.watched.moved import Moved, difference, moved_by
from clearprop.check.script.watched.multiples import ROUNDING, common_rate, is_times, ratio, size
from clearprop.check.script.watched.single_numbers import apart as apart_of_numbers
from clearprop.check.script.watched.ways_down import STEADY
from clearprop.check.script.watched.weight_decay import beside_penalty

ENOUGH = 4
"""Numbers of arrays, beyond which they show that they go down an E at one η."""
SURE, ERRORS = 20, 10
"""Numbers of a matrix, and errors at the outputs, that show it of a loss which nobody computes."""


class Partly(NamedTuple):
    """A step of which some arrays go down an E, and the mistakes that explain the others."""

    descent: Descent
    total: Derived
    wrong: list[Piece]
    findings: list[Finding]
    part: Derived | None = None
    """A part of E that the others go down."""


def wrong_by_differentiation(base: SubmissionReport, watched: Watched) -> SubmissionReport | None:
    """Return the report on a program of which some arrays go down an E and others do not.

    None where that is not certain: unless an array of many numbers goes down an E that the program
    computes, its loss may be another one, with a penalty perhaps; and what is cut is no mistake,
    nor are derivatives that go back through a few steps of a recurrence only.
    """
    steps: list[Partly] = []
    open_ones: list[Descent] = []  # where biases that are all 0 are not told apart
    most = max((len(descent.parameters) for descent in watched.descents), default=0)
    for descent in watched.descents:
        certain = list(partly_right(descent)) if descent.whole else []
        if certain:
            steps.append(next((each for each in certain if each.findings), certain[0]))
        elif agrees(descent, steps):
            continue
        elif len(descent.parameters) == most:
            return None
        else:
            open_ones.append(descent)
    finding = common_finding(steps)
    recurrent = any(step.total.repeats for step in steps)
    if not steps or (finding is None and (recurrent or not all(map(is_right, open_ones)))):
        return None
    descent, total, wrong, _, part = max(steps, key=lambda step: len(step.wrong))
    matrices = [piece for piece in wrong if piece.before.ndim > 1 and min(piece.before.shape) > 1]
    first = (matrices or wrong)[-1]  # on the way back
    check = OwnLossCheck(
        Text("network", "网络"),
        tuple(dict.fromkeys(map(called_after, wrong))),
        None,
        derived=True,
        finding=finding,
        convention="column" if descent.weights_first else "row",
    )
    return replace(
        base,
        called=WATCHED,
        own_loss=check,
        wrong_line=line_of(first, total, descent),
        notes=(*base.notes, judged_by(total), *([] if part is None else [of_a_part(part, wrong)])),
    )


def agrees(descent: Descent, steps: Sequence[Partly]) -> bool:
    """Return whether the same arrays as in earlier steps do not go down an E that others go down.

    The last step may have been stopped before the program computed its own E.
    """
    wrong = {tuple(called_after(piece) for piece in step.wrong) for step in steps}
    apart = (partly(without_decay(moved_by(descent, each)), descent) for each in descent.totals)
    found = {tuple(each.called[name] for name in each.wrong) for each in apart if each is not None}
    return len(steps) > 1 and bool(wrong & found)


def wrong_with_another_output(base: SubmissionReport, watched: Watched) -> SubmissionReport | None:
    """Return the report on layers that are right for one output, and have another beside it.

    None unless both outputs go down one E that other layers do not: their errors are to be added.
    """
    if not any(step.branches for step in watched.steps):
        return None
    row = [layer.weights.before for step in watched.steps for layer in step.layers]
    for descent in watched.descents:
        for step in partly_right(descent):
            wrong = {id(piece) for piece in step.wrong}
            right = [each for each in descent.parameters if id(each) not in wrong]
            matrices = [each for each in right if each.before.ndim > 1]
            in_row = [any(np.array_equal(each.before, W) for W in row) for each in matrices]
            if not any(in_row) or all(in_row):
                return None
    return wrong_by_differentiation(base, watched)


def is_right(descent: Descent) -> bool:
    """Return whether what is told of a step goes down an E."""
    for total in descent.totals:
        moved = moved_by(descent, total)
        told = len(moved.taken) == len(descent.parameters)
        if told and common_rate(moved, moved.taken, moved.right) is not None:
            return True
    return False


def common_finding(steps: Sequence[Partly]) -> Finding | None:
    """Return the most telling mistake that explains every step, as it is in the largest of them."""
    if not steps:
        return None
    largest = max(steps, key=lambda step: len(step.wrong))
    names = [{finding.name for finding in step.findings} for step in steps]
    shared = set[str].intersection(*names)
    return next((each for each in largest.findings if each.name in shared), None)


def partly_right(descent: Descent) -> Iterator[Partly]:
    """Yield each E that some arrays go down, and others do not.

    It is one of the program's own, where it has any.
    """
    has_own = any(total.kind == "own" for total in descent.totals)
    for total in descent.totals:
        if total.kind != "own" and (has_own or total.errors < ERRORS):
            continue
        moved = without_decay(moved_by(descent, total))
        apart = partly(moved, descent)
        is_sure = total.kind == "own" or (apart is not None and has_sure_matrix(apart))
        if apart is None or not is_sure or goes_down_another(apart, total, descent):
            continue
        slipped = [
            (slip, moved_by(descent, replace(total, slopes=slip.slopes)).right)
            for slip in total.slipped
        ]
        wrong = [moved.pieces[name] for name in apart.wrong]
        part = part_gone_down(apart, total, descent)
        yield Partly(descent, total, wrong, explanations(apart, slipped), part)
    numbers = apart_of_numbers(descent)
    if numbers is not None:
        total, moved, rate, names = numbers
        called = {name: called_after(piece) for name, piece in moved.pieces.items()}
        apart = Apart(moved, rate, moved.taken, moved.right, names, called, descent.samples)
        wrong = [moved.pieces[name] for name in names]
        yield Partly(descent, total, wrong, explanations(apart, []))


def goes_down_another(apart: Apart, total: Derived, descent: Descent) -> bool:
    """Return whether the arrays that do not go down E go down another number, of another network.

    So it is of two that train against each other.
    """
    others = others_gone_down(apart, total, descent)
    return any(not shares_derivatives(other, apart, descent) for other in others)


def part_gone_down(apart: Apart, total: Derived, descent: Descent) -> Derived | None:
    """Return the part of E that the arrays go down which do not go down E; None without any.

    Such is the error of one of two outputs: what goes down E has multiples of its derivatives.
    What is a multiple of the derivative by E is off by a factor alone.
    """
    if all(is_multiple(apart.taken[name], apart.right[name]) for name in apart.wrong):
        return None
    others = others_gone_down(apart, total, descent)
    return next((each for each in others if shares_derivatives(each, apart, descent)), None)


def others_gone_down(apart: Apart, total: Derived, descent: Descent) -> Iterator[Derived]:
    """Yield each other number that the arrays go down which do not go down E."""
    for other in descent.totals:
        moved = moved_by(descent, other)
        if other is total or any(name not in moved.right for name in apart.wrong):
            continue
        taken = {name: moved.taken[name] for name in apart.wrong}
        if common_rate(moved, taken, moved.right) is not None:
            yield other


def shares_derivatives(other: Derived, apart: Apart, descent: Descent) -> bool:
    """Return whether an array that goes down E has a multiple of its derivative by another too.

    E may hold a penalty beside.
    """
    moved = moved_by(descent, other)
    known = [name for name in moved.right if name in apart.right and name not in apart.wrong]
    return any(
        is_multiple(moved.right[name], apart.right[name])
        or is_multiple_beside_penalty(moved, name, apart.right[name])
        for name in known
    )


def is_multiple_beside_penalty(moved: Moved, name: str, array: FloatArray) -> bool:
    """Return whether a matrix of many numbers is a multiple of a derivative, and λ W beside."""
    found = beside_penalty(moved, name, array, moved.right[name]) if array.size > SURE else None
    return name[0] == "W" and found is not None and found.rate > 0 and found.decay > 0


def is_multiple(one: FloatArray, other: FloatArray) -> bool:
    """Return whether an array of several numbers is a multiple of another."""
    factor = ratio(one, other) if one.size > 1 else None
    return factor is not None and np.allclose(one, factor * other, rtol=1e-6, atol=1e-12)


def has_sure_matrix(apart: Apart) -> bool:
    """Return whether a matrix of many numbers goes down E: a bias does in other rules as well."""
    return any(
        array.size >= SURE and array.ndim > 1 and min(array.shape) > 1
        for name, array in apart.right.items()
        if name not in apart.wrong
    )


def without_decay(moved: Moved) -> Moved:
    """Return a step without λ W, where it is seen beside a right array; with it in all others.

    Arrays that are right by themselves hold none; one that is wrong holds as much as the others.
    """
    decays: dict[str, float] = {}
    right = set()
    for name, array in moved.taken.items():
        found = beside_penalty(moved, name, array, moved.right[name]) if array.any() else None
        if found is None or not found.rate or found.lasso:  # E may be −E
            continue
        right.add(name)
        if found.decay > 0 and name[0] == "W":
            decays[name] = found.decay
    usual = list(decays.values())
    if not usual or max(usual) - min(usual) > STEADY * max(usual):
        return moved
    decays |= {name: usual[0] for name in moved.taken if name[0] == "W" and name not in right}
    taken = {
        name: array - decays[name] * moved.params[name] * (array != 0) if name in decays else array
        for name, array in moved.taken.items()
    }
    return replace(moved, taken=taken)


def line_of(piece: Piece, total: Derived, descent: Descent) -> int:
    """Return the line that goes wrong: that of δ, or of the gradient where only a factor is."""
    [slope] = [
        each for own, each in zip(descent.parameters, total.slopes, strict=True) if own is piece
    ]
    factor = ratio(difference(piece), slope)
    lines = [each.line for each in piece.made_of if each.line]
    if (
        piece.before.size > 1
        and factor
        and lines
        and np.allclose(difference(piece), factor * slope, rtol=1e-6, atol=1e-12)
    ):
        return lines[-1]
    return piece.error_line or piece.line


def partly(moved: Moved, descent: Descent) -> Apart | None:
    """Return the parameters that do not go down an E which others go down; None without any.

    A multiple of the right one is wrong where a learning rate that others share is written beside
    it; by any other number it may be meant.
    """
    if len(moved.taken) < len(descent.parameters):
        return None
    rates: dict[str, float] = {}
    wrong = []
    noise = ROUNDING[moved.itemsize]
    seen, meant = (max(map(size, each.values())) for each in (moved.taken, moved.right))
    for name, array in moved.taken.items():
        slope = moved.right[name]
        if not slope.any() or not array.any() or is_clipped(array):
            return None
        if size(array) <= noise * seen and size(slope) <= noise * meant:
            continue  # rounding alone, as of a bias before batch normalisation
        factor = ratio(array, slope)
        if factor and is_times(moved, name, array, factor, slope):  # E may be −E
            rates[name] = factor
        elif beside_penalty(moved, name, array, slope) is not None:
            return None
        else:
            wrong.append(name)
    sizes = {name: array.size for name, array in moved.taken.items()}
    together = {name: sum(sizes[each] for each in sharing(rates, rates[name])) for name in rates}
    many = [name for name in rates if sizes[name] > 1 and together[name] > ENOUGH]
    if not many:
        return None
    top = max(reversed(many), key=lambda name: (len(sharing(rates, rates[name])), name[0] == "W"))
    other = [name for name in rates if name not in sharing(rates, rates[top])]
    written = last_factors(moved.pieces[top])
    if any(not alike(written, last_factors(moved.pieces[name])) for name in other):
        return None
    names = [name for name in moved.taken if name in (*wrong, *other)]
    if not names:
        return None
    is_sure = len(rates) > 2 * len(other) or alike(written, [rates[top]])
    called = {name: called_after(piece) for name, piece in moved.pieces.items()}
    return Apart(
        moved,
        rates[top],
        moved.taken,
        moved.right,
        names,
        called,
        descent.samples,
        is_sure=is_sure or not other,
    )


def sharing(rates: Mapping[str, float], rate: float) -> list[str]:
    """Return the arrays that go down E at this rate."""
    return [name for name, each in rates.items() if abs(each / rate - 1) <= STEADY]


def last_factors(piece: Piece) -> list[float]:
    """Return the number that a step was multiplied by at last; of two single numbers both."""
    last = next((abs(each.rate) for each in piece.made_of if each.rate), None)
    if last is None:
        return []
    taken = float(np.abs(difference(piece)).max())
    return [last, taken / last] if piece.before.size == 1 else [last]


def alike(some: Sequence[float], others: Sequence[float]) -> bool:
    """Return whether a number stands in both."""
    return any(abs(one - other) <= STEADY * one for one in some for other in others)


def called_after(piece: Piece) -> str:
    """Return what the gradient by a parameter is called."""
    return f"d{(piece.name or piece.place).rpartition('.')[2]}"


def judged_by(total: Derived) -> Text:
    """Say of what the derivatives are."""
    en, zh = goes_down(total)
    return Text(
        f"Judged by the derivatives of {en}, which other arrays go down.",
        f"依据是 {zh} 的导数；其他数组正是沿它下降的。",
    )


def of_a_part(part: Derived, wrong: Sequence[Piece]) -> Text:
    """Say that the wrong arrays go down a part of E alone."""
    en, zh = goes_down(part)
    listed = ", ".join(dict.fromkeys(map(called_after, wrong)))
    return Text(
        f"{listed}: down {en} alone; the share of the rest is missing.",
        f"{listed}：只沿 {zh} 下降，缺少其他部分的贡献。",
    )
