"""Under which loss, and with which η, a step that goes down no right gradient is looked at."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from clearprop._typing import FloatArray
from clearprop.backprop.descent import Reduction
from clearprop.check.script.observed import ObservedStep
from clearprop.check.script.recognition import LossForm
from clearprop.check.script.watched.behind import gradients_behind
from clearprop.check.script.watched.directions import directions
from clearprop.check.script.watched.losses import same_direction
from clearprop.check.script.watched.multiples import is_times, ratio
from clearprop.check.script.watched.nets import Net, taken
from clearprop.check.script.watched.reading import Reading
from clearprop.check.script.watched.right import scale_of
from clearprop.check.script.watched.row_convention import ones_column
from clearprop.check.script.watched.sources import sources_of
from clearprop.check.script.watched.weight_decay import beside_penalty

MAX_DIAGNOSES = 6
MAX_FORMS = 3
"""Losses that are tried."""


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


def rates_written(reading: Reading, step: ObservedStep) -> list[float]:
    """Return the numbers that multiplied an array on its way into the step, the commonest first."""
    counts: dict[float, int] = {}
    for name in taken(reading.net):
        for rate in (each.rate for each in sources_of(reading.net, step, name)):
            if rate is not None and 0 < abs(rate) < np.inf:
                counts[abs(rate)] = counts.get(abs(rate), 0) + 1
    return [*sorted(counts, key=lambda rate: -counts[rate]), 1.0]
