"""A curve, networks that follow it, and what ends trainings, for the tests of searches."""

from dataclasses import replace

import numpy as np

from clearprop import Layer, Network
from clearprop.search.pairs import Judge, Pair
from clearprop.training import Stopping, StopReason

QUICK = Stopping(max_epochs=15)


def build(hidden, smooth=True):
    """Return a network of one input and one output with these hidden sizes."""
    return Network(1, [*(Layer(units, "tanh") for units in hidden), Layer(1)])


def wave(m=120):
    """Return m inputs and targets of a curve that no straight line follows."""
    X = np.linspace(-1, 1, m)[:, None]
    return X, np.sin(4 * X) + 0.05 * np.random.default_rng(0).normal(size=X.shape)


def drawn(random, Y, bias, spread, starts):
    """Return outputs of so many starts, shape (starts, m, K)."""
    return Y + bias + spread * random.normal(size=(starts, *Y.shape))


class Clock:
    """Stops trainings from the one on that is the given number, as a deadline does.

    `asked` counts trainings, `begun` those that it let do their first iteration.
    """

    def __init__(self, first):
        self.first, self.begun, self.asked = first, 0, 0

    def __call__(self, record, parameters):
        self.asked += record.epoch == 0
        self.begun += record.epoch == 1
        if self.begun >= self.first:
            return StopReason.of("time", seconds=1)
        return None


def said(error, m=4, loss="squared_error"):
    """Return what two starts say of m rows if both err by so much everywhere."""
    judge = Judge(Network(1, [Layer(1)], loss), np.zeros((m, 1)), None)
    return Pair(judge, np.full((2, m, 1), float(error)), np.zeros((m, 1)), True)


def ended(result, name="time", **changes):
    """Return a result that ended for another reason."""
    reason = StopReason.of("time", seconds=1) if name == "time" else result.stop_reason
    return replace(result, stop_reason=replace(reason, name=name), **changes)
