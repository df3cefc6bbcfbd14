"""What every learning-rate schedule must say of itself."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from clearprop._errors import invalid_argument


@dataclass(frozen=True)
class Moment:
    """How far a training has come when a new epoch begins."""

    epoch: int
    """The epoch that begins, counted from 1."""
    epochs: int
    """The most epochs that this training may take."""
    samples_seen: int
    """Samples that all steps so far have looked at, repetitions counted."""
    plateaus: int
    """How often the training was found to make no more progress."""


@dataclass(frozen=True)
class RateSchedule(ABC):
    """What the learning rate η is multiplied by in each epoch."""

    name: ClassVar[str]

    @abstractmethod
    def factor(self, moment: Moment) -> float:
        """Return the number by which η is multiplied in the epoch that begins."""

    def reduces_on_plateau(self, rate: float) -> bool:
        """Return whether training goes on, slower, where it would stop for lack of progress.

        `rate` is the learning rate of the last epoch.
        """
        return False


def check_positive(name: str, value: float, hint: str) -> None:
    """Refuse a setting that is not a positive finite number."""
    if not 0 < value < float("inf"):
        raise invalid_argument(name, value, "it must be positive and finite.", hint)
