"""The best network that a search has trained so far, for when Ctrl-C or its time ends it.

Networks that were compared were trained without a part of the rows; theirs is the loss of the rows
that were left out. One of them is a worse answer than the search would have given, and a far better
one than none.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum

from clearprop._text import Text
from clearprop.training.config import TrainingConfig
from clearprop.training.result import TrainingResult
from clearprop.training.split import Division
from clearprop.training.stopping import StopReason


class InterruptedSearchError(KeyboardInterrupt):
    """Ctrl-C, with the trainings that it ended."""

    def __init__(self, results: Sequence[TrainingResult]) -> None:
        super().__init__()
        self.results = tuple(results)


class _Worth(IntEnum):
    """Kinds of networks, by how much is known of their quality."""

    CUT_SHORT = 0
    TRAINED = 1
    JUDGED = 2


class SoFar:
    """Keeps the best of the networks that it is offered.

    One that was judged by rows that were left out is better than one that was only trained, and
    that is better than one whose training was cut short.
    """

    def __init__(self) -> None:
        self.best: TrainingResult | None = None
        self._quality: tuple[_Worth, float] = (_Worth.CUT_SHORT, -math.inf)

    def offer_judged(self, result: TrainingResult | None, loss: float) -> None:
        """Take notice of a network that has this loss on rows that were left out."""
        if result is not None:
            self._keep_if_better(result, (_Worth.JUDGED, -loss))

    def offer(self, results: Sequence[TrainingResult]) -> None:
        """Take notice of networks of which no more is known than how they were trained.

        The last one that was trained to its end is kept, or the one that was trained for longest.
        """
        for result in results:
            if not result.best_epoch:
                continue  # nothing is trained
            if result.stop_reason.name in EARLY:
                self._keep_if_better(result, (_Worth.CUT_SHORT, float(result.best_epoch)))
            else:
                self._keep_if_better(result, (_Worth.TRAINED, 0.0))

    def _keep_if_better(self, result: TrainingResult, quality: tuple[_Worth, float]) -> None:
        if self.best is None or quality >= self._quality:
            self.best, self._quality = result, quality

    def is_farther_than(self, result: TrainingResult) -> bool:
        """Return whether the best one was trained for longer than this one, which was cut short."""
        return self.best is not None and self.best.best_epoch > result.best_epoch

    def as_result(self, config: TrainingConfig, rows: int) -> TrainingResult | None:
        """Return the best network as the result of a fit of `rows` rows that Ctrl-C ended."""
        if self.best is None:
            return None
        division = config.division or Division.all_for_training(rows)
        reason = StopReason("interrupted", INTERRUPTED)
        return replace(self.best, division=division, stop_reason=reason)


EARLY = ("interrupted", "time")
"""Names of the reasons for which trainings end before they are done."""
INTERRUPTED = Text(
    "Interrupted before the network was chosen; the best one so far is kept, which was trained "
    "without a part of the rows.",
    "在选定网络之前被中断；保留目前最好的网络，它训练时未用到一部分数据。",
)
