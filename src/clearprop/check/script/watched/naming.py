"""Name the mistake in a step that goes down no right gradient."""

import itertools
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from clearprop._errors import InputError
from clearprop._typing import FloatArray
from clearprop.check.diagnosis import Diagnosis
from clearprop.check.script.observed import ObservedStep
from clearprop.check.script.recognition import LossForm
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.watched.cases import diagnosis_of
from clearprop.check.script.watched.doubts import (
    is_any_number,
    is_far_fetched,
    is_no_mistake,
    is_wrong_without_name,
    shows_too_little,
)
from clearprop.check.script.watched.learning_rates import CUT
from clearprop.check.script.watched.losses import printed_losses, same_direction
from clearprop.check.script.watched.multiples import is_times, ratio, size
from clearprop.check.script.watched.nets import Net, taken
from clearprop.check.script.watched.rates_tried import (
    behind_optimizer,
    rates_written,
    scaled_forms,
    without_penalty,
)
from clearprop.check.script.watched.reading import Reading
from clearprop.check.script.watched.right import called
from clearprop.check.script.watched.sources import sources_of, stem
from clearprop.check.script.watched.unread import (
    NOTHING_CHANGED,
    TOO_COARSE,
    not_recognised,
    not_understood,
)
from clearprop.check.script.watched.wrong_line import line_added, line_of
from clearprop.check.search import MAX_MISTAKES

SECONDS = 2.0
"""Of processor time, in which a mistake is looked for."""
EQUAL = 1e-9
"""Relative difference of numbers that are one."""
PATIENCE = 4
"""So many times as long is looked where none is found."""


@dataclass(frozen=True)
class Outcome:
    """A step that follows no right gradient."""

    reading: Reading
    step: ObservedStep
    previous: dict[str, FloatArray] | None = None
    """What the step before took off the parameters."""


class Attempt(NamedTuple):
    """A diagnosis under one loss and one η, and what must be assumed for it."""

    worth: tuple[bool, int, int, bool, bool, bool, int]
    form: LossForm
    diagnosis: Diagnosis
    gradients: dict[str, FloatArray]


@dataclass(frozen=True)
class WrongStep:
    """A step that goes down no right gradient, and what is known of its loss and of its η."""

    outcome: Outcome
    given: dict[str, FloatArray]
    """What it took off the parameters."""
    printed: Sequence[LossForm]
    """The losses that the program computes."""
    written: Sequence[float]
    """The numbers that may be η."""

    @property
    def few(self) -> bool:
        """Whether it has so few numbers that much fits by chance."""
        net = self.outcome.reading.net
        return has_few_numbers(net) or (net.depth > 1 and shows_too_little(self.given))


def wrong_report(
    base: SubmissionReport, outcome: Outcome, *, quickly: bool = False, until: float = math.inf
) -> SubmissionReport:
    """Return the report on a step that goes down no right gradient.

    `quickly`, only single mistakes are looked for, under the two likeliest losses. After the
    processor time `until` what was found by then is told.
    """
    reading, step = outcome.reading, outcome.step
    given = taken(reading.net)
    if not any(array.any() for array in given.values()):
        return replace(base, unread=NOTHING_CHANGED)
    printed, written = printed_losses(reading, step), rates_written(reading, step)
    wrong = WrongStep(outcome, given, printed, written)
    not_known = not_understood(reading, branches=step.branches)
    if says_nothing(wrong):
        return replace(base, unread=not_known)
    if reading.net.itemsize == 2:
        return replace(base, unread=TOO_COARSE)
    best = likeliest(wrong, quickly=quickly, until=until)
    if best is None:
        return replace(base, unread=not_recognised(step))
    if is_doubtful(wrong, best):
        return replace(base, unread=not_known)
    return report_on(base, wrong, best)


def says_nothing(wrong: WrongStep) -> bool:
    """Return whether nothing can be told of a step: what it shows fits any gradient."""
    reading, step = wrong.outcome.reading, wrong.outcome.step
    if wrong.few and not has_one_rate(reading, step):
        return True
    if not wrong.printed and is_of_one_size(wrong.given):
        return True
    return is_of_weights_alone(reading.net, wrong.given)


Trial = tuple[dict[str, FloatArray], LossForm, float]
"""Arrays that may be η times a gradient, of this loss, with this η."""


def trials(wrong: WrongStep) -> list[Trial]:
    """Return what may be η times a gradient, under the losses and with the η that are likely."""
    reading, step, printed = wrong.outcome.reading, wrong.outcome.step, wrong.printed
    given = without_penalty(reading, step, wrong.given)
    waiting = [(given, form, rate) for form, rate in scaled_forms(reading, given, step, printed)]
    named = named_gradients(reading, step)
    if named is not None:
        bare = without_penalty(reading, step, named)
        bare_ones = [(bare, form, 1.0) for _, form, _ in waiting[:2]]
        waiting = [*bare_ones, *waiting] if is_cut(given, named) else [*waiting, *bare_ones]
    return [*behind_optimizer(reading, given, step, printed), *waiting]


def likeliest(wrong: WrongStep, *, quickly: bool, until: float) -> Attempt | None:
    """Return the diagnosis for which least must be assumed; None where there is none."""
    now, best = time.process_time(), None
    waiting = trials(wrong)[: 2 if quickly else None]
    for tried in itertools.count():
        late = min(until, now + SECONDS * (PATIENCE if best is None else 1))
        if not waiting or (tried and time.process_time() > late):
            break
        trial = waiting.pop(0)
        diagnosis = diagnosed(wrong, trial, most_worth(best), quickly=quickly, until=until)
        if diagnosis is None:
            continue
        other = instead(wrong, trial, diagnosis)
        if other is not None:
            waiting.insert(0, other)
        elif not (diagnosis.ok or is_no_mistake(diagnosis) or is_any_number(diagnosis)):
            attempt, is_plain = attempted(wrong, trial, diagnosis)
            best = attempt if best is None or attempt.worth < best.worth else best
            if is_plain:
                break
    return best


def diagnosed(
    wrong: WrongStep, trial: Trial, most: int, *, quickly: bool, until: float
) -> Diagnosis | None:
    """Return the diagnosis of arrays as η times a gradient; None where they cannot be one."""
    arrays, form, rate = trial
    reading, before = wrong.outcome.reading, wrong.outcome.previous or {}
    try:
        return diagnosis_of(
            reading,
            {name: array / rate for name, array in arrays.items()},
            form,
            abs(rate),
            previous={name: array / rate for name, array in before.items()} or None,
            taken=wrong.given,
            quickly=quickly,
            most=most,
            until=until,
        )
    except InputError:
        return None


def instead(wrong: WrongStep, trial: Trial, diagnosis: Diagnosis) -> Trial | None:
    """Return what is to be looked at in the place of a diagnosis; None where that stands.

    A common factor of a step is its learning rate; and another target turns its sign.
    """
    arrays, form, rate = trial
    if diagnosis.factor not in (1, 0, -1):
        return arrays, form, rate * abs(diagnosis.factor)
    times = None if wrong.outcome.step.by_hand else common_ratio(diagnosis)
    if times is not None and times < 0 and abs(times + 1) > CUT:
        return arrays, form, rate * abs(times)
    if diagnosis.ok or is_no_mistake(diagnosis) or is_any_number(diagnosis):
        return None
    if is_turned_by_the_target(diagnosis, wrong.outcome.reading, wrong.printed):
        return {name: -array for name, array in arrays.items()}, form, rate
    return None


def attempted(wrong: WrongStep, trial: Trial, diagnosis: Diagnosis) -> tuple[Attempt, bool]:
    """Return a diagnosis with what it assumes, and whether that is nothing."""
    arrays, form, rate = trial
    unwritten = not any(abs(rate - each) <= 1e-6 * each for each in wrong.written)
    usual = form in wrong.printed if wrong.printed else form.reduction == "mean"
    worth = assumed(diagnosis, unwritten=unwritten, unusual=not usual)
    gradients = {name: array / rate for name, array in arrays.items()}
    some_right = worth[2] < len(diagnosis.arrays)
    is_plain = not worth[0] and worth[1] == 1 and some_right and not unwritten and usual
    return Attempt(worth, form, diagnosis, gradients), is_plain


def is_doubtful(wrong: WrongStep, best: Attempt) -> bool:
    """Return whether something else than a mistake may have made the step."""
    reading, step, diagnosis = wrong.outcome.reading, wrong.outcome.step, best.diagnosis
    unexplained = best.worth[0]
    if unexplained and not is_wrong_without_name(
        reading, step, diagnosis, best.gradients, best.form
    ):
        return True
    if is_far_fetched(diagnosis) or (wrong.few and not is_told_by_few(best, wrong.written)):
        return True
    is_known = any(same_direction(each, best.form) for each in wrong.printed)
    return is_of_sign(diagnosis) and reading.output.size == 1 and not is_known


def is_of_sign(diagnosis: Diagnosis) -> bool:
    """Return whether the sign is all that is wrong."""
    return [each.mistake.leaves for each in diagnosis.findings] == ["opposite"]


def report_on(base: SubmissionReport, wrong: WrongStep, best: Attempt) -> SubmissionReport:
    """Return the report with a diagnosis, and the line where the wrong value is computed."""
    reading, step = wrong.outcome.reading, wrong.outcome.step
    form, diagnosis = best.form, best.diagnosis
    known = next((each for each in wrong.printed if same_direction(each, form)), None)
    return replace(
        base,
        called=called(reading, step, base.notes),
        network=reading.network(form.rule, form.reduction),
        loss=known,
        presumed=form,
        forward_ok=True,
        diagnosis=diagnosis,
        wrong_line=(
            line_added(reading, step, form, diagnosis)
            if is_of_sign(diagnosis)
            else line_of(diagnosis, reading, step, best.gradients)
        ),
    )


def common_ratio(diagnosis: Diagnosis) -> float | None:
    """Return the number that every array is times the right one; None where there is none."""
    ratios = [each.ratio for each in diagnosis.arrays if each.ratio is not None]
    if not ratios or len(ratios) < len(diagnosis.arrays) or 0 in ratios:
        return None
    return ratios[0] if all(abs(each / ratios[0] - 1) < CUT for each in ratios) else None


def has_one_rate(reading: Reading, step: ObservedStep) -> bool:
    """Return whether one number, η perhaps, is what all steps were made with."""
    rates = [
        {abs(each.rate) for each in sources_of(reading.net, step, name) if each.rate}
        for name in taken(reading.net)
    ]
    return bool(rates) and bool(set.intersection(*rates))


def is_told_by_few(found: Attempt, written: Sequence[float]) -> bool:
    """Return whether a few numbers show a mistake below the output, where they show η.

    The output layer is right at an η that is written, and what is wrong below is no plain multiple,
    which an η of its own would be, but exactly what one slip makes of it with that η.
    """
    unexplained, count, wrong, unwritten, _, above, _ = found.worth
    if unexplained or count != 1 or above or wrong == len(found.diagnosis.arrays):
        return False
    (finding,) = found.diagnosis.findings
    rates = [*written, *(2 * rate for rate in written)]  # of (a − y)², or of half of it
    numbers = finding.settings.values()  # one of its own would fit anything
    if not numbers and unwritten:
        return False
    if not all(any(abs(each - rate) <= EQUAL * rate for rate in rates) for each in numbers):
        return False
    depth = max(int(array.name[2:]) for array in found.diagnosis.arrays)
    return not finding.mistake.leaves and bool(finding.layers) and min(finding.layers) < depth


def most_worth(best: Attempt | None) -> int:
    """Return how many mistakes another diagnosis may assume and still be likelier than the best."""
    return MAX_MISTAKES if best is None or best.worth[0] else best.worth[1]


def is_of_one_size(given: dict[str, FloatArray]) -> bool:
    """Return whether all that is taken off is one number up to its sign: what it was cut to."""
    sizes = np.concatenate([np.abs(array).ravel() for array in given.values()])
    return len(sizes) > 1 and float(np.ptp(sizes)) <= EQUAL * float(sizes.max())


def is_of_weights_alone(net: Net, given: dict[str, FloatArray]) -> bool:
    """Return whether all that is taken off is a multiple of the weights: no gradient is seen in it.

    Targets that a program computes with may look like weights that are changed so.
    """
    factors = {name: ratio(array, net.params[name]) for name, array in given.items() if array.any()}
    tells = any(given[name].size > 1 and not is_constant(given[name]) for name in factors)
    return tells and all(
        factor is not None and is_times(net, name, given[name], factor, net.params[name])
        for name, factor in factors.items()
    )


def is_turned_by_the_target(
    diagnosis: Diagnosis, reading: Reading, printed: Sequence[LossForm]
) -> bool:
    """Return whether the sign of a whole step is wrong beside something else, of a single output.

    Another target turns the sign of all of it: only a loss that is computed shows which it is.
    """
    whole = [each.mistake.leaves == "opposite" and not each.layers for each in diagnosis.findings]
    return reading.output.size == 1 and not printed and any(whole) and not all(whole)


def named_gradients(reading: Reading, step: ObservedStep) -> dict[str, FloatArray] | None:
    """Return the arrays that a step was made of which bear a name in the program; None without.

    Of several, such as a gradient and a velocity, it is the one nearest to the backward pass whose
    name all arrays share but for what says whose it is: gW and gb, or dW1 and db2.
    """
    pieces = [piece for layer in step.layers for piece in (layer.weights, layer.bias)]
    parameters = {stem(piece.place) for piece in pieces if piece is not None}
    kept = {
        name: {
            stem(each.place): each.array
            for each in sources_of(reading.net, step, name)
            if each.place and stem(each.place) not in parameters and not is_constant(each.array)
        }
        for name in taken(reading.net)
    }
    for each in reversed(next(iter(kept.values()), {})):
        if all(each in arrays for arrays in kept.values()):
            return {name: arrays[each] for name, arrays in kept.items()}
    if any(len(arrays) != 1 for arrays in kept.values()):
        return None
    return {name: array for name, arrays in kept.items() for array in arrays.values()}


def is_cut(given: dict[str, FloatArray], named: dict[str, FloatArray]) -> bool:
    """Return whether a step is the named gradients, each times a number of its own.

    Each is cut to a length, or divided by it: what is wrong is to be seen in them alone.
    """
    factors = []
    for name, array in given.items():
        factor = ratio(array, named[name]) if name in named and array.size > 1 else None
        if factor is None:
            continue
        if size(array - factor * named[name]) > CUT * size(array):
            return False
        factors.append(factor)
    return len(factors) > 1 and max(factors) - min(factors) > CUT * max(map(abs, factors))


def is_constant(array: FloatArray) -> bool:
    """Return whether all of several numbers are one, such as a learning rate spread out."""
    return array.size > 1 and bool((array == array.ravel()[0]).all())


def has_few_numbers(net: Net) -> bool:
    """Return whether one sample has one number only where it enters weights: the rest is multiples.

    So it is of a chain of single units, and of numbers that all are multiplied by one, as the
    velocities of momentum are.
    """
    single = net.depth == 1 or max(net.sizes) == 1
    return net.m == 1 == net.sizes[0] and single and net.depth + max(net.sizes) > 2


def assumed(
    diagnosis: Diagnosis, *, unwritten: bool, unusual: bool
) -> tuple[bool, int, int, bool, bool, bool, int]:
    """Return how much must be assumed for a diagnosis to be true; less is likelier.

    An output layer that is wrong above right layers is less likely than one that is right: what is
    wrong on the way back spoils what comes below.

    `unwritten` is true where its η is none of the numbers that the program multiplies by,
    `unusual` where its loss is not the one that is printed, nor a mean where none is.
    """
    unexplained = not diagnosis.ok and (not diagnosis.findings or bool(diagnosis.unexplained))
    ranks = sum(finding.mistake.rank for finding in diagnosis.findings)
    count = len(diagnosis.findings) + (diagnosis.factor != 1)
    wrong = sum(not array.right for array in diagnosis.arrays)
    top = max(diagnosis.arrays, key=lambda array: int(array.name[2:])).name[2:]
    above = any(not array.right and array.name[2:] == top for array in diagnosis.arrays)
    return unexplained, count, wrong, unwritten, unusual, above, ranks
