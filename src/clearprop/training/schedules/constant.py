"""The same learning rate in every epoch."""

from dataclasses import dataclass

from clearprop.training.schedules.schedule import Moment, RateSchedule


@dataclass(frozen=True)
class Constant(RateSchedule):
    """η stays as it is."""

    name = "constant"

    def factor(self, moment: Moment) -> float:
        """Return 1."""
        return 1.0
