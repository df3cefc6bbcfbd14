"""Learning-rate schedules of descent by mini-batches, one a file; `RATES` holds them by name."""

from clearprop._registry import Registry
from clearprop.training.schedules.schedule import Moment as Moment
from clearprop.training.schedules.schedule import RateSchedule as RateSchedule

RATES: Registry[RateSchedule] = Registry(
    "clearprop.training.schedules",
    RateSchedule,  # type: ignore[type-abstract]
    "learning_rate",
)
