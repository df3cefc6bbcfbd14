"""Find the loss of a program among the numbers that it kept."""

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.observed import ObservedStep
from clearprop.check.script.recognition import LossForm, loss_forms
from clearprop.check.script.watched.reading import Reading


def printed_losses(reading: Reading, step: ObservedStep) -> list[LossForm]:
    """Return the losses whose value stands among the numbers that the program kept."""
    if reading.error_given:
        return []
    numbers = step.numbers[np.isfinite(step.numbers) & (step.numbers != 0)]
    if reading.output.size == 1:
        numbers = without_output(numbers, float(reading.output.item()), float(reading.Y.item()))
    else:
        numbers = without_bias_gradient(numbers, reading.output - reading.Y)
        numbers = numbers if shows_a_loss(reading.output) else numbers[(2 * numbers) % 1 != 0]
    if not len(numbers):
        return []
    found = []
    m, K = reading.output.shape
    for form in loss_forms(reading.activations[-1]):
        with np.errstate(all="ignore"):
            total = float(form.rule.value(reading.output, reading.Y).sum())
        value = total * form.factor(K) / (m if form.reduction == "mean" else 1)
        if np.isfinite(value) and value and np.any(np.abs(numbers - value) <= 1e-6 * abs(value)):
            found.append(form)
    return found


def shows_a_loss(output: FloatArray) -> bool:
    """Return whether a loss is no number such as 1 or ½, as it is of one sample at the bounds."""
    return len(output) > 1 or not bool(np.isin(np.round(output, 9), (0, 1)).all())


def losses_of_samples(reading: Reading, step: ObservedStep) -> list[LossForm]:
    """Return the losses that the program computed of every sample by itself."""
    numbers = step.numbers[np.isfinite(step.numbers) & (step.numbers != 0)]
    if reading.net.m < 2:
        return []
    if reading.output.shape[1] == 1:
        for output, target in zip(reading.output.ravel(), reading.Y.ravel(), strict=True):
            numbers = without_output(numbers, float(output), float(target))
    if not len(numbers):
        return []
    found = []
    for form in loss_forms(reading.activations[-1]):
        with np.errstate(all="ignore"):
            values = form.rule.value(reading.output, reading.Y) * form.factor(reading.net.sizes[-1])
        kept = [np.any(np.abs(numbers - value) <= 1e-6 * abs(value)) for value in values]
        if form.reduction == "sum" and np.isfinite(values).all() and values.all() and all(kept):
            found.append(form)
    return found


def without_output(numbers: FloatArray, output: float, target: float) -> FloatArray:
    """Return numbers without a single output and its difference to the target.

    With y = 0 the output equals its absolute error, and that of one number is no loss computed.
    """
    for known in (output, abs(output - target)):
        numbers = numbers[np.abs(np.abs(numbers) - known) > 1e-6 * known]
    return numbers


def without_bias_gradient(numbers: FloatArray, error: FloatArray) -> FloatArray:
    """Return numbers without the sum and the mean of a − y, which are gradients of a bias.

    Where no a − y is of the other sign, they equal the absolute error.
    """
    total = abs(float(error.sum()))
    for known in (total, total / len(error)):
        numbers = numbers[np.abs(np.abs(numbers) - known) > 1e-6 * known]
    return numbers


def same_direction(one: LossForm, other: LossForm) -> bool:
    """Return whether two losses differ by a constant factor."""
    if one.rule == other.rule:
        return True
    return one.rule.constant_curvature is not None and other.rule.constant_curvature is not None
