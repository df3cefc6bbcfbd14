"""Whether η is the same in all steps, or written: where one number says all, this tells."""

from collections.abc import Sequence

import numpy as np

from clearprop.check.script.observed import Watched
from clearprop.check.script.watched.descent import Agreement
from clearprop.check.script.watched.losses import printed_losses, same_direction
from clearprop.check.script.watched.nets import taken, weighted_sum
from clearprop.check.script.watched.rates_tried import rates_written
from clearprop.check.script.watched.reading import Reading

EXACT = 1e-4
"""Relative difference of what is one factor of gradients behind an optimizer's steps."""
FLAT = 1e-9
"""f′ of an output that is at its bound."""
STEADY = 0.02
"""Relative difference of learning rates that may be one that slowly falls."""


def steady(followed: Sequence[Sequence[Agreement]]) -> Agreement:
    """Return the right gradient that all steps follow with the same learning rate, or nearly so.

    One sample with one output leaves the loss open: every step follows the gradient of each of
    them. Only one is followed with one η; for a gradient that no step used, η is 1.
    """
    told = [each for each in followed if each]
    first = max(told, key=telling)

    def worth(agreement: Agreement) -> tuple[bool, float, bool, bool, bool]:
        unscaled = abs(agreement.rate - 1) < 1e-6
        unused = agreement.step.by_hand and not unscaled
        apart = unsteady(agreement, followed)
        unwritten = is_open(agreement.reading) and not is_written(agreement)
        return bool(agreement.optimizer), apart, bool(agreement.rates), unused, unwritten

    return min(first, key=worth)


def telling(agreements: Sequence[Agreement]) -> tuple[int, bool]:
    """Return how many parameters a step changed, zeros being told late, and whether plainly.

    Where errors are lost by rounding, a step may look like that of an optimizer.
    """
    return len(taken(agreements[0].reading.net)), not all(each.optimizer for each in agreements)


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


def is_told(
    agreement: Agreement, followed: Sequence[Sequence[Agreement]], has_loss: bool = False
) -> bool:
    """Return whether η shows that a step of a single number is right.

    It has to be the same for other samples; on the same ones, where there is one step only, or
    where the output is always the same, a number that the program multiplies by. One that slowly
    falls tells it only where the program has no loss of its own.
    """
    if agreement.optimizer and is_of_the_input_alone(agreement):
        return False
    if not is_one_number(agreement.reading) and outputs_differ(followed):
        exact = agreement.optimizer or (has_loss and not is_written(agreement))
        return unsteady(agreement, followed) <= (EXACT if exact else STEADY)
    return is_written(agreement)


def outputs_differ(followed: Sequence[Sequence[Agreement]]) -> bool:
    """Return whether steps have other outputs: of one that stays the same, f′ is any number."""
    outputs = [each[0].reading.output for each in followed if each]
    return any(
        one.shape != outputs[0].shape or not np.allclose(one, outputs[0], rtol=EXACT, atol=0)
        for one in outputs[1:]
    )


def is_of_the_input_alone(agreement: Agreement) -> bool:
    """Return whether ∂L/∂W is ± what enters, as |a − y| of one output has it for any error.

    What enters stands in every step, right or wrong: it is no gradient behind an optimizer.
    """
    rule = agreement.form.rule
    is_rare = rule.canonical is None and rule.constant_curvature is None
    return is_rare and agreement.reading.net.depth == 1 and is_open(agreement.reading)


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


def is_as_written(agreement: Agreement) -> bool:
    """Return whether η is a number that the program multiplies by on the way to this step."""
    written = rates_written(agreement.reading, agreement.step)[:-1]
    return any(abs(agreement.rate / each - 1) <= 1e-4 for each in written)


def is_written(agreement: Agreement) -> bool:
    """Return whether η is a number that the program multiplies by, but for a factor such as 1/m.

    Half of it may be that of a loss with another factor; of one number, it may be its input too.
    """
    m = agreement.reading.net.m
    written = rates_written(agreement.reading, agreement.step)
    if agreement.rates:  # an array's own may be several numbers, one after the other
        written += [one * other for one in written for other in written]
    halves = () if is_one_number(agreement.reading) else (0.5, 0.5 / m)
    usual = [rate * factor for rate in written for factor in (1, 2, 1 / m, 2 / m, m, *halves)]
    return any(abs(agreement.rate / each - 1) <= 1e-4 for each in usual)


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
