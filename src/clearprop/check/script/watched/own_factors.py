"""Steps in which each array has a factor of its own, the same in every step: no optimizer's."""

from collections.abc import Sequence
from dataclasses import replace

from clearprop._errors import InputError
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.watched.cases import diagnosis_of
from clearprop.check.script.watched.descent import Agreement
from clearprop.check.script.watched.multiples import SAME, ratio, size
from clearprop.check.script.watched.nets import taken
from clearprop.check.script.watched.rates_tried import rates_written
from clearprop.check.script.watched.right import called
from clearprop.check.script.watched.sources import sources_of
from clearprop.check.script.watched.wrong_line import line_of

APART = 1e-3
"""Relative difference of what is certainly not the same in two steps."""


def wrong_factors(
    base: SubmissionReport, followed: Sequence[Sequence[Agreement]]
) -> SubmissionReport | None:
    """Return the report on steps that only look like an optimizer's; None where they may be one's.

    Of single numbers, as in a line y = m x + c, any step is a multiple of the gradient. An
    optimizer's multiples change as the gradients do; those of a forgotten 2 stay the same.
    """
    if len(followed) < 2 or not all(some and some[0].optimizer for some in followed):
        return None
    for last in followed[-1]:
        alike = (
            [e for e in some if e.form == last.form and e.reading.net.m == last.reading.net.m]
            for some in followed
        )
        steps = [some[0] for some in alike if some]
        report = of_one_loss(base, steps) if len(steps) > 1 else None
        if report is not None:
            return report
    return None


def of_one_loss(base: SubmissionReport, steps: Sequence[Agreement]) -> SubmissionReport | None:
    """Return the report on steps under one loss, if the factors of its arrays are the same."""
    factors = [factors_of(each) for each in steps]
    first, names = steps[0], list(factors[0])
    if not all(factors) or any(list(each) != names for each in factors) or len(names) < 2:
        return None
    same, usual = SAME[first.reading.net.itemsize], names[0]
    quotients = [[each[name] / each[usual] for name in names] for each in factors]
    if any(
        abs(now / before - 1) > same
        for later in quotients[1:]
        for now, before in zip(later, quotients[0], strict=True)
    ):
        return None
    sizes = [sizes_of(each, names) for each in steps]
    changes = [
        abs(now / before - 1) > APART
        for later in sizes[1:]
        for now, before in zip(later[1:], sizes[0][1:], strict=True)
    ]
    if not all(changes) or not is_of_a_mistake(quotients[0], first.reading.net.m):
        return None
    if any(are_written_so(each, names, quotients[0]) for each in steps):
        return None
    return report_on(base, first, factors[0])


def is_of_a_mistake(quotients: Sequence[float], m: int) -> bool:
    """Return whether some factors differ, and only by the 2 of a square or the m of a mean."""
    usual = [1 / 2, 2, m, 1 / m, 2 * m, 0.5 / m, m / 2, 2 / m]
    others = [each for each in quotients if abs(each - 1) > APART]
    return bool(others) and all(min(abs(q / each - 1) for each in usual) < APART for q in others)


def are_written_so(step: Agreement, names: Sequence[str], quotients: Sequence[float]) -> bool:
    """Return whether learning rates, by which a step is made, differ as the factors do."""
    rates = [last_rates(step, name) for name in names]
    return any(
        all(any(abs(each / (first * q) - 1) < APART for each in some) for some, q in pairs)
        for first in rates[0]
        for pairs in [[*zip(rates, quotients, strict=True)]]
    )


def last_rates(step: Agreement, name: str) -> list[float]:
    """Return the numbers that, times what was stored as a gradient, are what was taken off.

    Where nothing was stored, those that stand beside any array in the step.
    """
    net = step.reading.net
    given, sources = taken(net)[name], sources_of(net, step.step, name)
    stored = next((each.array for each in sources if each.place and each.array.any()), None)
    if stored is not None:
        return [size(given) / size(stored)]
    return [
        abs(each.rate)
        for each in sources
        if each.rate and abs(size(each.rate * each.array) / size(given) - 1) <= SAME[net.itemsize]
    ]


def factors_of(step: Agreement) -> dict[str, float]:
    """Return by how much each array of a step is larger than the gradient; none where one is not.

    Only factors above 0 are those of learning rates, or of numbers that were forgotten.
    """
    given, right = taken(step.reading.net), step.reading.right(step.form)
    found = {name: ratio(array, right[name]) or 0.0 for name, array in given.items()}
    fits = all(
        size(given[name] - factor * right[name])
        <= SAME[step.reading.net.itemsize] * size(given[name])
        for name, factor in found.items()
    )
    return found if fits and min(found.values(), default=0) > 0 else {}


def sizes_of(step: Agreement, names: Sequence[str]) -> list[float]:
    """Return the sizes of the gradients of arrays, as parts of that of the first one."""
    right = step.reading.right(step.form)
    return [size(right[name]) / size(right[names[0]]) for name in names]


def report_on(
    base: SubmissionReport, step: Agreement, factors: dict[str, float]
) -> SubmissionReport | None:
    """Return the report on a step with such factors: η is that of weights, or what is written."""
    reading, observed = step.reading, step.step
    form = replace(step.form, reduction="mean")
    m = reading.net.m
    weights_first = sorted(factors, key=lambda name: name[0] == "b")
    usual = min(weights_first, key=lambda name: not is_written(factors[name] * m, step))
    rate = factors[usual] * m
    gradients = {name: array / rate for name, array in taken(reading.net).items()}
    try:
        diagnosis = diagnosis_of(reading, gradients, form, rate, quickly=True)
    except InputError:
        return None
    if diagnosis.ok:
        return None
    return replace(
        base,
        called=called(reading, observed, base.notes),
        network=reading.network(form.rule, form.reduction),
        presumed=form,
        forward_ok=True,
        diagnosis=diagnosis,
        wrong_line=line_of(diagnosis, reading, observed, gradients),
    )


def is_written(rate: float, step: Agreement) -> bool:
    """Return whether η is a number that the program multiplies by, or twice that."""
    written = rates_written(step.reading, step.step)
    return any(abs(rate / (each * times) - 1) < APART for each in written for times in (1, 2))
