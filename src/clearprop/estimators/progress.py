"""Whether and how an estimator shows the progress of its training."""

from typing import Any

from clearprop.data.task import Regression, Task
from clearprop.fitting.plan import loss_of
from clearprop.progress import TrainingProgress
from clearprop.training import Record


def progress_of(estimator: Any, task: Task) -> TrainingProgress:
    """Return what shows each epoch, as `verbose` wants it: not, in steps, or every one from 2.

    Lines are scikit-learn's, with the loss of `loss_curve_`.
    """
    averaged = isinstance(task, Regression) and loss_of(estimator.loss).averages_outputs_elsewhere
    scale = task.outputs if averaged else 1

    def line(record: Record) -> str:
        text = f"Iteration {record.epoch}, loss = {record.loss / scale + record.penalty:.8f}"
        if record.validation_score is not None:
            text += f"\nValidation score: {record.validation_score:.6f}"
        return text

    return TrainingProgress(
        int(estimator.max_iter),
        quiet=not estimator.verbose,
        every_epoch=int(estimator.verbose) > 1,
        stream="stdout",
        line=line,
    )
