"""What one step of few numbers cannot show, several steps show together.

A single output of a single sample is an error of one number: another target, or another rate, makes
any step right or wrong. The same mistake with the same η in every step is no chance.
"""

import itertools
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from clearprop._errors import InputError
from clearprop._typing import FloatArray
from clearprop.check.diagnosis import Diagnosis, Finding
from clearprop.check.script.observed import ObservedStep
from clearprop.check.script.recognition import LossForm
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.watched.cases import diagnosis_of
from clearprop.check.script.watched.directions import directions
from clearprop.check.script.watched.multiples import ratio
from clearprop.check.script.watched.nets import nets, taken
from clearprop.check.script.watched.rates_tried import distinct, rates_written
from clearprop.check.script.watched.reading import Reading, readings
from clearprop.check.script.watched.right import called
from clearprop.check.script.watched.wrong_line import line_added, line_of

ENOUGH, MANY = 3, 6
"""Steps in which the same mistake is no chance; numbers of which two steps are enough."""
MAX_NUMBERS = 300
"""Of a network that is looked at so."""
MAX_READINGS, MAX_FORMS, MAX_RATES = 8, 2, 6
SECONDS = 2.0
"""Of processor time."""
FITTED = ("multiple", "count", "nothing", "penalty")
"""What mistakes leave of arrays of few numbers that any of them can be fitted with."""


def wrong_together(
    base: SubmissionReport, steps: Sequence[ObservedStep], until: float = math.inf
) -> SubmissionReport | None:
    """Return the report on steps that one mistake explains, all with one η; None of others.

    It is looked for until this processor time.
    """
    if not steps or numbers_in(steps[0]) > MAX_NUMBERS:
        return None
    if len(steps) < (2 if numbers_in(steps[0]) >= MANY else ENOUGH):
        return None
    until = min(until, time.process_time() + SECONDS)
    first, *others = steps
    known = [list(some_readings(step)) for step in others]
    written = [r for some, step in zip(known, others, strict=True) for r in rates_in(some, step)]
    for reading in some_readings(first):
        for form, rate in candidates(reading, first, written):
            if time.process_time() > until:
                return None
            for diagnosis in explained(reading, form, rate):
                names = named(diagnosis.findings)
                if all(
                    any(is_so_too(other, reading, form, rate, names) for other in some)
                    for some in known
                ):
                    return report_on(base, reading, first, form, diagnosis)
    return None


def numbers_in(step: ObservedStep) -> int:
    """Return how many weights a step changes."""
    return sum(layer.weights.before.size for layer in step.layers)


def some_readings(step: ObservedStep) -> Iterator[Reading]:
    """Yield the likeliest readings of a step."""
    each = (reading for net, runs in nets(step) for reading in readings(net, runs))
    return itertools.islice(each, MAX_READINGS)


def rates_in(readings: Sequence[Reading], step: ObservedStep) -> list[float]:
    """Return the numbers that a step was multiplied by."""
    return [] if not readings else [r for r in rates_written(readings[0], step)[:-1] if r != 1]


def candidates(
    reading: Reading, step: ObservedStep, elsewhere: Sequence[float]
) -> Iterator[tuple[LossForm, float]]:
    """Yield losses and η: that of an array beside the right one, and those that are written.

    `elsewhere` are those of other steps: in the first, a number may not have been followed yet.
    """
    given = {name: array for name, array in taken(reading.net).items() if array.any()}
    written = distinct([*rates_in([reading], step), *elsewhere])
    for form in itertools.islice(directions(reading), MAX_FORMS):
        right = reading.right(form)
        shown = [ratio(array, right[name]) for name, array in given.items()]
        rates = [abs(rate) for rate in shown if rate]
        usual = [rate * times for rate in written for times in (1, 2, 0.5)]
        for rate in distinct([*rates, *usual])[:MAX_RATES]:
            yield form, rate


def explained(reading: Reading, form: LossForm, rate: float) -> Iterator[Diagnosis]:
    """Yield a diagnosis for each way in which mistakes not fitted to a step explain all of it.

    With some numbers, two give the same: (a − y) a (1 − a) is a (1 − a²) at y = −1.
    """
    given = changed(reading)
    if not given:
        return
    gradients = {name: array / rate for name, array in given.items()}
    try:
        diagnosis = diagnosis_of(reading, gradients, form, rate, quickly=True)
    except InputError:
        return
    if not diagnosis.findings or diagnosis.unexplained or diagnosis.factor not in (1, -1):
        return
    explanations = (diagnosis.findings, *diagnosis.alternatives)
    if all(each.mistake.leaves not in FITTED for findings in explanations for each in findings):
        for findings in explanations:
            yield replace(diagnosis, findings=findings, alternatives=())


def changed(reading: Reading) -> dict[str, FloatArray]:
    """Return what was taken off the parameters that changed at all."""
    return {name: array for name, array in taken(reading.net).items() if array.any()}


def named(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return the names of the mistakes."""
    return tuple(sorted(finding.name for finding in findings))


def is_so_too(
    other: Reading, reading: Reading, form: LossForm, rate: float, names: tuple[str, ...]
) -> bool:
    """Return whether another step of the same network is explained by the same mistakes and η."""
    if other.activations != reading.activations:
        return False
    return any(named(each.findings) == names for each in explained(other, form, rate))


def report_on(
    base: SubmissionReport,
    reading: Reading,
    step: ObservedStep,
    form: LossForm,
    diagnosis: Diagnosis,
) -> SubmissionReport:
    """Return the report, by the first of the steps."""
    is_sign = [each.mistake.leaves for each in diagnosis.findings] == ["opposite"]
    return replace(
        base,
        called=called(reading, step, base.notes),
        network=reading.network(form.rule, form.reduction),
        presumed=form,
        forward_ok=True,
        diagnosis=diagnosis,
        wrong_line=(
            line_added(reading, step, form, diagnosis)
            if is_sign
            else line_of(diagnosis, reading, step, taken(reading.net))
        ),
    )
