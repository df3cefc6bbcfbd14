"""Steps that are taken a sample late: what is taken off now is the gradient of the step before."""

import itertools
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop.check.script.observed import ObservedLayer, ObservedStep, Piece
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.watched.descent import Agreement
from clearprop.check.script.watched.following import looked_at
from clearprop.check.script.watched.nets import nets, taken
from clearprop.check.script.watched.right import right_report
from clearprop.check.script.watched.steady import EXACT, is_open, steady, unsteady

LATE = Text(
    "Each step is taken when the next samples have gone forward: it holds the gradient of those"
    " before them.",
    "每一步都在下一批样本前向传播之后才执行：它用的是前一批样本的梯度。",
)
SECONDS_OF_LATE, LATE_STEPS = 0.5, 2
"""Of processor time, in which steps are looked at that may be taken late; and how many show it."""


def right_a_step_late(
    base: SubmissionReport, steps: Sequence[ObservedStep], until: float
) -> SubmissionReport | None:
    """Return the report on steps that each take off the right gradient of the one before.

    Where all steps are made of the same samples, one gradient is much like the next.
    """
    late = with_later_changes(steps)
    before = next(map(taken, (net for net, _ in nets(steps[0]))), None) if late else None
    followed: list[list[Agreement]] = []
    until = min(until, time.process_time() + SECONDS_OF_LATE)
    for step in late:
        found, likely = looked_at(step, before, until)
        if not found or likely is None:
            return None
        followed.append(found)
        before = taken(found[0].reading.net)
    if len(followed) < LATE_STEPS:
        return None
    kept = steady(followed)
    is_plain = not kept.optimizer and not kept.rates and unsteady(kept, followed) <= EXACT
    if is_open(kept.reading) or not is_plain or not have_other_samples(followed):
        return None
    right = right_report(base, kept)
    return replace(right, notes=(*right.notes, LATE))


def with_later_changes(steps: Sequence[ObservedStep]) -> tuple[ObservedStep, ...]:
    """Return each step but the last with what the next one takes off its parameters.

    A program may compute its step first, and take it when it has gone through the next sample.
    """
    return tuple(
        replace(step, layers=tuple(map(changed_later, step.layers, later.layers)))
        for step, later in itertools.pairwise(steps)
        if list(map(shapes, step.layers)) == list(map(shapes, later.layers))
    )


def shapes(layer: ObservedLayer) -> list[tuple[int, ...] | None]:
    """Return the shapes of the weights and of the bias, before and after."""
    pieces = [layer.weights] if layer.bias is None else [layer.weights, layer.bias]
    arrays = [array for piece in pieces for array in (piece.before, piece.after)]
    return [None if array is None else array.shape for array in arrays]


def changed_later(layer: ObservedLayer, later: ObservedLayer) -> ObservedLayer:
    """Return a layer with the change of a later step."""
    assert layer.bias is None or later.bias is not None
    bias = None if layer.bias is None else moved(layer.bias, later.bias)
    return replace(layer, weights=moved(layer.weights, later.weights), bias=bias)


def moved(piece: Piece, later: Piece | None) -> Piece:
    """Return a parameter as it was, moved as it is later, and by what is so then."""
    if later is None or later.after is None:
        return replace(piece, after=None)
    return replace(later, before=piece.before, after=piece.before - (later.before - later.after))


def have_other_samples(followed: Sequence[Sequence[Agreement]]) -> bool:
    """Return whether each step was made of other samples than the one before."""
    seen = [each[0].reading.net.entering[0] for each in followed]
    return not any(np.array_equal(one, other) for one, other in itertools.pairwise(seen))
