"""An L2 penalty that the step holds beside the one in the loss that the program computes."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.observed import ObservedStep
from clearprop.check.script.recognition import MISTAKEN, LossForm, loss_forms, shared_penalty
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.watched.cases import diagnosis_of
from clearprop.check.script.watched.descent import Agreement
from clearprop.check.script.watched.directions import directions
from clearprop.check.script.watched.losses import same_direction
from clearprop.check.script.watched.multiples import is_times
from clearprop.check.script.watched.nets import taken
from clearprop.check.script.watched.other_readings import other_readings
from clearprop.check.script.watched.rates_tried import rates_written
from clearprop.check.script.watched.reading import Reading
from clearprop.check.script.watched.right import called
from clearprop.check.script.watched.weight_decay import beside_penalty
from clearprop.check.script.watched.wrong_line import line_of

SAME, NEAR = 1e-6, 1e-4
MAX_READINGS = 12
"""Readings of a step, each with a loss, that are tried."""
FEW = 50
"""Single numbers of a step, among which one is a loss by no chance."""
MANY = 4
"""Numbers in which a penalty is told; samples above which m is no factor that was chosen."""
ENOUGH, HANDFUL = 2, 10
"""Steps in which a loss is found, or numbers among which it is in one of them, by no chance."""


GUARDED = 0.05
"""By how much a λ that is told of losses may differ for what is added where ln is taken."""
GUARDS = (1e-5, 1e-6, 1e-7, 1e-8, 1e-9)
"""What people add to what they take ln of, where it is to be seen in the loss."""


class Penalized(NamedTuple):
    """The loss that a step goes down, and the λ of ½ λ Σ W² in the number that is computed."""

    form: LossForm
    rate: float
    """η of this loss."""
    penalty: float
    times: float
    """By how much the λ of the step is larger."""


def wrong_penalty(
    base: SubmissionReport, followed: Sequence[Sequence[Agreement]]
) -> SubmissionReport | None:
    """Return the report on steps with another λ than that of the loss; None of all others.

    Where no loss is computed, or none with a penalty, any λ is weight decay.
    """
    own_way = [e[0] for e in followed if e and (e[0].optimizer or e[0].penalty)]
    return (
        with_another(base, followed)
        or with_shared(base, followed)
        or with_uneven(base, [each.step for each in own_way])
    )


def with_another(
    base: SubmissionReport, followed: Sequence[Sequence[Agreement]]
) -> SubmissionReport | None:
    """Return the report on steps whose penalty is a multiple of that of the loss; else None.

    So is one that is not on all weights.
    """
    steps = [each[0] for each in followed if each and each[0].penalty and not each[0].lasso]
    if not steps or len(steps) < len([each for each in followed if each]):
        return None
    found = [(each, told) for each in steps if (told := penalty_of_loss(each)) is not None]
    by_no_chance = len(found) >= ENOUGH or any(
        each.step.numbers.size <= HANDFUL for each, _ in found
    )
    if not found or not by_no_chance:  # a loss may be printed now and then
        return None
    agreement, first = found[0]
    even = first.times == 1 and is_on_all_weights(agreement)
    if even or any(told.times != first.times for _, told in found):
        return None
    return wrong_in(base, agreement, first)


def is_on_all_weights(found: Agreement) -> bool:
    """Return whether every layer's step holds λ W."""
    net, right = found.reading.net, found.reading.right(found.form)
    return all(
        is_times(net, name, array - found.rate * found.penalty * net.params[name], found.rate, dW)
        for name, array in taken(net).items()
        for dW in [right[name]]
        if name[0] == "W"
    )


def with_shared(
    base: SubmissionReport, followed: Sequence[Sequence[Agreement]]
) -> SubmissionReport | None:
    """Return the report on steps with another penalty than every loss, or with none; else None.

    A number of each of several steps is such a loss, with one λ.
    """
    steps = [each[0] for each in followed if each]
    if len(steps) < ENOUGH or any(each.lasso or each.optimizer for each in steps):
        return None
    numbers, squares = [numbers_of(each) for each in steps], [squares_of(each) for each in steps]
    for alike in zip(*map(forms_beside, steps), strict=False):
        form, _, rate, held = alike[0]
        if any(other != form for other, *_ in alike):
            break
        penalty = shared_penalty(numbers, [value for _, value, _, _ in alike], squares)
        if penalty is None or any(abs(each[3] - held) > SAME * abs(held) for each in alike):
            continue
        times = held / penalty
        if abs(times - 1) <= GUARDED:
            return None
        if not times or is_written(rate, steps[0]):
            return wrong_in(base, steps[0], Penalized(form, rate, penalty, times))
    return None


def with_uneven(base: SubmissionReport, steps: Sequence[ObservedStep]) -> SubmissionReport | None:
    """Return the report on steps that hold −λ W, or m λ W beside λ W in another layer; else None.

    Where no other layer and no loss holds λ, weights may be scaled after the step.
    """
    for step in steps[:ENOUGH]:
        read = ((each, form) for each in other_readings(step) for form in directions(each))
        for reading, form in itertools.islice(read, MAX_READINGS):
            uneven = uneven_penalty(reading, form)
            if uneven is None:
                continue
            rate, penalty, is_mixed = uneven
            found = Agreement(reading, step, form, rate, penalty)
            told = penalty_of_loss(found)
            if told is None and is_mixed:
                m = reading.net.m
                told = Penalized(replace(form, reduction="mean"), rate * m, penalty / m, 1.0)
            report = wrong_in(base, found, told) if told is not None and told.times == 1 else None
            if report is not None:
                return report
    return None


def uneven_penalty(reading: Reading, form: LossForm) -> tuple[float, float, bool] | None:
    """Return η and λ of a step that holds −λ W or m λ W in a layer, and if another holds λ W.

    None of a step that holds anything else beside the right gradient.
    """
    net, right = reading.net, reading.right(form)
    rates, decays = list[float](), list[float]()
    for name, array in taken(net).items():
        found = beside_penalty(net, name, array, right[name])
        if found is None and array.size < MANY:  # too few numbers to tell
            continue
        if found is None or found.rate <= 0 or found.lasso or (name[0] == "b" and found.decay):
            return None
        rates.append(found.rate)
        if name[0] == "W" and found.decay:
            decays.append(found.decay)
    if not decays or not rates or max(rates) - min(rates) > NEAR * max(rates):
        return None
    least, largest = min(map(abs, decays)), max(map(abs, decays))
    is_opposite = min(decays) < 0 and largest - least <= NEAR * largest
    is_counted = (
        net.m > MANY
        and min(decays) > 0
        and all(
            min(abs(each / least - 1), abs(each / least / net.m - 1)) <= NEAR for each in decays
        )
        and largest > 2 * least
    )
    if not is_opposite and not is_counted:
        return None
    return rates[0], least / rates[0], max(decays) > 0


def wrong_in(
    base: SubmissionReport, agreement: Agreement, first: Penalized
) -> SubmissionReport | None:
    """Return the report on a step beside its penalized loss; None if more than the λ differs."""
    reading, step = agreement.reading, agreement.step
    gradients = {name: array / first.rate for name, array in taken(reading.net).items()}
    diagnosis = diagnosis_of(reading, gradients, first.form, penalty=first.penalty)
    if [each.mistake.leaves for each in diagnosis.findings] != ["penalty"] or diagnosis.unexplained:
        return None
    return replace(
        base,
        called=called(reading, step, base.notes),
        network=reading.network(first.form.rule, first.form.reduction),
        loss=first.form,
        presumed=first.form,
        forward_ok=True,
        diagnosis=diagnosis,
        wrong_line=line_of(diagnosis, reading, step, gradients),
    )


def penalty_of_loss(found: Agreement) -> Penalized | None:
    """Return the penalized loss among the numbers of a step; None where it cannot be told.

    One with the λ of the step is looked for first. Another λ is one only beside a learning rate
    that is written: else the loss may be that of half the errors, for one.
    """
    net, numbers, squares = found.reading.net, numbers_of(found), squares_of(found)
    if not len(numbers) or not squares:
        return None
    forms = forms_beside(found, with_guards=True)
    for times in (1.0, *MISTAKEN, float(net.m), 1 / net.m):
        for form, value, rate, penalty in forms:
            expected = value + penalty / times * squares / 2
            if not np.any(np.abs(numbers - expected) <= SAME * abs(expected)):
                continue
            if times == 1 or is_written(rate, found):
                return Penalized(form, rate, penalty / times, times)
    return None


def is_written(rate: float, found: Agreement) -> bool:
    """Return whether η is a number that the program multiplies by on its way into a step.

    A gradient that nobody takes off has none: it is that of the sum, or of the mean.
    """
    if found.step.by_hand:
        m = found.reading.net.m
        return any(abs(rate * each - 1) <= SAME for each in (1, m))
    written = rates_written(found.reading, found.step)[:-1]
    return any(abs(rate / each - 1) <= SAME for each in written)


def numbers_of(found: Agreement) -> FloatArray:
    """Return the single numbers of a step; nothing where one of them is a loss by chance.

    What a function returns beside its gradient may be a sum of two that were stored.
    """
    step = found.step
    numbers = np.concatenate([step.numbers, step.computed]) if step.by_hand else step.numbers
    numbers = numbers[np.isfinite(numbers)]
    return numbers if len(numbers) <= FEW else numbers[:0]


def squares_of(found: Agreement) -> float:
    """Return Σ W² before a step."""
    net = found.reading.net
    return sum(float(np.sum(net.params[name] ** 2)) for name in taken(net) if name[0] == "W")


def forms_beside(
    found: Agreement, *, with_guards: bool = False
) -> list[tuple[LossForm, float, float, float]]:
    """Return the losses of the step's direction: each with its value, η, and the λ of the step.

    `with_guards` a cross-entropy has several values, with what may be added where ln is taken.
    """
    reading = found.reading
    m, K = reading.output.shape
    summed = float(found.form.rule.value(reading.output, reading.Y).sum())
    told = []
    for form in loss_forms(reading.activations[-1]):
        if not same_direction(form, found.form) or not summed:
            continue
        scale = form.factor(K) / (m if form.reduction == "mean" else 1)
        total = float(form.rule.value(reading.output, reading.Y).sum())
        share = total * scale / summed
        if np.isfinite(share) and share:
            values = [total, *(guarded(form, reading) if with_guards else ())]
            told += [
                (form, value * scale, found.rate / share, found.penalty * share) for value in values
            ]
    return told


def guarded(form: LossForm, reading: Reading) -> Iterator[float]:
    """Yield what a cross-entropy is for programs that add a little to what they take ln of."""
    a, Y = reading.output, reading.Y
    rule = form.rule
    if rule.canonical is None or rule.target_kind not in ("yes_no", "class"):
        return
    for little in GUARDS:
        with np.errstate(all="ignore"):
            terms = Y * np.log(a + little)
            if rule.target_kind == "yes_no":
                terms = terms + (1 - Y) * np.log(1 - a + little)
        yield -float(terms.sum())
