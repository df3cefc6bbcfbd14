"""Whether and how an estimator shows the progress of its training."""

from typing import Any

from clearprop._text import Text
from clearprop.progress import TrainingProgress

ITERATION = Text("Iteration", "迭代")


def progress_of(estimator: Any) -> TrainingProgress:
    """Return what shows each epoch, as `verbose` wants it: not, in steps, or every one from 2."""
    return TrainingProgress(
        int(estimator.max_iter),
        quiet=not estimator.verbose,
        every_epoch=int(estimator.verbose) > 1,
        stream="stdout",
        words=ITERATION,
    )
