"""Tell arrays of a step that are the gradient of no loss of the outputs, whatever it be.

Where the weights of the last layer, and other arrays beside them, are the gradient of some loss,
each at a rate of its own, and an array fits into no gradient that has these, it is wrong under
every loss. With many samples anything fits, and nothing is said.
"""

import itertools
import math
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.script.observed import MAX_RUNS, ObservedStep, Watched
from clearprop.check.script.report import OwnLossCheck, SubmissionReport
from clearprop.check.script.watched.activations import hidden_layers
from clearprop.check.script.watched.descent_in_words import WATCHED
from clearprop.check.script.watched.doubts import is_clipped
from clearprop.check.script.watched.from_error import GIVEN, from_errors
from clearprop.check.script.watched.multiples import ROUNDING, size
from clearprop.check.script.watched.naming import Outcome, wrong_report
from clearprop.check.script.watched.nets import Net, nets, taken
from clearprop.check.script.watched.reach import MANY, Reach, reaches

ZERO, FAR = 1e-6, 1e-3
"""Singular values of columns of length 1 up to which they are 0, and from which they are not;
between them nothing is said."""
RANK = 1e-9
"""That of a basis, by its largest."""
PART = 1e-4
"""Share of an array in a combination from which it is in it."""
ENOUGH = 3
"""Numbers beyond those that are free, in all steps, by which arrays show a gradient."""
MOST_APART = 3
"""Arrays that may be wrong beside others."""
WORK = 3e8
"""Multiplications that one decomposition may take."""
SECONDS = 1.5
"""Of processor time."""
EQUAL = 1e-6
"""Relative difference of sizes that are one."""


class Apart(NamedTuple):
    """The arrays of a step that fit no loss, and by how many numbers the others show one."""

    wrong: tuple[str, ...]
    beyond: int


def wrong_under_every_loss(
    base: SubmissionReport, watched: Watched, until: float = math.inf
) -> SubmissionReport | None:
    """Return the report on arrays that are the gradient of no loss; None unless that is certain."""
    found = steps_apart(watched.steps, min(until, time.process_time() + SECONDS))
    if not found:
        return None
    apart, step = found[0]
    report = named(base, step, apart.wrong, until)
    if report is not None:
        return report
    names = tuple(f"d{name}" for name in sorted(apart.wrong))
    check = OwnLossCheck(Text("loss", "损失"), names, None, derived=True)
    return replace(
        base,
        called=WATCHED,
        own_loss=check,
        wrong_line=line_of(step, apart.wrong[0]),
        notes=(*base.notes, of_no_loss(names)),
    )


def named(
    base: SubmissionReport, step: ObservedStep, wrong: Collection[str], until: float
) -> SubmissionReport | None:
    """Return the report with the mistake that explains these, and all others; None without one.

    δ of the output is told by the last weights.
    """
    reading = next(from_errors(step, least=1), None)
    if reading is None:
        return None
    report = wrong_report(base, Outcome(reading, step), quickly=True, until=until)
    found = report.diagnosis
    if found is None or not found.findings or found.unexplained or found.factor != 1:
        return None
    apart = {array.name[1:] for array in found.arrays if not array.right}
    return replace(report, notes=(*report.notes, GIVEN)) if apart >= set(wrong) else None


def steps_apart(steps: Sequence[ObservedStep], until: float) -> list[tuple[Apart, ObservedStep]]:
    """Return the steps with arrays that fit no loss, the same in each of them."""
    found: list[tuple[Apart, ObservedStep]] = []
    previous: Mapping[str, FloatArray] = {}
    for step in steps:
        net = largest(step)
        if net is None or time.process_time() > until:
            break
        apart = apart_of(net, previous, until)
        if apart is None:
            return []
        if apart.wrong:
            found.append((apart, step))
        previous = taken(net)
    same = len({apart.wrong for apart, _ in found}) == 1
    return found if same and sum(apart.beyond for apart, _ in found) >= ENOUGH else []


def largest(step: ObservedStep) -> Net | None:
    """Return the net of all samples that went forward; None where it may not be all there is."""
    is_whole = not (step.branches or step.partial or step.beneath)
    if not is_whole or len(step.runs) >= MAX_RUNS:
        return None
    return max((net for net, _ in nets(step)), key=lambda net: net.m, default=None)


def apart_of(net: Net, previous: Mapping[str, FloatArray], until: float) -> Apart | None:
    """Return the arrays that fit no loss, under every reading of the layers; None if open."""
    given = {name: array for name, array in taken(net).items() if array.any()}
    hidden = hidden_layers(net)
    if hidden is None or not shows_a_gradient(net, given):
        return None
    told: list[Apart] = []
    for activations in itertools.product(*hidden.activations):
        found = reaches(net, activations, hidden.dropout, given, previous)
        apart = apart_in(found, f"W{net.depth}", until) if found else None
        if apart is None:
            return None
        told.append(apart)
    same = len({each.wrong for each in told}) == 1
    return min(told, key=lambda each: each.beyond) if same else None


def shows_a_gradient(net: Net, given: Mapping[str, FloatArray]) -> bool:
    """Return whether the last weights can show that steps are multiples of gradients.

    Where all that enters them is equal in size, so is what an optimizer makes of each. Of what is
    much smaller than the parameters, their difference has lost too many digits.
    """
    sizes = np.abs(net.entering[-1])
    varies = float(np.ptp(sizes)) > EQUAL * float(sizes.max(initial=0.0))
    if net.itemsize < 8 or f"W{net.depth}" not in given or len(given) < 2 or not varies:
        return False
    grew = any(given[name].shape != net.params[name].shape for name in given)
    lost = any(
        ROUNDING[net.itemsize] * size(net.params[name]) > ZERO * size(array)
        for name, array in given.items()
    )
    return not grew and not lost and not any(map(is_clipped, given.values()))


def apart_in(found: Mapping[str, Reach], top: str, until: float) -> Apart | None:
    """Return the fewest arrays without which the others, the last weights among them, fit a loss.

    None where even these do not, or where it is open.
    """
    names = list(found)
    for out in sets_of_few([name for name in names if name != top]):
        kept = {name: found[name] for name in names if name not in out}
        columns = max(each.slopes.shape[1] for each in kept.values())
        rows = sum(len(each.slopes) for each in kept.values())
        if rows * columns * min(rows, columns) > WORK or time.process_time() > until:
            return None
        fit = fitting(kept, beside=True)
        if fit is None:
            return None
        if fit >= 0:
            bare = fitting(kept, beside=False)
            return Apart(out, max(fit, bare or 0))
    return None


def sets_of_few(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield none of these, then each one, then each two, and so on."""
    for number in range(min(MOST_APART, len(names)) + 1):
        yield from itertools.combinations(names, number)


def fitting(kept: Mapping[str, Reach], *, beside: bool) -> int | None:
    """Return by how many numbers arrays show that they are a gradient, at rates of their own.

    It may have something `beside` it, such as a penalty. −1 where they are none; None where it is
    open.
    """
    from scipy.linalg import block_diag  # loads slowly, and few programs come here

    slopes = below_each_other([each.slopes for each in kept.values()])
    columns = block_diag(*[each.taken for each in kept.values()])
    free = orthonormal(slopes)
    if beside:
        columns = np.hstack([columns, orthonormal(beside_all(list(kept.values())))])
    left = columns - free @ (free.T @ columns)
    if not np.isfinite(left).all():
        return None
    lacking = max(0, left.shape[1] - len(left))  # rows, to tell every combination
    _, sizes, ways = np.linalg.svd(np.pad(left, ((0, lacking), (0, 0))), full_matrices=False)
    if ((sizes > ZERO) & (sizes < FAR)).any():
        return None
    share = ways[sizes <= ZERO][:, : len(kept)]
    if not share.size or not (np.abs(share).max(axis=0) > PART).all():
        return -1
    numbers = sum(each.numbers for each in kept.values())
    return max(0, numbers - free.shape[1] - left.shape[1] + 1)


def below_each_other(parts: Sequence[FloatArray]) -> FloatArray:
    """Return matrices one below the other; columns that one lacks are 0 in it."""
    most = max(part.shape[1] for part in parts)
    return np.vstack([np.pad(part, ((0, 0), (0, most - part.shape[1]))) for part in parts])


def beside_all(parts: Sequence[Reach]) -> FloatArray:
    """Return what else may be in arrays: a number of each kind for all, and for each large one."""
    kinds = dict.fromkeys(kind for part in parts for kind in part.beside)
    zeros = [np.zeros((len(part.taken), 1)) for part in parts]
    found = [np.zeros((sum(map(len, zeros)), 0))]
    for kind in kinds:
        columns = [part.beside.get(kind, zero) for part, zero in zip(parts, zeros, strict=True)]
        found.append(np.vstack(columns))
        for at, part in enumerate(parts):
            if kind in part.beside and part.numbers >= MANY:
                found.append(np.vstack([*zeros[:at], columns[at], *zeros[at + 1 :]]))
    return np.hstack(found)


def orthonormal(columns: FloatArray) -> FloatArray:
    """Return an orthonormal basis of what columns span, however long each of them is."""
    from scipy.linalg import orth  # loads slowly, and few programs come here

    lengths = np.linalg.norm(columns, axis=0)
    columns = columns[:, lengths > 0] / lengths[lengths > 0]
    return np.asarray(orth(columns, rcond=RANK)) if columns.size else columns


def line_of(step: ObservedStep, name: str) -> int:
    """Return the line that made the error term of an array, or that of its step."""
    layer = step.layers[int(name[1:]) - 1]
    piece = layer.bias if name[0] == "b" and layer.bias is not None else layer.weights
    return piece.error_line or piece.line


def of_no_loss(names: Collection[str]) -> Text:
    """Say that no loss has such a gradient."""
    listed = ", ".join(names)
    return Text(
        f"Whatever the loss of these outputs is, beside the other arrays its gradient has no such"
        f" {listed}.",
        f"无论输出的损失是什么，与其他数组相配的梯度都不会有这样的 {listed}。",
    )
