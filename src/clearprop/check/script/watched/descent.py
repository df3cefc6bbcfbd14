"""Compare what a step took off the parameters with right gradients; η is whatever they share."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.observed import ObservedStep
from clearprop.check.script.recognition import LossForm
from clearprop.check.script.watched.directions import directions
from clearprop.check.script.watched.learning_rates import own_rates, several_rates
from clearprop.check.script.watched.momentum import is_added_up, with_momentum
from clearprop.check.script.watched.multiples import common_rate
from clearprop.check.script.watched.nets import taken
from clearprop.check.script.watched.optimizer import in_an_optimizer
from clearprop.check.script.watched.reading import Reading
from clearprop.check.script.watched.weight_decay import with_penalty


@dataclass(frozen=True)
class Agreement:
    """A step that goes down a right gradient: before − after = η ∂L/∂θ."""

    reading: Reading
    step: ObservedStep
    form: LossForm
    """The loss, summed over the samples."""
    rate: float
    """η for the sum."""
    penalty: float = 0.0
    """λ of an L2 penalty ½ λ Σ W² beside the sum."""
    lasso: float = 0.0
    """λ of an L1 penalty λ Σ |W| beside the sum."""
    momentum: float = 0.0
    rates: tuple[float, ...] = ()
    """The arrays' own rates where they differ."""
    optimizer: tuple[float, ...] = ()
    """By how much gradients are too large from which a step of another kind was made; else none."""


def agreements(
    reading: Reading, step: ObservedStep, previous: dict[str, FloatArray] | None
) -> Iterator[Agreement]:
    """Yield how a step follows right gradients: of every loss of which that is so."""
    net, given = reading.net, taken(reading.net)
    grew = any(array.shape != net.params[name].shape for name, array in given.items())
    if grew or not any(array.any() for array in given.values()):
        return
    for form in directions(reading):
        right = reading.right(form)
        if not all(np.isfinite(array).all() for array in right.values()):
            continue
        found = agreement(reading, step, form, right, previous)
        if found is not None:
            yield found


def agreement(
    reading: Reading,
    step: ObservedStep,
    form: LossForm,
    right: dict[str, FloatArray],
    previous: dict[str, FloatArray] | None,
) -> Agreement | None:
    """Return how a step follows the right gradient of a loss, the plainest way first, or None.

    Gradients that are never set to 0 follow none.
    """
    net, given = reading.net, taken(reading.net)
    rate = common_rate(net, given, right)
    if rate is not None:
        return Agreement(reading, step, form, rate)
    has_one_input = net.depth == 1 == net.sizes[0] < net.sizes[-1]  # c₁ W − c₂ y, for any y
    found = None if has_one_input else with_penalty(net, given, right)
    if found is not None:
        rate, decay, lasso = found
        return Agreement(reading, step, form, rate, decay / rate, lasso / rate)
    kept = None if previous is None else with_momentum(net, given, right, previous)
    if kept is not None:
        return Agreement(reading, step, form, kept[0], momentum=kept[1])
    if previous is not None and is_added_up(net, given, right, previous):
        return None
    rates = own_rates(net, given, right, step) or several_rates(reading, given, right, step)
    if rates is not None:
        return Agreement(reading, step, form, rates[0], rates=rates)
    if step.by_hand or has_one_input:  # a gradient that is handed out is none of an optimizer's
        return None
    factors = in_an_optimizer(net, given, right, step, previous)
    return Agreement(reading, step, form, factors[0], optimizer=factors) if factors else None
