"""Watch one training of a program after the other: each is kept, and the program goes on."""

import ast
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from clearprop.check.script.child.arrays.steps import MAX_STEPS
from clearprop.check.script.child.looks import is_whole, may_be_half_done, set_alarm, that_fit
from clearprop.check.script.child.record.leaving import (
    Kept,
    Signature,
    nothing_kept,
    nothing_trained,
)
from clearprop.check.script.child.remedies import Remedies
from clearprop.check.script.child.told_apart import told
from clearprop.check.script.observed import FILE, ObservedStep, Trouble, Watched

MOST, LEAST_STEPS = 5, 2
"""Trainings that are kept of one program, and steps that are seen of each after the first."""
LATER_SECONDS, LEAST_SECONDS, OTHER_SECONDS = 1.6, 0.3, 1.0
"""Of processor time, for all trainings after the first; what is left at least to go on; and what is
left for looking at the program otherwise."""
DERIVED_SECONDS = 0.4
"""Of that, for the derivatives by the operations of one of them."""
LATER_NUMBERS = 500_000
"""Numbers of the steps of a training after the first: a message has bounds."""


class Training(NamedTuple):
    """What was seen of one training, and what tells it from others."""

    seen: Watched
    signature: Signature


class Trainings(Remedies):
    """Looks at a program, and goes on to its next training once enough was seen of one."""

    kept: Sequence[Training] = ()
    """The trainings that were seen, but for what is recorded now."""
    is_too_little = False
    """True if what was seen of the first training is to be seen again with more, or fewer, data."""

    def run(self, tree: ast.Module) -> Trouble | None:
        """Run the program, rewritten, and return what failed first."""
        self.kept, self.is_too_little = [], False
        self.recorder.keep, self.recorder.has_trained = self.keep, self.has_trained
        try:
            return super().run(tree)
        finally:
            self.recorder.keep, self.recorder.has_trained = nothing_kept, nothing_trained

    def helps(self, trouble: Trouble | None) -> bool:
        """Change what the program finds; not where it has trained already."""
        return self.is_too_little or (not self.kept and super().helps(trouble))

    def fits_better(self, trouble: Trouble) -> bool:
        """Return whether made-up data have another shape now; not where it has trained already."""
        return not self.kept and super().fits_better(trouble)

    def has_trained(self, *, ended: bool) -> bool:
        """Return whether all steps that are looked at were seen, and another training may come.

        At the end of an inner loop, the last one may be half done.
        """
        steps = whole_steps(self.steps())
        if self.time_left() < LEAST_SECONDS or len(steps) < MAX_STEPS:
            return False
        return ended or not may_be_half_done(steps[-1])

    def time_left(self) -> float:
        """Return the seconds that trainings after the first may take from now on."""
        return min(self.until - OTHER_SECONDS - time.process_time(), LATER_SECONDS)

    def keep(self, *, ended: bool) -> Kept | None:
        """Keep the training that was seen; None where the program is not to go on."""
        steps, found = self.found()
        left = self.time_left()
        if self.is_lost or not found or left < LEAST_SECONDS or len(self.kept) >= MOST:
            return None
        if not self.kept and self.helps(None):
            self.is_too_little = True
            return None
        kept = told(self.recorder, steps, found[0])
        seen = self.seen_now(ended=ended)
        if not self.kept:
            left = max(LEAST_SECONDS, self.time_left())
            self.recorder.until = time.process_time() + left
            set_alarm(left + LEAST_SECONDS)
        lines = self.recorder.statement, *lines_running(self.path)
        self.kept = with_another(self.kept, Training(seen, kept.signature), lines)
        self.known = None
        return kept

    def seen_now(self, *, ended: bool) -> Watched:
        """Return what is seen of the training that has ended, or is left."""
        was = self.finished, self.until
        self.finished = ended
        if self.kept:
            self.until = min(self.until, time.process_time() + DERIVED_SECONDS)
        seen = self.watched(None, self.made_up.notes)
        self.finished, self.until = was
        return seen

    def every_training(self, trouble: Trouble | None) -> Watched:
        """Return what is seen of the first training, with those after it.

        What failed counts where only one was seen, and that to its end.
        """
        last = self.watched(trouble, self.made_up.notes)
        if not self.kept:
            return last
        trainings = self.kept
        if last.steps:
            signature = told(self.recorder, self.found()[0], last.steps[0]).signature
            lines = own_lines(last) if self.finished else (self.recorder.statement,)
            trainings = with_another(trainings, Training(last, signature), lines)
        first, *others = (each.seen for each in trainings)
        if not others and first.finished:
            return replace(first, trouble=trouble, made_up=last.made_up, finished=self.finished)
        return replace(first, later=tuple(others))


def with_another(
    kept: Sequence[Training], training: Training, lines: tuple[int, ...]
) -> Sequence[Training]:
    """Return trainings with one more, if that is another one and shows enough."""
    seen = replace(training.seen, lines=lines)
    if not kept:
        return [training._replace(seen=seen)]
    again = any(training.signature <= each.signature for each in kept)
    steps = whole_steps(seen.steps)
    if again or len(steps) < LEAST_STEPS or seen.steps[0].by_hand:
        return kept
    fitting = tuple(that_fit(seen.steps, LATER_NUMBERS))
    seen = replace(seen, steps=fitting, large=not fitting)
    return [*kept, training._replace(seen=seen)]


def whole_steps(steps: Sequence[ObservedStep]) -> list[ObservedStep]:
    """Return the steps that the program took, and that changed all layers."""
    return [step for step in steps if not step.by_hand and is_whole(step)]


def lines_running(path: str) -> tuple[int, ...]:
    """Return the lines of a program that are being run, those that call first."""
    lines = []
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_code.co_filename == path:
            lines.append(frame.f_lineno)
    return tuple(reversed(lines))


def own_lines(seen: Watched) -> tuple[int, ...]:
    """Return the lines of a program itself that change its weights."""
    lines = {layer.weights.line for step in seen.steps for layer in step.layers}
    return tuple(sorted(line for line in lines if 0 < line < FILE))
