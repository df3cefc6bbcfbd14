"""Learning-rate schedules of descent by mini-batches, one a file; `RATES` holds them by name."""

from clearprop.catalogue import Catalogue
from clearprop.training.rates.schedule import Moment as Moment
from clearprop.training.rates.schedule import RateSchedule as RateSchedule

RATES: Catalogue[RateSchedule] = Catalogue(
    "clearprop.training.rates",
    RateSchedule,  # type: ignore[type-abstract]
    "learning_rate",
)
