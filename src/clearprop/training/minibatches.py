"""Settings of descent by mini-batches, beyond the update rule itself."""

import math
from dataclasses import dataclass, field

from clearprop._errors import invalid_argument
from clearprop.training.schedules import Constant, Moment, RateSchedule


@dataclass(frozen=True)
class MiniBatches:
    """Batches, schedule, dropout and clipping; batch solvers take no notice of them.

    Parameters
    ----------
    shuffle : bool, default=True
        Whether each epoch takes the rows in a new random order; else as they come.
    rates : RateSchedule, default=Constant()
        What the learning rate is multiplied by in each epoch.
    dropout : tuple of float, default=()
        For each hidden layer, the probability that a unit is dropped in a step.
    clip_norm : float, default=inf
        The longest gradient with which a step is taken; a longer one is shortened to it.
    penalty_in_each_batch : bool, default=False
        Whether the mean over a batch divides the whole penalty by the rows of that batch alone,
        as scikit-learn's does.
    samples_seen : int, default=0
        Samples seen in earlier trainings of the same parameters, for schedules that count them.

    Raises
    ------
    InputError
        If a probability is not in [0, 1) or the norm is not positive.

    Examples
    --------
    >>> import clearprop as cp
    >>> batches = cp.MiniBatches(dropout=(0.2,), clip_norm=1.0)
    >>> config = cp.TrainingConfig(solver="adam(learning_rate=0.01)", seed=0, minibatches=batches)
    >>> config.minibatches.dropout
    (0.2,)
    """

    shuffle: bool = True
    rates: RateSchedule = field(default_factory=Constant)
    dropout: tuple[float, ...] = ()
    clip_norm: float = math.inf
    penalty_in_each_batch: bool = False
    samples_seen: int = 0

    def __post_init__(self) -> None:
        for p in self.dropout:
            if not 0 <= p < 1:
                raise invalid_argument(
                    "dropout", p, "the probability of dropping a unit is in [0, 1).", "0.2."
                )
        if not self.clip_norm > 0:
            raise invalid_argument("clip_norm", self.clip_norm, "it must be positive.", "1.0.")

    @property
    def one_epoch_a_call(self) -> bool:
        """Whether the engine must be left after every epoch: the rate or the draws change."""
        return not isinstance(self.rates, Constant) or any(self.dropout)

    def rate(self, first: float, moment: Moment) -> float:
        """Return the learning rate of the epoch that begins, given the rule's own."""
        return first * self.rates.factor(moment)
