"""Steps that hold the step before: some of it, as momentum, or all, as gradients added up."""

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.watched.directions import directions
from clearprop.check.script.watched.multiples import Stepped, common_rate, size, tolerance
from clearprop.check.script.watched.nets import taken
from clearprop.check.script.watched.reading import Reading


def with_momentum(
    net: Stepped,
    given: dict[str, FloatArray],
    right: dict[str, FloatArray],
    previous: dict[str, FloatArray],
    most: float = 0.9999,
) -> tuple[float, float] | None:
    """Return η and μ where every step is η ∂L/∂θ + μ times the step before, 0 < μ < `most`.

    An array of which the step before was not seen says nothing: a bias and its velocity, both 0 at
    first, are not told apart.
    """
    names = [name for name in given if name in previous]
    if not all(given[n].shape == right[n].shape for n in given):
        return None
    if not names or any(previous[n].shape != right[n].shape for n in names):
        return None
    gradients = np.concatenate([right[name].ravel() for name in names])
    before = np.concatenate([previous[name].ravel() for name in names])
    wanted = np.concatenate([given[name].ravel() for name in names])
    scales = size(gradients), size(before)
    if len(wanted) < 4 or 0 in scales:
        return None
    columns = np.column_stack([gradients / scales[0], before / scales[1]])
    (first, second), *_ = np.linalg.lstsq(columns, wanted, rcond=None)
    rate, momentum = first / scales[0], second / scales[1]
    if not 0 < rate < np.inf or not 0 < momentum < most:
        return None
    for name in names:
        expected = rate * right[name] + momentum * previous[name]
        if size(given[name] - expected) > tolerance(net, name, expected):
            return None
    return float(rate), float(momentum)


def is_never_set_to_0(reading: Reading, previous: dict[str, FloatArray] | None) -> bool:
    """Return whether a step holds all of the one before, beside the gradient of some loss.

    Not where the step before is a multiple of that gradient too, as with one sample.
    """
    given = taken(reading.net)
    if previous is None or set(given) != set(previous):
        return False
    rights = map(reading.right, directions(reading))
    return any(
        is_added_up(reading.net, given, right, previous)
        and common_rate(reading.net, previous, right) is None
        for right in rights
    )


def is_added_up(
    net: Stepped,
    given: dict[str, FloatArray],
    right: dict[str, FloatArray],
    previous: dict[str, FloatArray],
) -> bool:
    """Return whether every step is η ∂L/∂θ and all of the step before: gradients never set to 0."""
    if any(n not in previous or previous[n].shape != right[n].shape for n in given):
        return False
    if any(given[n].shape != right[n].shape or not previous[n].any() for n in given):
        return False
    added = {name: array - previous[name] for name, array in given.items()}
    return common_rate(net, added, right) is not None
