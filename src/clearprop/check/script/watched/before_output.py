"""Steps from z − y in a program whose loss is the cross-entropy of f(z): that is no line fitted."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from clearprop.activations import ACTIVATIONS
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.watched.descent import Agreement
from clearprop.check.script.watched.losses import printed_losses
from clearprop.check.script.watched.naming import Outcome, wrong_report
from clearprop.check.script.watched.other_readings import other_readings
from clearprop.check.script.watched.reading import Reading

ENOUGH = 2
"""Steps in which the loss of f(z) is seen by no chance."""


def wrong_before_output(
    base: SubmissionReport, followed: Sequence[Sequence[Agreement]], until: float
) -> SubmissionReport | None:
    """Return the report on steps down (z − y)² beside the cross-entropy of f(z); else None.

    Where the program computes (z − y)² as well, that may be what it means to go down.
    """
    steps = [each[0] for each in followed if each]
    meant = [with_computed_loss(each) for each in steps]
    if len(steps) < ENOUGH or meant[0] is None or not all(meant):
        return None
    first = Outcome(meant[0], steps[0].step)
    report = wrong_report(base, first, quickly=True, until=until)
    told = report.diagnosis
    return report if told is not None and told.findings and not told.unexplained else None


def with_computed_loss(found: Agreement) -> Reading | None:
    """Return the reading of a step with the output f(z) whose loss the program computes.

    Where it computes that loss of z itself, f is left out. None unless the step goes down the
    squared error of z, and that is computed nowhere.
    """
    own = found.reading
    is_squared = found.form.rule.constant_curvature is not None
    if not own.activations[-1].is_identity or not is_squared or own.output.size == 1:
        return None
    if printed_losses(own, found.step) or printed_losses(
        own, replace(found.step, numbers=found.step.computed)
    ):
        return None
    if found.step.takes_logarithms and is_of_classes(own):
        return with_output_left_out(own)
    for other in other_readings(found.step):
        f = other.activations[-1]
        losses = printed_losses(other, found.step) if other.net.m == own.net.m else []
        if not f.is_identity and any(form.rule.is_canonical_with(f) for form in losses):
            return other
    return None


def is_of_classes(reading: Reading) -> bool:
    """Return whether all targets are 0 or 1, and of several outputs one is 1."""
    one = reading.Y.shape[1] == 1 or bool((reading.Y.sum(axis=1) == 1).all())
    return one and set(np.unique(reading.Y)) <= {0.0, 1.0}


def with_output_left_out(reading: Reading) -> Reading:
    """Return the reading with the output that belongs to a cross-entropy: softmax, or sigmoid."""
    f = ACTIVATIONS.make("softmax" if reading.Y.shape[1] > 1 else "sigmoid")
    z = reading.output
    return replace(reading, activations=(*reading.activations[:-1], f), output=f.value(z))
