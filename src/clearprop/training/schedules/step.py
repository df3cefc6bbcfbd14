"""A learning rate that falls in steps."""

from dataclasses import dataclass

from clearprop._errors import invalid_argument
from clearprop.training.schedules.schedule import Moment, RateSchedule, check_positive


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
