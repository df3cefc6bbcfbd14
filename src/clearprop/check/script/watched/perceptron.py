"""Rosenblatt's perceptron: its output is a step, which has no derivative, and its rule is known.

W moves by η (y − a) x, as down the perceptron criterion Σ (a − y) z: only where a is wrong.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.script.observed import ObservedStep, Run, Watched
from clearprop.check.script.report import OwnLossCheck, SubmissionReport
from clearprop.check.script.watched.nets import Net, nets, taken, weighted_sum
from clearprop.check.script.watched.row_convention import joined, oriented_like
from clearprop.check.script.watched.targets import targets

STEPS = tuple(itertools.product(((0.0, 1.0), (-1.0, 1.0)), (np.greater, np.greater_equal)))
"""What a step may give below 0 and above, and which of the two at 0."""
ENOUGH = 2
"""Steps of one η that show the rule."""
SAME = 1e-6
"""Relative difference of numbers that are equal but for rounding."""


@dataclass(frozen=True)
class PerceptronCheck(OwnLossCheck):
    """Steps beside the perceptron rule."""

    def in_words(self) -> Text:
        """Return the verdict in a few sentences."""
        return WRONG if self.wrong else RIGHT


class Turn(NamedTuple):
    """One step by the perceptron rule."""

    rate: float
    """η, below 0 for a step that goes the other way."""
    seen: bool
    """True if a, and the targets, of all that went forward were seen: then a was wrong."""


def by_perceptron_rule(base: SubmissionReport, watched: Watched) -> SubmissionReport | None:
    """Return the report on the steps of a perceptron; None of anything else.

    Without its outputs and targets a step the other way accuses nobody: it may be that of a margin.
    """
    moving = [step for step in watched.steps if moves(step)]
    if len(moving) < ENOUGH:
        return None
    shared = [turn for f in STEPS for turn in shared_turns(moving, *f)]
    if not any(turn.rate > 0 or turn.seen for turn in shared):
        return None
    is_right = any(turn.rate > 0 for turn in shared)
    return replace(
        base,
        called=CALLED,
        own_loss=PerceptronCheck(Text("perceptron", "感知机"), () if is_right else ("dW1",), None),
        wrong_line=0 if is_right else watched.steps[0].layers[0].weights.line,
    )


def moves(step: ObservedStep) -> bool:
    """Return whether a step changes anything: a right output changes nothing."""
    return any(array.any() for net, _ in nets(step) for array in taken(net).values())


def shared_turns(
    steps: Sequence[ObservedStep], classes: tuple[float, float], above: np.ufunc
) -> Iterator[Turn]:
    """Yield the η that all steps have in common, if their outputs are that step function."""
    each = [list(turns_of(step, classes, above)) for step in steps]
    for rate, seen in each[0]:
        alike = [[t for t in turns if abs(t.rate - rate) <= SAME * abs(rate)] for turns in each]
        if all(alike):
            yield Turn(rate, seen and all(any(t.seen for t in turns) for turns in alike))


def turns_of(step: ObservedStep, classes: tuple[float, float], above: np.ufunc) -> Iterator[Turn]:
    """Yield the readings of a step as one of the perceptron rule.

    Of one sample, a is wrong, or nothing moves: the target is the other class.
    """
    for net, runs in nets(step):
        if net.depth != 1:
            continue
        z = weighted_sum(net, 1)
        a = np.where(above(z, 0), classes[1], classes[0])
        given = taken(net)
        for Y in wanted(net, runs, a):
            rate = rate_of(net, given, a - Y) if np.isin(Y, classes).all() else None
            if rate is not None:
                yield Turn(rate, seen=len(runs) == len(step.runs))
        rate = rate_of(net, given, 2 * a - sum(classes)) if a.size == 1 else None
        if rate is not None:
            yield Turn(rate, seen=False)


def wanted(net: Net, runs: Sequence[Run], a: FloatArray) -> Iterator[FloatArray]:
    """Yield what may be the targets of outputs that were seen: also by what they differ from a."""
    seen = [part for array in joined([r.seen for r in runs], a) for part in oriented_like(array, a)]
    if not any(np.array_equal(a, array) for array in seen):
        return
    yield from targets(net, runs, a)
    for part in seen:
        yield a - part
        yield a + part


def rate_of(net: Net, given: dict[str, FloatArray], error: FloatArray) -> float | None:
    """Return η of a step by Xᵀ (a − y), and by Σ (a − y) for the bias; None of any other.

    A bias that stays may be a single number, which takes its step unseen.
    """
    right = {"W1": net.entering[0].T @ error, "b1": error.sum(axis=0)}
    names = [name for name, array in given.items() if name == "W1" or array.any()]
    one = np.concatenate([np.ravel(given[name]) for name in names])
    other = np.concatenate([np.ravel(right[name]) for name in names])
    if one.shape != other.shape or not one.any() or not other.any():
        return None
    rate = float(one @ other / (other @ other))
    return rate if np.allclose(one, rate * other, rtol=SAME, atol=0.0) else None


CALLED = Text("watched the program train a perceptron", "观察了程序训练感知机的过程")
RIGHT = Text(
    "Its output is a step, which has no derivative; W moves by η (y − a) x, as Rosenblatt's rule"
    " has it: that is right.",
    "输出是阶跃函数，没有导数；W 按 η (y − a) x 更新，即 Rosenblatt 的感知机规则：正确。",
)
WRONG = Text(
    "Its output is a step, which has no derivative; Rosenblatt's rule moves W by η (y − a) x. Here"
    " it moves the other way: the sign is wrong.",
    "输出是阶跃函数，没有导数；Rosenblatt 的感知机规则按 η (y − a) x 更新 W。这里方向相反："
    "符号写反了。",
)
