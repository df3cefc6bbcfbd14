"""The verdict on a program that was watched: right, wrong in a way that has a name, or not read."""

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from clearprop._text import Text
from clearprop.check.script.observed import ObservedStep, Trouble, Watched
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.watched.added_changes import added, is_to_be_added
from clearprop.check.script.watched.any_loss import wrong_under_every_loss
from clearprop.check.script.watched.before_output import wrong_before_output
from clearprop.check.script.watched.descent import Agreement
from clearprop.check.script.watched.differentiated import right_by_differentiation
from clearprop.check.script.watched.following import looked_through
from clearprop.check.script.watched.from_error import by_given_error
from clearprop.check.script.watched.late import right_a_step_late
from clearprop.check.script.watched.momentum import is_never_set_to_0
from clearprop.check.script.watched.naming import Outcome
from clearprop.check.script.watched.one_of_two import wrong_beside_right
from clearprop.check.script.watched.other_readings import by_another_reading, first_read
from clearprop.check.script.watched.own_factors import wrong_factors
from clearprop.check.script.watched.paired import by_pairs
from clearprop.check.script.watched.partly_right import (
    wrong_by_differentiation,
    wrong_with_another_output,
)
from clearprop.check.script.watched.penalties import with_uneven, wrong_penalty
from clearprop.check.script.watched.perceptron import by_perceptron_rule
from clearprop.check.script.watched.right import right_report
from clearprop.check.script.watched.steady import (
    computes_a_loss,
    is_of_saturated_outputs,
    is_open,
    is_told,
    outputs_differ,
    steady,
)
from clearprop.check.script.watched.together import wrong_together
from clearprop.check.script.watched.uncut import uncut
from clearprop.check.script.watched.unread import (
    BENEATH,
    LACKING,
    TOO_LARGE,
    not_recognised,
    not_understood,
    nothing_trained,
)
from clearprop.check.script.watched.whole_steps import (
    left_out,
    rests_on_others,
    unread_layers,
    without_pieces,
)
from clearprop.check.script.watched.without_penalty import wrong_without_penalty

FOR_ANY_LOSS = 0.6
"""Of processor time, what is kept back for telling what is wrong under every loss."""
FOR_GIVEN_ERROR = 0.5
"""And for judging from the program's own error at the output."""


def judged(
    watched: Watched,
    path: str,
    *,
    names: bool = True,
    seconds: float = math.inf,
    adds: bool = False,
) -> SubmissionReport:
    """Return the verdict on what was seen of a program: its training, else its ways back.

    Without `names` no name is looked for where it is not right; with them, for so many seconds of
    processor time, or as many as it takes anyway. A program that `adds` its gradients keeps −∂L/∂θ.
    """
    if watched.made_up:
        watched = replace(watched, steps=tuple(replace(s, made_up=True) for s in watched.steps))
    watched = replace(watched, steps=tuple(map(uncut, watched.steps)))
    report = training_judged(watched, path, names=names, seconds=seconds, adds=adds)
    if watched.lacking is not None and not report.ok and report.unread is None:
        report = of_what_it_lacks(report, watched.lacking)
    paired = None if report.unread is None else by_pairs(report, watched)
    return paired or report


def of_what_it_lacks(report: SubmissionReport, lacking: Trouble) -> SubmissionReport:
    """Return the report on a program that has lost a value of its own: it is called no mistake."""
    en, zh = lacking.message
    why = Text(f"{lacking.kind}: {en}", f"{lacking.kind}: {zh}")
    return SubmissionReport(report.file, unread=LACKING.filled(why=why), notes=report.notes)


class Seen(NamedTuple):
    """What the steps of a program show."""

    followed: list[list[Agreement]]
    """The right gradients that each step follows."""
    unexplained: list[Outcome]
    """The steps that follow none."""
    partial: bool
    """True if arrays were multiplied that are too large to be looked at: more weights, perhaps."""
    deeper: ObservedStep | None
    """A step of more layers than any reading has."""
    beneath: bool
    """True if the layers rest on other arrays that change as well."""

    @property
    def all_follow(self) -> bool:
        """Whether every step follows a right gradient, and none has anything beside it."""
        more = self.partial or self.deeper is not None or self.beneath
        return bool(self.followed) and not self.unexplained and not more


def training_judged(
    watched: Watched, path: str, *, names: bool, seconds: float, adds: bool = False
) -> SubmissionReport:
    """Return the verdict on the steps of a program."""
    until = time.process_time() + seconds
    base = SubmissionReport(path, notes=tuple(watched.made_up))
    seen = seen_in(watched.steps, until)
    if seen.all_follow:
        return of_steps_that_follow(base, watched, seen.followed, names=names, until=until)
    return (
        by_perceptron_rule(base, watched)
        or with_uneven(base, [each.step for each in seen.unexplained])
        or of_changes_to_add(watched, path, names=names, adds=adds)
        or right_by_own_derivatives(base, watched, seen)
        or (right_a_step_late(base, watched.steps, until) if seen.unexplained else None)
        or of_too_little(base, watched, seen)
        or of_unexplained_steps(base, watched, seen, names=names, until=until)
    )


def seen_in(steps: Sequence[ObservedStep], until: float) -> Seen:
    """Return what steps show; no others are looked at after the processor time `until`."""
    followed, unexplained = without_pieces(*looked_through(steps, until))
    deeper = unread_layers(steps, followed)
    beneath = deeper is None and rests_on_others(steps)
    return Seen(followed, unexplained, any(step.partial for step in steps), deeper, beneath)


def of_steps_that_follow(
    base: SubmissionReport,
    watched: Watched,
    followed: Sequence[Sequence[Agreement]],
    *,
    names: bool,
    until: float,
) -> SubmissionReport:
    """Return the report on steps that all follow right gradients: right, if η shows it."""
    kept = steady(followed)
    wrong = wrong_factors(base, followed) if kept.optimizer else None
    if wrong is not None:
        return wrong
    is_sure = not is_open(kept.reading) or is_told(kept, followed, computes_a_loss(watched))
    if is_sure and not is_of_saturated_outputs(kept):
        beside = wrong_with_another_output(base, watched)
        beside = beside or wrong_before_output(base, followed, until)
        return beside or wrong_penalty(base, followed) or right_report(base, kept)
    is_shown = not is_open(kept.reading) or len(followed) == 1 or outputs_differ(followed)
    derived = right_by_differentiation(base, watched) if is_shown else None
    if derived is not None:
        return derived
    open_one = replace(base, unread=not_understood(kept.reading))
    return (wrong_together(base, watched.steps, until) if names else None) or open_one


def of_changes_to_add(
    watched: Watched, path: str, *, names: bool, adds: bool
) -> SubmissionReport | None:
    """Return the verdict on changes that are to be added; None where there are none, or no verdict.

    Only of a program that `adds` its gradients is anything wrong: another's may be anything.
    """
    if not watched.steps or not all(is_to_be_added(step, adds=adds) for step in watched.steps):
        return None
    other = replace(watched, steps=tuple(map(added, watched.steps)))
    report = training_judged(other, path, names=names and adds, seconds=math.inf)
    return report if report.ok or (adds and report.diagnosis is not None) else None


def right_by_own_derivatives(
    base: SubmissionReport, watched: Watched, seen: Seen
) -> SubmissionReport | None:
    """Return the report on steps down the program's own derivatives; no gradients that pile up."""
    piles_up = bool(seen.unexplained) and all(
        is_never_set_to_0(each.reading, each.previous) for each in seen.unexplained
    )
    told = bool(seen.unexplained)
    return None if piles_up else right_by_differentiation(base, watched, layers_told=told)


def wrong_by_own_derivatives(base: SubmissionReport, watched: Watched) -> SubmissionReport | None:
    """Return the report on steps of which some go down an E of the program, and others do not."""
    return wrong_by_differentiation(base, watched) or wrong_without_penalty(base, watched)


def of_too_little(base: SubmissionReport, watched: Watched, seen: Seen) -> SubmissionReport | None:
    """Return the report on a program of which too little was seen; None where enough was."""
    if not watched.steps and not watched.large:
        return replace(base, unread=nothing_trained(watched))
    if not watched.steps:
        wrong = wrong_by_own_derivatives(base, watched)
        return wrong or replace(base, unread=TOO_LARGE)
    if seen.unexplained:
        return None
    if seen.partial:
        return replace(base, unread=TOO_LARGE)
    if seen.deeper is not None or seen.beneath:
        why = BENEATH if seen.deeper is None else not_recognised(seen.deeper)
        return wrong_by_own_derivatives(base, watched) or replace(base, unread=why)
    return None


def is_without_name(report: SubmissionReport) -> bool:
    """Return whether something is wrong that no mistake accounts for: it may be read otherwise."""
    diagnosis = report.diagnosis
    return diagnosis is not None and (bool(diagnosis.unexplained) or not diagnosis.findings)


def of_unexplained_steps(
    base: SubmissionReport, watched: Watched, seen: Seen, *, names: bool, until: float
) -> SubmissionReport:
    """Return the report on steps that follow no right gradient: their mistake, if it has a name."""
    followed, unexplained = seen.followed, list(seen.unexplained)
    if followed and not names:
        return replace(base, unread=not_understood(unexplained[0].reading))
    if len(unexplained) < len(followed):
        unexplained.reverse()
    unexplained.sort(key=left_out)
    early = until - FOR_ANY_LOSS if names else until
    first = early - FOR_GIVEN_ERROR if names else until
    report = (
        first_read(base, unexplained, first)
        if followed
        else replace(base, unread=not_recognised(watched.steps[0]))
    )
    if report.unread is None and (not names or not is_without_name(report)):
        return report
    named = by_another_reading(base, unexplained[0], first) if names and unexplained else None
    if report.unread is None:
        return named or report
    named = named or wrong_by_own_derivatives(base, watched)
    named = named or by_given_error(base, watched, early if names else 0.0)
    if named is None and names and not any(followed):
        named = wrong_together(base, watched.steps, early)
    if named is None and names:
        named = wrong_beside_right(base, watched.steps, until)
    if named is None and names:
        named = wrong_under_every_loss(base, watched, until)
    return named or report
