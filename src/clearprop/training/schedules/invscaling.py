"""A learning rate that falls as a power of the samples seen."""

from dataclasses import dataclass

from clearprop._errors import invalid_argument
from clearprop.training.schedules.schedule import Moment, RateSchedule


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
