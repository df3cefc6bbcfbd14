"""The losses that exist for the outputs of a reading: one of each direction of descent."""

from collections.abc import Iterator

import numpy as np

from clearprop._errors import InputError
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Layer
from clearprop.check.script.recognition import LossForm
from clearprop.check.script.watched.given_error import GivenError
from clearprop.check.script.watched.reading import Reading
from clearprop.losses import LOSSES, Loss
from clearprop.network.network import check_pair


def directions(reading: Reading) -> Iterator[LossForm]:
    """Yield losses that exist for the outputs, one of each direction, the usual ones first."""
    if reading.error_given:
        yield LossForm(GivenError(), "sum")
        return
    output = reading.activations[-1]
    canonical = [name for name, rule in LOSSES.items() if rule.canonical == output.name]
    squared = [name for name, rule in LOSSES.items() if rule.constant_curvature == 1]
    doubled = {name for name, rule in LOSSES.items() if rule.constant_curvature == 2}
    for name in dict.fromkeys([*canonical, *squared, *LOSSES]):
        if name in doubled:
            continue
        rule = LOSSES.make(name)
        if is_of_counts(rule) and np.isfinite(output.range[1]):  # (a − y)(1 − a) is a slip
            continue
        try:
            check_pair(rule, Layer(1, output))
            reading.network(rule)
        except InputError:
            continue
        with np.errstate(all="ignore"):
            loss = rule.value(reading.output, reading.Y)
        is_canonical = rule.canonical == output.name  # a − y is its gradient for any targets
        if np.isfinite(loss).all() and (is_canonical or targets_fit(rule, reading.Y)):
            yield LossForm(rule, "sum")


def is_of_counts(rule: Loss) -> bool:
    """Return whether outputs of a loss have a lowest value and no highest one: nobody bounds them.

    The derivative of some of them is that of the usual losses with a factor of f′ forgotten.
    """
    low, high = rule.output_range
    return bool(np.isfinite(low) and not np.isfinite(high))


def targets_fit(rule: object, Y: FloatArray) -> bool:
    """Return whether a loss exists for these targets."""
    low, high = getattr(rule, "target_range", (-np.inf, np.inf))
    return bool((low <= Y).all() and (high >= Y).all())
