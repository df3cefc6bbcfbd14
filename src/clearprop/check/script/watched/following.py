"""The right gradients that each step of a program follows, and the steps that follow none."""

import itertools
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from clearprop._typing import FloatArray
from clearprop.check.script.observed import MAX_RUNS, ObservedStep
from clearprop.check.script.recognition import LossForm
from clearprop.check.script.watched.descent import Agreement, agreements
from clearprop.check.script.watched.directions import directions
from clearprop.check.script.watched.losses import losses_of_samples, printed_losses, same_direction
from clearprop.check.script.watched.momentum import is_never_set_to_0, with_momentum
from clearprop.check.script.watched.multiples import is_times, ratio
from clearprop.check.script.watched.naming import Outcome
from clearprop.check.script.watched.nets import nets, taken
from clearprop.check.script.watched.optimizer import varies
from clearprop.check.script.watched.rates_tried import rates_written
from clearprop.check.script.watched.reading import Reading, readings, without_saturated
from clearprop.check.script.watched.steady import EXACT, is_open

MAX_READINGS, LIKELIEST = 24, 6
"""Readings of a step, and of each of its nets before those of another are looked at."""
SECONDS = 4.0
"""Of processor time, after which no other reading, and no other step, is looked at."""
MAX_AGREEMENTS = 40


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
        if likely is None or (not found and any(followed) and len(step.runs) >= MAX_RUNS):
            continue  # of its many samples some are not told
        if unexplained and not followed[-1] and found and recalls_one(found, unexplained[-1]):
            followed.pop()
            unexplained.pop()
        followed.append(found)
        if not found:
            unexplained.append(Outcome(likely, step, previous))
        previous = taken(found[0].reading.net if found else likely.net)
    return without_rounded(*without_one_sample(*by_rates_of_others(followed, unexplained)))


def without_rounded(
    followed: list[list[Agreement]], unexplained: list[Outcome]
) -> tuple[list[list[Agreement]], list[Outcome]]:
    """Leave out steps whose outputs are rounded to a bound, where the others show plain descent.

    Of an error that is divided by a (1 − a) and multiplied by it, rounding leaves any part there.
    """
    told = [some for some in followed if some]
    is_plain = any(not (each.optimizer or each.rates) for some in told for each in some)
    are_rounded = is_plain and all(
        any(any(without_saturated(each)) for each in all_readings(outcome.step))
        for outcome in unexplained
    )
    return (told, []) if are_rounded else (followed, unexplained)


def by_rates_of_others(
    followed: Sequence[list[Agreement]], unexplained: Sequence[Outcome]
) -> tuple[list[list[Agreement]], list[Outcome]]:
    """Return what steps follow, also those at the learning rates of their own that others show.

    Where a program begins, a number by which it multiplies may not be told from its parameters.
    """
    known = [each for some in followed for each in some if each.rates]
    found, left = list(followed), list(unexplained)
    empty = [place for place, some in enumerate(followed) if not some]
    for place, outcome in zip(empty, unexplained, strict=False):
        pairs = itertools.product(known[:1], all_readings(outcome.step))
        fits = ((e, reading) for e, reading in pairs if goes_at(reading, e.rates, e.form))
        alike = next(fits, None) if len(empty) == len(unexplained) else None
        if alike is not None:
            found[place] = [replace(alike[0], reading=alike[1], step=outcome.step)]
            left = [each for each in left if each is not outcome]
    return found, left


def goes_at(reading: Reading, rates: Sequence[float], form: LossForm) -> bool:
    """Return whether each array of a step is a right gradient times its own of these rates."""
    given, right = taken(reading.net), reading.right(form)
    return len(given) == len(rates) and all(
        array.shape == right[name].shape and is_times(reading.net, name, array, rate, right[name])
        for (name, array), rate in zip(given.items(), rates, strict=True)
    )


def without_one_sample(
    followed: Sequence[list[Agreement]], unexplained: Sequence[Outcome]
) -> tuple[list[list[Agreement]], list[Outcome]]:
    """Leave out optimizers over one sample where a plain step of the same program has more.

    What is wrong in a later step alone, as where zeros are added to at first, looks like these.
    """
    plain = [each for some in followed for each in some if not (each.optimizer or each.rates)]
    most = max((each.reading.net.m for each in plain), default=0)
    kept: list[list[Agreement]] = []
    more = list(unexplained)
    before: dict[str, FloatArray] | None = None
    for found in followed:
        left = [each for each in found if not each.optimizer or each.reading.net.m > 1 or most == 1]
        step = found[0].step if found and not left else None
        readings = () if step is None else all_readings(step)
        whole = next((each for each in readings if each.net.m == most), None)
        if step is not None and whole is not None:
            more.append(Outcome(whole, step, before))
        kept.append(left if left or whole is not None else found)
        before = taken(found[0].reading.net) if found else None
    return kept, more


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
    if found and all(each.optimizer for each in found):
        added = added or plain_of_more(found, step)
    if added is not None and all(each.optimizer for each in found):
        return [], added
    return found, None if likely is None else likely[1]


def plain_of_more(found: Sequence[Agreement], step: ObservedStep) -> Reading | None:
    """Return the reading of more samples of which an array shows a plain step; None without one.

    No optimizer over fewer of them made the other arrays then.
    """
    most = max(each.reading.net.m for each in found)
    wider = (each for each in all_readings(step) if each.net.m > most)
    return next((each for each in wider if has_plain_array(each)), None)


def has_plain_array(reading: Reading) -> bool:
    """Return whether the step of an array of several numbers is η times a right gradient."""
    net = reading.net
    for form in directions(reading):
        right = reading.right(form)
        for name, array in taken(net).items():
            rate = ratio(array, right[name]) if varies(right[name]) else None
            if rate and rate > 0 and is_times(net, name, array, rate, right[name]):
                return True
    return False


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


def all_readings(step: ObservedStep) -> Iterator[Reading]:
    """Yield the readings of a step: the likeliest of each net, then the others."""
    each = [readings(net, runs, made_up=step.made_up) for net, runs in nets(step)]
    likeliest = (reading for some in each for reading in itertools.islice(some, LIKELIEST))
    others = itertools.chain.from_iterable(each)
    yield from itertools.islice(itertools.chain(likeliest, others), MAX_READINGS)


def likelihood(reading: Reading, step: ObservedStep) -> int:
    """Return how much speaks for a reading: a printed loss, an array that is right, its rate.

    For outputs of 0 nothing does: their loss is the targets' own, and no gradient comes back.
    """
    if not reading.output.any():
        return 0
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
