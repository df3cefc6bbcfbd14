"""Lines y = m x + c: where one of the two numbers learns as it should, the other is to do so too.

A single step of two numbers fits by chance. That one goes down the gradient of a loss at the same η
in several steps, while that gradient changes, is no chance: it tells the loss.
"""

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from clearprop._errors import InputError
from clearprop.check.script.observed import ObservedStep
from clearprop.check.script.recognition import LossForm
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.watched.cases import diagnosis_of
from clearprop.check.script.watched.directions import directions
from clearprop.check.script.watched.multiples import SAME
from clearprop.check.script.watched.nets import taken
from clearprop.check.script.watched.reading import Reading
from clearprop.check.script.watched.right import called
from clearprop.check.script.watched.together import some_readings
from clearprop.check.script.watched.wrong_line import line_of

STEPS = 3
APART = 1e-3
"""Relative difference of what is certainly not the same."""


def wrong_beside_right(
    base: SubmissionReport, steps: Sequence[ObservedStep], until: float
) -> SubmissionReport | None:
    """Return the report on steps of two numbers of which one alone is right in all of them."""
    if len(steps) < STEPS or any(step.by_hand for step in steps):
        return None
    for first in some_readings(steps[0]):
        if time.process_time() > until:
            return None
        if first.net.m < 2 or {name: a.size for name, a in taken(first.net).items()} != ONE_EACH:
            continue
        others = [like(first, step) for step in steps[1:]]
        all_of_them = [first, *(each for each in others if each is not None)]
        if len(all_of_them) < len(steps):
            continue
        for form in directions(first):
            rates = [rates_of(reading, form) for reading in all_of_them]
            right = [name for name in ONE_EACH if is_steady([each[name] for each in rates])]
            wrong = [name for name in ONE_EACH if name not in right]
            if len(right) == 1 and is_shown(all_of_them, form, right[0], wrong[0]):
                rate = rates[0][right[0]]
                last = rates_of(all_of_them[-1], form)[wrong[0]]
                place = -1 if abs(last / rate - 1) > APART else 0
                return report_on(base, all_of_them[place], steps[place], form, rate)
    return None


ONE_EACH = {"W1": 1, "b1": 1}
"""Numbers of each array of a line."""


def like(reading: Reading, step: ObservedStep) -> Reading | None:
    """Return the reading of a step with the same samples and activations, or None."""
    return next(
        (
            each
            for each in some_readings(step)
            if each.net.m == reading.net.m
            and each.activations == reading.activations
            and np.array_equal(each.Y, reading.Y)
            and taken(each.net).keys() == ONE_EACH.keys()
        ),
        None,
    )


def rates_of(reading: Reading, form: LossForm) -> dict[str, float]:
    """Return by how much each of the two steps is larger than the right gradient."""
    given, right = taken(reading.net), reading.right(form)
    return {name: (given[name] / right[name]).item() for name in ONE_EACH}


def is_steady(rates: Sequence[float]) -> bool:
    """Return whether η is one number above 0."""
    return min(rates) > 0 and max(rates) / min(rates) - 1 <= SAME[8]


def is_shown(readings: Sequence[Reading], form: LossForm, right: str, wrong: str) -> bool:
    """Return whether one's gradient changes, and the other's step is nothing that is meant.

    Beside its gradient that may hold a part of the parameter, as a penalty does; it may be cut.
    """
    told = [abs(reading.right(form)[right].item()) for reading in readings]
    if max(told) / min(told) - 1 <= APART:
        return False
    given = np.array([taken(reading.net)[wrong].item() for reading in readings])
    if np.ptp(np.abs(given)) <= APART * np.abs(given).max():
        return False
    columns = np.array(
        [[r.right(form)[wrong].item(), r.net.params[wrong].item()] for r in readings]
    )
    solved, *_ = np.linalg.lstsq(columns, given, rcond=None)
    return bool(np.abs(columns @ solved - given).max() > APART * np.abs(given).max())


def report_on(
    base: SubmissionReport, reading: Reading, step: ObservedStep, form: LossForm, rate: float
) -> SubmissionReport | None:
    """Return the report by a step that shows it; a mistake that fits one step by chance is none."""
    mean = replace(form, reduction="mean")
    eta = rate * reading.net.m
    gradients = {name: array / eta for name, array in taken(reading.net).items()}
    try:
        diagnosis = diagnosis_of(reading, gradients, mean, eta, quickly=True)
    except InputError:
        return None
    wrong = tuple(each.name for each in diagnosis.arrays if not each.right)
    diagnosis = replace(diagnosis, findings=(), alternatives=(), unexplained=wrong, factor=1.0)
    return replace(
        base,
        called=called(reading, step, base.notes),
        network=reading.network(mean.rule, mean.reduction),
        presumed=mean,
        forward_ok=True,
        diagnosis=diagnosis,
        wrong_line=line_of(diagnosis, reading, step, gradients),
    )
