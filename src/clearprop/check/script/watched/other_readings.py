"""The mistake in another step, or under another reading, where the likeliest shows none."""

import itertools
import time
from collections.abc import Iterator, Sequence

from clearprop.check.diagnosis import Diagnosis
from clearprop.check.script.observed import ObservedStep
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.watched.following import MAX_READINGS, SECONDS
from clearprop.check.script.watched.naming import Outcome, wrong_report
from clearprop.check.script.watched.nets import nets
from clearprop.check.script.watched.reading import Reading, readings

SECONDS_OF_OTHERS = 2.0
"""Of processor time, in which other readings than the likeliest are looked at."""


def first_read(
    base: SubmissionReport, outcomes: Sequence[Outcome], until: float
) -> SubmissionReport:
    """Return the report on the first of these steps of which something can be said."""
    others_until = min(until, time.process_time() + SECONDS)
    report = wrong_report(base, outcomes[0], until=until)
    for outcome in outcomes[1:]:
        if report.unread is None or time.process_time() > others_until:
            break
        report = wrong_report(base, outcome, until=until)
    return report


def by_another_reading(
    base: SubmissionReport, outcome: Outcome, until: float
) -> SubmissionReport | None:
    """Return the report on the reading of a step that one mistake explains; None without any.

    The likeliest reading may be that of test data, or of the last sample alone.
    """
    until = min(until, time.process_time() + SECONDS_OF_OTHERS)
    for reading in other_readings(outcome.step):
        if time.process_time() > until:
            break
        report = wrong_report(base, Outcome(reading, outcome.step), quickly=True, until=until)
        diagnosis = report.diagnosis
        if report.unread is None and diagnosis is not None and is_plain(diagnosis):
            return report
    return None


def is_plain(diagnosis: Diagnosis) -> bool:
    """Return whether one mistake accounts for everything, and leaves something right."""
    some_right = any(array.right for array in diagnosis.arrays)
    alone = len(diagnosis.findings) == 1 and diagnosis.factor == 1
    if not alone or diagnosis.unexplained:
        return False
    return some_right or diagnosis.findings[0].mistake.spoils_outputs


def other_readings(step: ObservedStep) -> Iterator[Reading]:
    """Yield, of each choice of samples, one reading for each output; most samples first."""
    for net, runs in sorted(nets(step), key=lambda pair: -pair[0].m):
        told = set()
        for reading in itertools.islice(readings(net, runs, made_up=step.made_up), MAX_READINGS):
            if reading.activations[-1].name not in told:
                told.add(reading.activations[-1].name)
                yield reading
