"""Name the mistake in a step that goes down no right gradient."""

import itertools
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from clearprop._errors import InputError
from clearprop._typing import FloatArray
from clearprop.backprop.descent import Reduction
from clearprop.check.diagnosis import Diagnosis
from clearprop.check.script.observed import ObservedStep
from clearprop.check.script.recognition import LossForm
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.watched.behind import gradients_behind
from clearprop.check.script.watched.cases import diagnosis_of
from clearprop.check.script.watched.directions import directions
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
from clearprop.check.script.watched.reading import Reading
from clearprop.check.script.watched.right import called, scale_of
from clearprop.check.script.watched.row_convention import ones_column
from clearprop.check.script.watched.sources import sources_of, stem
from clearprop.check.script.watched.unread import (
    NOTHING_CHANGED,
    TOO_COARSE,
    not_recognised,
    not_understood,
)
from clearprop.check.script.watched.weight_decay import beside_penalty
from clearprop.check.script.watched.wrong_line import line_added, line_of
from clearprop.check.search import MAX_MISTAKES

MAX_DIAGNOSES = 6
MAX_FORMS = 3
"""Losses that are tried."""
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


def wrong_report(
    base: SubmissionReport, outcome: Outcome, *, quickly: bool = False, until: float = math.inf
) -> SubmissionReport:
    """Return the report on a step that goes down no right gradient.

    `quickly`, only single mistakes are looked for, under the two likeliest losses. After the
    processor time `until` what was found by then is told.
    """
    reading, step = outcome.reading, outcome.step
    given = taken(reading.net)
    if not given or not any(array.any() for array in given.values()):
        return replace(base, unread=NOTHING_CHANGED)
    are_few = has_few_numbers(reading.net) or (reading.net.depth > 1 and shows_too_little(given))
    if are_few and not has_one_rate(reading, step):
        return replace(
            base, unread=not_understood(reading, branches=step.branches)
        )  # a few numbers fit by chance
    if is_of_weights_alone(reading.net, given):
        return replace(base, unread=not_understood(reading, branches=step.branches))
    if reading.net.itemsize == 2:
        return replace(base, unread=TOO_COARSE)
    printed = printed_losses(reading, step)
    if not printed and is_of_one_size(given):
        return replace(base, unread=not_understood(reading, branches=step.branches))
    named = named_gradients(reading, step)
    best: Attempt | None = None
    written = rates_written(reading, step)
    now = time.process_time()
    given = without_penalty(reading, step, given)
    waiting = [(given, form, rate) for form, rate in scaled_forms(reading, given, step, printed)]
    if named is not None:
        bare = without_penalty(reading, step, named)
        bare_ones = [(bare, form, 1.0) for _, form, _ in waiting[:2]]
        waiting = [*bare_ones, *waiting] if is_cut(given, named) else [*waiting, *bare_ones]
    waiting = [*behind_optimizer(reading, given, step, printed), *waiting]
    if quickly:
        waiting = waiting[:2]
    for tried in itertools.count():
        late = min(until, now + SECONDS * (PATIENCE if best is None else 1))
        if not waiting or (tried and time.process_time() > late):
            break
        arrays, form, rate = waiting.pop(0)
        gradients = {name: array / rate for name, array in arrays.items()}
        try:
            before = {name: array / rate for name, array in (outcome.previous or {}).items()}
            diagnosis = diagnosis_of(
                reading,
                gradients,
                form,
                abs(rate),
                previous=before or None,
                taken=taken(reading.net),
                quickly=quickly,
                most=most_worth(best),
                until=until,
            )
        except InputError:
            continue
        if diagnosis.factor not in (1, 0):  # a common factor of a step is its learning rate
            waiting.insert(0, (arrays, form, rate * abs(diagnosis.factor)))
            if diagnosis.factor != -1:
                continue
        times = None if step.by_hand else common_ratio(diagnosis)
        if times is not None and times < 0 and abs(times + 1) > CUT:
            waiting.insert(0, (arrays, form, rate * abs(times)))
            continue
        if diagnosis.ok or is_no_mistake(diagnosis) or is_any_number(diagnosis):
            continue
        if is_turned_by_the_target(diagnosis, reading, printed):
            waiting.insert(0, ({name: -array for name, array in arrays.items()}, form, rate))
            continue
        unwritten = not any(abs(rate - each) <= 1e-6 * each for each in written)
        usual = form in printed if printed else form.reduction == "mean"
        worth = assumed(diagnosis, unwritten=unwritten, unusual=not usual)
        if best is None or worth < best.worth:
            best = Attempt(worth, form, diagnosis, gradients)
        some_right = worth[2] < len(diagnosis.arrays)
        if not worth[0] and worth[1] == 1 and some_right and not unwritten and usual:
            break
    if best is None:
        return replace(base, unread=not_recognised(step))
    form, diagnosis = best.form, best.diagnosis
    unexplained = best.worth[0]
    if unexplained and not is_wrong_without_name(reading, step, diagnosis, best.gradients, form):
        return replace(base, unread=not_understood(reading, branches=step.branches))
    known = [each for each in printed if same_direction(each, form)]
    if is_far_fetched(diagnosis) or (are_few and not is_told_by_few(best, written)):
        return replace(base, unread=not_understood(reading, branches=step.branches))
    only_sign = [each.mistake.leaves for each in diagnosis.findings] == ["opposite"]
    if only_sign and reading.output.size == 1 and not known:
        return replace(
            base, unread=not_understood(reading, branches=step.branches)
        )  # another target turns the sign
    return replace(
        base,
        called=called(reading, step, base.notes),
        network=reading.network(form.rule, form.reduction),
        loss=known[0] if known else None,
        presumed=form,
        forward_ok=True,
        diagnosis=diagnosis,
        wrong_line=(
            line_added(reading, step, form, diagnosis)
            if only_sign
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


def without_penalty(
    reading: Reading, step: ObservedStep, given: dict[str, FloatArray]
) -> dict[str, FloatArray]:
    """Return what was taken off without λ W, where a right array shows that the step holds it.

    A step may go up beside it. What is only handed out, W − η ∂E/∂W, is no gradient that does.
    """
    net = reading.net
    for form in itertools.islice(directions(reading), MAX_FORMS):
        right = reading.right(form)
        for name, array in given.items():
            found = beside_penalty(net, name, array, right[name]) if name[0] == "W" else None
            if found is None or (found.decay <= 0 and found.lasso <= 0):
                continue
            if found.rate > 0 or (found.rate < 0 and not step.by_hand):
                return {
                    each: taken_off
                    - found.decay * penalized(net, each, given)
                    - found.lasso * np.sign(penalized(net, each, given))
                    for each, taken_off in given.items()
                }
    return given


def penalized(net: Net, name: str, given: dict[str, FloatArray]) -> FloatArray:
    """Return the parameters that a penalty holds: no biases, nor what multiplies a column of 1."""
    theta = net.params[name].copy()
    ones = ones_column(net.entering[0]) if name == "W1" and "b1" not in given else None
    if name[0] == "b":
        theta[...] = 0
    elif ones is not None:
        theta[ones] = 0
    return theta


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


def behind_optimizer(
    reading: Reading,
    given: dict[str, FloatArray],
    step: ObservedStep,
    printed: Sequence[LossForm],
) -> Iterator[tuple[dict[str, FloatArray], LossForm, float]]:
    """Yield the gradients behind a step that is no multiple of one, with their loss and factor."""
    m, forms = reading.net.m, list(itertools.islice(directions(reading), MAX_FORMS))
    if any(has_right_arrays(reading, given, form) for form in forms):
        return
    for form in forms:
        found = gradients_behind(reading, step, reading.right(form))
        if found is not None:
            arrays, rates = found
            mean = replace(form, reduction="mean")
            pairs = [as_printed(mean, rate * m, printed, reading) for rate in rates]
            pairs.sort(key=lambda pair: abs(pair[1] - 1) > 1e-6)  # a gradient is rarely scaled
            for each, rate in pairs:
                yield arrays, each, rate
            for rate in rates[:1]:
                yield arrays, form, rate


def scaled_forms(
    reading: Reading,
    given: dict[str, FloatArray],
    step: ObservedStep,
    printed: Sequence[LossForm],
) -> Iterator[tuple[LossForm, float]]:
    """Yield losses with the η under which as much as possible is right."""
    m = reading.net.m
    forms = list(directions(reading))
    forms.sort(key=lambda form: not has_right_arrays(reading, given, form))
    forms.sort(key=lambda form: not any(same_direction(form, each) for each in printed))
    each_form: list[list[tuple[LossForm, float]]] = []
    for form in forms[:MAX_FORMS]:
        right = reading.right(form)
        rates = []
        for name in sorted(given, key=lambda name: (-int(name[1:]), name[0] == "W")):
            factor = ratio(given[name], right[name])
            if factor and is_times(reading.net, name, given[name], factor, right[name]):
                rates.append(abs(factor))
        mean = replace(form, reduction="mean")
        each_form.append(
            [
                pair
                for rate in distinct(rates)[:2]
                for pair in ([(mean, rate * m)] if m > 1 else []) + [(form, rate)]
            ]
        )
    by_turns = itertools.chain.from_iterable(itertools.zip_longest(*each_form))
    told: list[tuple[LossForm, float]] = []  # by turns: the time may end before the last loss
    told += [pair for pair in by_turns if pair is not None]
    reductions: tuple[Reduction, ...] = ("mean", "sum") if m > 1 else ("sum",)
    told += [
        (replace(form, reduction=reduction), rate)
        for form in forms[:MAX_FORMS]
        for rate in rates_written(reading, step)[:2]
        for reduction in reductions
    ]
    if not told:
        told = [(form, 1.0) for form in forms[:2]]
    both = [each for pair in told for each in (as_printed(*pair, printed, reading), pair)]
    yield from list(dict.fromkeys(both))[: 2 * MAX_DIAGNOSES]


def as_printed(
    form: LossForm, rate: float, printed: Sequence[LossForm], reading: Reading
) -> tuple[LossForm, float]:
    """Return a loss and its η; where the program computes one that differs by a factor, that."""
    for each in printed:
        if same_direction(each, form) and not each.over_outputs:
            summed = rate / (reading.net.m if form.reduction == "mean" else 1)
            return each, summed * scale_of(each, replace(form, reduction="sum"), reading)
    return form, rate


def has_right_arrays(reading: Reading, given: dict[str, FloatArray], form: LossForm) -> bool:
    """Return whether an array of several numbers is right for a loss, up to its learning rate."""
    right = reading.right(form)
    for name, array in given.items():
        factor = ratio(array, right[name]) if array.size > 1 else None
        if factor and is_times(reading.net, name, array, factor, right[name]):
            return True
    return False


def distinct(rates: Sequence[float]) -> list[float]:
    """Return numbers without those that equal an earlier one."""
    kept: list[float] = []
    for rate in rates:
        if not any(abs(rate - other) <= 1e-6 * abs(other) for other in kept):
            kept.append(rate)
    return kept


def has_few_numbers(net: Net) -> bool:
    """Return whether one sample has one number only where it enters weights: the rest is multiples.

    So it is of a chain of single units, and of numbers that all are multiplied by one, as the
    velocities of momentum are.
    """
    single = net.depth == 1 or max(net.sizes) == 1
    return net.m == 1 == net.sizes[0] and single and net.depth + max(net.sizes) > 2


def rates_written(reading: Reading, step: ObservedStep) -> list[float]:
    """Return the numbers that multiplied an array on its way into the step, the commonest first."""
    counts: dict[float, int] = {}
    for name in taken(reading.net):
        for rate in (each.rate for each in sources_of(reading.net, step, name)):
            if rate is not None and 0 < abs(rate) < np.inf:
                counts[abs(rate)] = counts.get(abs(rate), 0) + 1
    return [*sorted(counts, key=lambda rate: -counts[rate]), 1.0]


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
