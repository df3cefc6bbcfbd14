"""A learning rate that falls along half a cosine, after a warm-up if wanted."""

import math
from dataclasses import dataclass

from clearprop._errors import invalid_argument
from clearprop.training.schedules.schedule import Moment, RateSchedule


@dataclass(frozen=True)
class Cosine(RateSchedule):
    """From η to least · η along half a cosine over all epochs; first `warmup` epochs of rise.

    Source: Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017, eq. 5
    with a single period; warm-up after Goyal et al., "Accurate, large minibatch SGD", 2017, 2.2.
    """

    name = "cosine"

    least: float = 0.01
    """The part of η that is left in the last epoch."""
    warmup: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.least <= 1:
            raise invalid_argument("least", self.least, "it is not in [0, 1].", "0.01.")
        if self.warmup < 0:
            raise invalid_argument("warmup", self.warmup, "it is negative.", "5.")

    def factor(self, moment: Moment) -> float:
        """Return the cosine's height, between 1 and `least`, or how far the warm-up has risen."""
        if moment.epoch <= self.warmup:
            return moment.epoch / (self.warmup + 1)
        turns = max(moment.epochs - self.warmup - 1, 1)
        phase = math.pi * (moment.epoch - self.warmup - 1) / turns
        return self.least + (1 - self.least) * (1 + math.cos(min(phase, math.pi))) / 2
