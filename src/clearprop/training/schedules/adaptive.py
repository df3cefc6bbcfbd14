"""A learning rate that is divided whenever training makes no more progress."""

from dataclasses import dataclass

from clearprop._errors import invalid_argument
from clearprop.training.schedules.schedule import Moment, RateSchedule, check_positive


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
