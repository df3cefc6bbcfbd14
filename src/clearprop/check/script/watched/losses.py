"""Find the loss of a program among the numbers that it kept."""

import numpy as np

from clearprop.check.script.messages import ObservedStep
from clearprop.check.script.recognition import LossForm, loss_forms
from clearprop.check.script.watched.reading import Reading


def printed_losses(reading: Reading, step: ObservedStep) -> list[LossForm]:
    """Return the losses whose value stands among the numbers that the program kept."""
    numbers = step.numbers[np.isfinite(step.numbers) & (step.numbers != 0)]
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


def same_direction(one: LossForm, other: LossForm) -> bool:
    """Return whether two losses differ by a constant factor."""
    if one.rule == other.rule:
        return True
    return one.rule.constant_curvature is not None and other.rule.constant_curvature is not None
