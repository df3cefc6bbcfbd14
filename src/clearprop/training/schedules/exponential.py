"""A learning rate that falls by the same ratio in every epoch."""

from dataclasses import dataclass

from clearprop.training.schedules.schedule import Moment, RateSchedule, check_positive


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
