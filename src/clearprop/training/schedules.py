"""Learning-rate schedules of descent by mini-batches; `RATES` holds them by name."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from clearprop._errors import invalid_argument
from clearprop._registry import Registry


@dataclass(frozen=True)
class Moment:
    """The progress of a training when a new epoch begins.

    Attributes
    ----------
    epoch : int
        The epoch that begins, counted from 1.
    epochs : int
        The most epochs that this training may take.
    samples_seen : int
        Rows of all steps so far, repetitions counted.
    plateaus : int
        How often the training was found to make no more progress.
    """

    epoch: int
    epochs: int
    samples_seen: int
    plateaus: int


@dataclass(frozen=True)
class RateSchedule(ABC):
    """The factor of the learning rate η in each epoch.

    Attributes
    ----------
    name : str
        The name by which the schedule is asked for.
    """

    name: ClassVar[str]

    @abstractmethod
    def factor(self, moment: Moment) -> float:
        """Return the number by which η is multiplied in the epoch that begins."""

    def reduces_on_plateau(self, rate: float) -> bool:
        """Return whether training continues, slower, where it would stop for lack of progress.

        `rate` is the learning rate of the last epoch.
        """
        return False


@dataclass(frozen=True)
class Constant(RateSchedule):
    """η stays as it is."""

    name = "constant"

    def factor(self, moment: Moment) -> float:
        """Return 1."""
        return 1.0


@dataclass(frozen=True)
class Step(RateSchedule):
    """η · ratio^⌊(epoch − 1) / every⌋."""

    name = "step"

    every: int = 50
    ratio: float = 0.1

    def __post_init__(self) -> None:
        if self.every < 1:
            raise invalid_argument("every", self.every, "a step takes at least one epoch.", "50.")
        check_positive("ratio", self.ratio, "0.1.")

    def factor(self, moment: Moment) -> float:
        """Return the ratio to the power of the steps taken."""
        return float(self.ratio ** ((moment.epoch - 1) // self.every))


@dataclass(frozen=True)
class Exponential(RateSchedule):
    """η · ratio^(epoch − 1)."""

    name = "exponential"

    ratio: float = 0.99

    def __post_init__(self) -> None:
        check_positive("ratio", self.ratio, "0.99.")

    def factor(self, moment: Moment) -> float:
        """Return ratio^(epoch − 1)."""
        return float(self.ratio ** (moment.epoch - 1))


@dataclass(frozen=True)
class InverseScaling(RateSchedule):
    """η / (t + 1)^power after t samples; 1/2 < power ≤ 1 makes stochastic descent converge.

    Source: Robbins, Monro, "A stochastic approximation method", 1951, for the condition;
    scikit-learn's schedule of the same name for the form.
    """

    name = "invscaling"

    power: float = 0.5

    def __post_init__(self) -> None:
        if not self.power >= 0:
            raise invalid_argument("power", self.power, "the rate would grow.", "0.5.")

    def factor(self, moment: Moment) -> float:
        """Return (t + 1)^−power."""
        return float((moment.samples_seen + 1) ** -self.power)


@dataclass(frozen=True)
class Cosine(RateSchedule):
    """Half a cosine from η to least · η over all epochs; first `warmup` epochs of rise.

    Source: Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017, eq. 5
    with a single period; warm-up after Goyal et al., "Accurate, large minibatch SGD", 2017, 2.2.

    Parameters
    ----------
    least : float, default=0.01
        The part of η that is left in the last epoch.
    warmup : int, default=0
        Epochs of rise.
    """

    name = "cosine"

    least: float = 0.01
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


@dataclass(frozen=True)
class Adaptive(RateSchedule):
    """η / divisor^(plateaus so far); at the first plateau with a rate of `least` training stops."""

    name = "adaptive"

    divisor: float = 5.0
    least: float = 1e-6

    def __post_init__(self) -> None:
        if not 1 < self.divisor < float("inf"):
            raise invalid_argument("divisor", self.divisor, "the rate would not fall.", "5.")
        check_positive("least", self.least, "1e-6.")

    def factor(self, moment: Moment) -> float:
        """Return divisor^−plateaus."""
        return float(self.divisor**-moment.plateaus)

    def reduces_on_plateau(self, rate: float) -> bool:
        """Return whether the rate can be divided once more."""
        return rate > self.least


RATES: Registry[RateSchedule] = Registry(
    __name__,
    RateSchedule,  # type: ignore[type-abstract]
    "learning_rate",
)


def check_positive(name: str, value: float, hint: str) -> None:
    """Refuse a setting that is not a positive finite number."""
    if not 0 < value < float("inf"):
        raise invalid_argument(name, value, "it must be positive and finite.", hint)
