"""An L2 penalty that the step holds beside the one in the loss that the program computes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.recognition import MISTAKEN, LossForm, loss_forms, shared_penalty
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.watched.cases import diagnosis_of
from clearprop.check.script.watched.descent import Agreement
from clearprop.check.script.watched.losses import same_direction
from clearprop.check.script.watched.naming import rates_written
from clearprop.check.script.watched.nets import taken
from clearprop.check.script.watched.right import called
from clearprop.check.script.watched.wrong_line import line_of

SAME = 1e-6
FEW = 50
"""Single numbers of a step, among which one is a loss by no chance."""
ENOUGH, HANDFUL = 2, 10
"""Steps in which a loss is found, or numbers among which it is in one of them, by no chance."""


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
    return with_another(base, followed) or with_none(base, followed)


def with_another(
    base: SubmissionReport, followed: Sequence[Sequence[Agreement]]
) -> SubmissionReport | None:
    """Return the report on steps whose penalty is a multiple of that of the loss; else None."""
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
    if first.times == 1 or any(told.times != first.times for _, told in found):
        return None
    return wrong_in(base, agreement, first)


def with_none(
    base: SubmissionReport, followed: Sequence[Sequence[Agreement]]
) -> SubmissionReport | None:
    """Return the report on steps without any penalty, where every loss holds one; else None.

    A number of each of several steps is such a loss, with one λ.
    """
    steps = [each[0] for each in followed if each]
    plain = not any(each.penalty or each.lasso or each.optimizer for each in steps)
    if len(steps) < ENOUGH or not plain:
        return None
    numbers, squares = [numbers_of(each) for each in steps], [squares_of(each) for each in steps]
    for alike in zip(*map(forms_beside, steps), strict=False):
        form, _, rate, _ = alike[0]
        if any(other != form for other, *_ in alike):
            break
        penalty = shared_penalty(numbers, [value for _, value, _, _ in alike], squares)
        if penalty is not None:
            return wrong_in(base, steps[0], Penalized(form, rate, penalty, 0.0))
    return None


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
    written = rates_written(found.reading, found.step)[:-1]
    forms = list(forms_beside(found))
    for times in (1.0, *MISTAKEN, float(net.m), 1 / net.m):
        for form, value, rate, penalty in forms:
            expected = value + penalty / times * squares / 2
            if not np.any(np.abs(numbers - expected) <= SAME * abs(expected)):
                continue
            if times == 1 or any(abs(rate / each - 1) <= SAME for each in written):
                return Penalized(form, rate, penalty / times, times)
    return None


def numbers_of(found: Agreement) -> FloatArray:
    """Return the single numbers of a step; nothing where one of them is a loss by chance."""
    numbers = found.step.numbers[np.isfinite(found.step.numbers)]
    return numbers if len(numbers) <= FEW else numbers[:0]


def squares_of(found: Agreement) -> float:
    """Return Σ W² before a step."""
    net = found.reading.net
    return sum(float(np.sum(net.params[name] ** 2)) for name in taken(net) if name[0] == "W")


def forms_beside(found: Agreement) -> list[tuple[LossForm, float, float, float]]:
    """Return the losses of the step's direction: each with its value, η, and the λ of the step."""
    reading = found.reading
    m, K = reading.output.shape
    summed = float(found.form.rule.value(reading.output, reading.Y).sum())
    told = []
    for form in loss_forms(reading.activations[-1]):
        if not same_direction(form, found.form) or not summed:
            continue
        total = float(form.rule.value(reading.output, reading.Y).sum())
        value = total * form.factor(K) / (m if form.reduction == "mean" else 1)
        share = value / summed
        if np.isfinite(share) and share:
            told.append((form, value, found.rate / share, found.penalty * share))
    return told
