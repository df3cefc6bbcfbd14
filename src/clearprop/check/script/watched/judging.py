"""The verdict on a program that was watched: right, wrong in a way that has a name, or not read."""

import itertools
import math
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.diagnosis import Diagnosis
from clearprop.check.script.observed import ObservedStep, Piece, Trouble, Watched
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.watched.descent import Agreement, agreements
from clearprop.check.script.watched.differentiated import right_by_differentiation
from clearprop.check.script.watched.directions import directions
from clearprop.check.script.watched.from_error import by_given_error
from clearprop.check.script.watched.late import LATE, with_later_changes
from clearprop.check.script.watched.losses import losses_of_samples, printed_losses, same_direction
from clearprop.check.script.watched.momentum import is_never_set_to_0, with_momentum
from clearprop.check.script.watched.multiples import is_times, ratio
from clearprop.check.script.watched.naming import Outcome, rates_written, wrong_report
from clearprop.check.script.watched.paired import by_pairs
from clearprop.check.script.watched.partly_right import (
    wrong_by_differentiation,
    wrong_with_another_output,
)
from clearprop.check.script.watched.penalties import wrong_penalty
from clearprop.check.script.watched.perceptron import by_perceptron_rule
from clearprop.check.script.watched.reading import Reading, nets, readings, taken, weighted_sum
from clearprop.check.script.watched.right import right_report
from clearprop.check.script.watched.together import wrong_together
from clearprop.check.script.watched.unread import (
    BENEATH,
    LACKING,
    TOO_LARGE,
    not_recognised,
    not_understood,
    nothing_trained,
)

CHANGE = re.compile(r"delta|chang|updat|step", re.IGNORECASE)
"""Names of what is added to weights."""
MAX_READINGS, LIKELIEST = 24, 6
"""Readings of a step, and of each of its nets before those of another are looked at."""
SECONDS_OF_OTHERS = 2.0
"""Of processor time, in which other readings than the likeliest are looked at."""
SECONDS_OF_LATE, LATE_STEPS = 0.5, 2
"""Of processor time, in which steps are looked at that may be taken late; and how many show it."""
SECONDS = 4.0
"""Of processor time, after which no other reading, and no other step, is looked at."""
MAX_AGREEMENTS = 40
EXACT = 1e-4
"""Relative difference of what is one factor of gradients behind an optimizer's steps."""
FLAT = 1e-9
"""f′ of an output that is at its bound."""
STEADY = 0.02
"""Relative difference of learning rates that may be one that slowly falls."""


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


def training_judged(
    watched: Watched, path: str, *, names: bool, seconds: float, adds: bool = False
) -> SubmissionReport:
    """Return the verdict on the steps of a program."""
    until = time.process_time() + seconds
    base = SubmissionReport(path, notes=tuple(watched.made_up))
    followed, unexplained = without_pieces(*looked_through(watched.steps, until))
    partial = any(step.partial for step in watched.steps)
    deeper = unread_layers(watched.steps, followed)
    beneath = deeper is None and rests_on_others(watched.steps)
    if followed and not unexplained and not partial and deeper is None and not beneath:
        kept = steady(followed)
        is_sure = not is_open(kept.reading) or is_told(kept, followed, computes_a_loss(watched))
        if is_sure and not is_of_saturated_outputs(kept):
            beside = wrong_with_another_output(base, watched)
            return beside or wrong_penalty(base, followed) or right_report(base, kept)
        derived = right_by_differentiation(base, watched)
        if derived is not None:
            return derived
        open_one = replace(base, unread=not_understood(kept.reading))
        return (wrong_together(base, watched.steps, until) if names else None) or open_one
    perceptron = by_perceptron_rule(base, watched)
    if perceptron is not None:
        return perceptron
    if watched.steps and all(is_to_be_added(step, adds=adds) for step in watched.steps):
        other = replace(watched, steps=tuple(map(added, watched.steps)))
        report = training_judged(other, path, names=names and adds, seconds=math.inf)
        if report.ok or (adds and report.diagnosis is not None):
            return report
    piles_up = bool(unexplained) and all(
        is_never_set_to_0(each.reading, each.previous) for each in unexplained
    )
    derived = None if piles_up else right_by_differentiation(base, watched)
    if derived is not None:
        return derived
    late = right_a_step_late(base, watched.steps, until) if unexplained else None
    if late is not None:
        return late
    if not watched.steps and watched.large:
        large = replace(base, unread=TOO_LARGE)
        return wrong_by_differentiation(base, watched) or large
    if not watched.steps:
        return replace(base, unread=nothing_trained(watched))
    if partial and not unexplained:
        return replace(base, unread=TOO_LARGE)
    if (deeper is not None or beneath) and not unexplained:
        why = BENEATH if deeper is None else not_recognised(deeper)
        return wrong_by_differentiation(base, watched) or replace(base, unread=why)
    if followed and not names:
        return replace(base, unread=not_understood(unexplained[0].reading))
    if len(unexplained) < len(followed):
        unexplained.reverse()
    unexplained.sort(key=left_out)
    report = (
        first_read(base, unexplained, until)
        if followed
        else replace(base, unread=not_recognised(watched.steps[0]))
    )
    if report.unread is None:
        return report
    named = by_another_reading(base, unexplained[0], until) if names and unexplained else None
    named = named or wrong_by_differentiation(base, watched)
    named = named or by_given_error(base, watched, until if names else 0.0)
    if named is None and names and not any(followed):
        named = wrong_together(base, watched.steps, until)
    return named or report


def right_a_step_late(
    base: SubmissionReport, steps: Sequence[ObservedStep], until: float
) -> SubmissionReport | None:
    """Return the report on steps that each take off the right gradient of the one before.

    Where all steps are made of the same samples, one gradient is much like the next.
    """
    late = with_later_changes(steps)
    before = next(map(taken, (net for net, _ in nets(steps[0]))), None) if late else None
    followed: list[list[Agreement]] = []
    until = min(until, time.process_time() + SECONDS_OF_LATE)
    for step in late:
        found, likely = looked_at(step, before, until)
        if not found or likely is None:
            return None
        followed.append(found)
        before = taken(found[0].reading.net)
    if len(followed) < LATE_STEPS:
        return None
    kept = steady(followed)
    is_plain = not kept.optimizer and not kept.rates and unsteady(kept, followed) <= EXACT
    if is_open(kept.reading) or not is_plain or not have_other_samples(followed):
        return None
    right = right_report(base, kept)
    return replace(right, notes=(*right.notes, LATE))


def have_other_samples(followed: Sequence[Sequence[Agreement]]) -> bool:
    """Return whether each step was made of other samples than the one before."""
    seen = [each[0].reading.net.entering[0] for each in followed]
    return not any(np.array_equal(one, other) for one, other in itertools.pairwise(seen))


def looked_through(
    steps: Sequence[ObservedStep], until: float
) -> tuple[list[list[Agreement]], list[Outcome]]:
    """Return the right gradients that each step follows, and the steps that follow none."""
    followed: list[list[Agreement]] = []
    unexplained: list[Outcome] = []
    previous: dict[str, FloatArray] | None = None
    until = min(until, time.process_time() + SECONDS)
    for step in steps:
        if followed and time.process_time() > until:
            break
        found, likely = looked_at(step, previous, until)
        if likely is None:
            continue
        if unexplained and not followed[-1] and found and recalls_one(found, unexplained[-1]):
            followed.pop()
            unexplained.pop()
        followed.append(found)
        if not found:
            unexplained.append(Outcome(likely, step, previous))
        previous = taken(found[0].reading.net if found else likely.net)
    return followed, unexplained


def recalls_one(found: Sequence[Agreement], before: Outcome) -> bool:
    """Return whether a step is the gradient and that of the step before, and none of others.

    After two steps this looks like gradients that are never set to 0; a third one tells.
    """
    if not is_never_set_to_0(before.reading, before.previous):
        return False
    for each in found:
        net, right = each.reading.net, each.reading.right(each.form)
        last = before.reading.right(each.form)
        both = with_momentum(net, taken(net), right, last, most=math.inf)
        if each.optimizer and both is not None and both[1] <= (1 + EXACT) * both[0]:
            return True
    return False


def without_pieces(
    followed: list[list[Agreement]], unexplained: list[Outcome]
) -> tuple[list[list[Agreement]], list[Outcome]]:
    """Return both without steps of fewer layers, or arrays, than those that follow a gradient.

    A program that was stopped in the middle of a step has changed some of its layers only, and of
    samples for which all units are off, what changed is not told.
    """
    most = max((extent(each[0].reading) for each in followed if each), default=(0, 0))
    deepest = max((each.reading.net.depth for each in unexplained), default=0)
    whole = [each for each in unexplained if extent(each.reading) >= max(most, (deepest, 0))]
    told = [each for each in followed if each and each[0].reading.net.depth == most[0]]
    whole = of_all_that_moves(whole, told)
    return [*told, *([] for _ in whole)], whole


def extent(reading: Reading) -> tuple[int, int]:
    """Return the numbers of layers and of arrays of a step that are told."""
    return reading.net.depth, len(taken(reading.net))


def unread_layers(
    steps: Sequence[ObservedStep], followed: Sequence[Sequence[Agreement]]
) -> ObservedStep | None:
    """Return the step of the most layers where no reading has as many; None where one has.

    A sample of zeros changes the last layers alone: what that shows says nothing of the others.
    """
    depths = [each[0].reading.net.depth for each in followed if each]
    deepest = max(steps, key=lambda step: len(step.layers), default=None)
    if deepest is None or not depths or len(deepest.layers) <= max(depths):
        return None
    return deepest


def rests_on_others(steps: Sequence[ObservedStep]) -> bool:
    """Return whether the steps of the most layers rest on other arrays that change as well."""
    most = max((len(step.layers) for step in steps), default=0)
    return any(step.beneath for step in steps if len(step.layers) == most)


def is_to_be_added(step: ObservedStep, *, adds: bool) -> bool:
    """Return whether nobody took a step, but changes of weights were computed, to be added."""
    named = all(CHANGE.search(layer.weights.place) for layer in step.layers)
    return step.by_hand and (adds or named)


def added(step: ObservedStep) -> ObservedStep:
    """Return the step θ + g for the step θ − g."""
    layers = tuple(
        replace(
            layer,
            weights=turned(layer.weights),
            bias=None if layer.bias is None else turned(layer.bias),
        )
        for layer in step.layers
    )
    return replace(step, layers=layers)


def turned(piece: Piece) -> Piece:
    """Return a parameter after a step in the other direction, which is no change any more."""
    after = None if piece.after is None else 2 * piece.before - piece.after
    return replace(piece, after=after, place="")


def of_all_that_moves(
    outcomes: list[Outcome], followed: Sequence[Sequence[Agreement]]
) -> list[Outcome]:
    """Return the steps without those that leave an array as it was which another step changes.

    All of them, where no step is left.
    """
    changes = [taken(outcome.reading.net) for outcome in outcomes]
    others = [taken(each[0].reading.net) for each in followed if each]
    moved = {name for each in (*changes, *others) for name, array in each.items() if array.any()}
    kept = [
        outcome
        for outcome, change in zip(outcomes, changes, strict=True)
        if all(array.any() or name not in moved for name, array in change.items())
    ]
    return kept if kept or others else outcomes


def left_out(outcome: Outcome) -> tuple[bool, int]:
    """Return what keeps a step from telling all: arrays that stay as they were, or are not seen.

    A sample without an error changes nothing; a bias and its velocity, both 0, look alike.
    """
    changes = taken(outcome.reading.net)
    return not all(array.any() for array in changes.values()), -len(changes)


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
        for reading in itertools.islice(readings(net, runs), MAX_READINGS):
            if reading.activations[-1].name not in told:
                told.add(reading.activations[-1].name)
                yield reading


def looked_at(
    step: ObservedStep, previous: dict[str, FloatArray] | None, until: float
) -> tuple[list[Agreement], Reading | None]:
    """Return the right gradients that a step follows, and the likeliest reading of it.

    Of a large network, not all readings are tried: until this processor time.
    """
    found: list[Agreement] = []
    likely: tuple[int, Reading] | None = None
    added: Reading | None = None
    for reading in all_readings(step):
        if likely is not None and time.process_time() > until:
            break
        open_loss = is_open(reading)
        for followed in agreements(reading, step, previous):
            if is_beside_own_loss(followed):
                continue
            found.append(followed)
            if not open_loss and not followed.optimizer:
                return [followed], reading
        if added is None and is_never_set_to_0(reading, previous):
            added = reading
        if found:
            likely = likely or (0, reading)
            if len(found) > MAX_AGREEMENTS:
                break
            continue
        worth = likelihood(reading, step)
        if likely is None or worth > likely[0]:
            likely = worth, reading
    if added is not None and all(each.optimizer for each in found):
        return [], added
    return found, None if likely is None else likely[1]


def is_beside_own_loss(found: Agreement) -> bool:
    """Return whether a step goes down a rare loss, where the program computes another one.

    With targets of 0 alone, or of a single sample, a usual loss with a slip in f′ is |a − y|.
    """
    rule = found.form.rule
    if rule.canonical is not None or rule.constant_curvature is not None:
        return False
    reading, step = found.reading, found.step
    computed = printed_losses(reading, step) or losses_of_samples(reading, step)
    return bool(computed) and not any(same_direction(each, found.form) for each in computed)


def steady(followed: Sequence[Sequence[Agreement]]) -> Agreement:
    """Return the right gradient that all steps follow with the same learning rate, or nearly so.

    One sample with one output leaves the loss open: every step follows the gradient of each of
    them. Only one is followed with one η; for a gradient that no step used, η is 1.
    """
    told = [each for each in followed if each]
    first = max(told, key=lambda each: len(taken(each[0].reading.net)))  # zeros are told late

    def worth(agreement: Agreement) -> tuple[bool, float, bool, bool, bool]:
        unscaled = abs(agreement.rate - 1) < 1e-6
        unused = agreement.step.by_hand and not unscaled
        apart = unsteady(agreement, followed)
        unwritten = is_open(agreement.reading) and not is_written(agreement)
        return bool(agreement.optimizer), apart, bool(agreement.rates), unused, unwritten

    return min(first, key=worth)


def unsteady(agreement: Agreement, followed: Sequence[Sequence[Agreement]]) -> float:
    """Return by how much η differs in another step that goes down the same loss.

    Of an optimizer's step that is c, by which the gradients behind it are too large. Not at all
    where it is a number that the program multiplies by in each of them: a second training may have
    another η.
    """
    as_written = is_as_written(agreement)
    alike = [[each for each in some if each.form == agreement.form] for some in followed]
    others = [some for some in alike if not (as_written and any(map(is_as_written, some)))]
    rates = [[rate for each in some for rate in rates_of(each)] for some in others]
    worst = [
        max((min((abs(o / rate - 1) for o in some), default=10.0) for some in rates), default=0.0)
        for rate in rates_of(agreement)
    ]
    return round(min(worst), 6)


def rates_of(agreement: Agreement) -> tuple[float, ...]:
    """Return what η may be."""
    return agreement.optimizer or (agreement.rate,)


def is_as_written(agreement: Agreement) -> bool:
    """Return whether η is a number that the program multiplies by on the way to this step."""
    written = rates_written(agreement.reading, agreement.step)[:-1]
    return any(abs(agreement.rate / each - 1) <= 1e-4 for each in written)


def is_open(reading: Reading) -> bool:
    """Return whether a single number says all: any step of it is η times the right one."""
    return telling_samples(reading) * reading.net.sizes[-1] <= 1 or is_one_number(reading)


def telling_samples(reading: Reading) -> int:
    """Return how many samples change something that is told: of no active unit, b of the top does.

    A program's first sample may be all zeros.
    """
    net = reading.net
    if f"b{net.depth}" in taken(net):
        return net.m
    return int(np.count_nonzero(net.entering[-1].any(axis=1)))


def is_one_number(reading: Reading) -> bool:
    """Return whether all that a step changed is a single number."""
    return sum(array.size for array in taken(reading.net).values()) == 1


def computes_a_loss(watched: Watched) -> bool:
    """Return whether the program computes a number that all its steps could go down."""
    return bool(watched.descents) and all(
        any(total.kind == "own" for total in descent.totals) for descent in watched.descents
    )


def is_of_saturated_outputs(agreement: Agreement) -> bool:
    """Return whether outputs at their bounds show a step of a loss that the program computes not.

    A wrong f′ is one number for all of them, and looks like a part of an η that is not written.
    """
    reading = agreement.reading
    f, top = reading.activations[-1], reading.net.depth
    printed = printed_losses(reading, agreement.step)
    is_another = not any(same_direction(each, agreement.form) for each in printed)
    if not printed or not is_another or not f.elementwise or is_written(agreement):
        return False
    slopes = f.derivative(weighted_sum(reading.net, top), reading.output)
    return bool(np.abs(slopes).max(initial=0.0) < FLAT)


def is_told(
    agreement: Agreement, followed: Sequence[Sequence[Agreement]], has_loss: bool = False
) -> bool:
    """Return whether η shows that a step of a single number is right.

    It has to be the same for other samples; on the same ones, or where there is one step only, a
    number that the program multiplies by. One that slowly falls tells it only where the program has
    no loss of its own.
    """
    if not is_one_number(agreement.reading) and sum(map(bool, followed)) > 1:
        exact = agreement.optimizer or (has_loss and not is_written(agreement))
        return unsteady(agreement, followed) <= (EXACT if exact else STEADY)
    return is_written(agreement)


def is_written(agreement: Agreement) -> bool:
    """Return whether η is a number that the program multiplies by, but for a factor such as 1/m."""
    m = agreement.reading.net.m
    written = rates_written(agreement.reading, agreement.step)
    if agreement.rates:  # an array's own may be several numbers, one after the other
        written += [one * other for one in written for other in written]
    usual = [rate * factor for rate in written for factor in (1, 2, 0.5, 1 / m, 2 / m, 0.5 / m, m)]
    return any(abs(agreement.rate / each - 1) <= 1e-4 for each in usual)


def all_readings(step: ObservedStep) -> Iterator[Reading]:
    """Yield the readings of a step: the likeliest of each net, then the others."""
    each = [readings(net, runs) for net, runs in nets(step)]
    likeliest = (reading for some in each for reading in itertools.islice(some, LIKELIEST))
    others = itertools.chain.from_iterable(each)
    yield from itertools.islice(itertools.chain(likeliest, others), MAX_READINGS)


def likelihood(reading: Reading, step: ObservedStep) -> int:
    """Return how much speaks for a reading: a printed loss, an array that is right, its rate."""
    if printed_losses(reading, step):
        return 4
    given = taken(reading.net)
    top = [name for name in given if int(name[1:]) == reading.net.depth]
    written = rates_written(reading, step)
    best = 0
    for form in directions(reading):
        right = reading.right(form)
        for name in top:
            factor = ratio(given[name], right[name])
            if factor is not None and is_times(reading.net, name, given[name], factor, right[name]):
                as_written = any(abs(factor - rate) <= 1e-6 * rate for rate in written)
                best = max(best, (2 if right[name].size > 1 else 1) + as_written)
    return best
