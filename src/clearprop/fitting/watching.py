"""Callbacks of a training by the columns and in the unit of the data, and its score."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clearprop.backprop.structure import Parameters
from clearprop.data.task import Task
from clearprop.fitting.options import FitOptions
from clearprop.fitting.rows import FitData
from clearprop.network.network import Network
from clearprop.training import Record, StopReason
from clearprop.training.monitor import Observer
from clearprop.training.stages import OnStage

Rows = npt.NDArray[np.intp]
Callback = Callable[[Network, Record, Parameters], StopReason | None]
Scorer = Callable[[Network, Parameters, Rows], float]


@dataclass(frozen=True)
class Watching:
    """Callbacks, which are told of every epoch or judge it.

    Attributes
    ----------
    observe : callable, optional
        Called with the `Record` of every epoch.
    callback : callable, optional
        Called with network, `Record` and folded `Parameters`; may answer with a `StopReason`.
    score : callable, optional
        Judges validation rows by network, folded `Parameters` and row numbers; the task's own score
        without it.
    by_loss : bool, default=False
        Whether the validation loss is looked at, and no score.
    on_stage : callable, optional
        Called with each `Stage` of a search.
    """

    observe: Observer | None = None
    callback: Callback | None = None
    score: Scorer | None = None
    by_loss: bool = False
    on_stage: OnStage | None = None


def score_of(
    task: Task,
    data: FitData,
    options: FitOptions,
    watching: Watching,
    in_units: Callable[[Parameters], tuple[Network, Parameters]],
) -> Callable[[Parameters, Rows], float] | None:
    """Return the judge of validation rows; None where the loss is."""
    if not options.early_stopping or watching.by_loss:
        return None
    own = watching.score  # whoever else watches cannot be sent to another process

    def score(parameters: Parameters, rows: Rows) -> float:
        network, parameters = in_units(parameters)
        weights = None if data.score_weights is None else data.score_weights[rows]
        with np.errstate(over="ignore", invalid="ignore"):
            outputs = network.forward(parameters, data.X[rows])
        if own is None or not np.isfinite(outputs).all():
            return task.score(outputs, data.y[rows], weights)
        return own(network, parameters, rows)

    return score


def inspector_of(
    watching: Watching, in_units: Callable[[Parameters], tuple[Network, Parameters]]
) -> Callable[[Record, Parameters], StopReason | None] | None:
    """Return what looks at every epoch; None where nobody does."""
    callback = watching.callback
    if callback is None:
        return None

    def inspect(record: Record, parameters: Parameters) -> StopReason | None:
        network, parameters = in_units(parameters)
        return callback(network, record, parameters)

    return inspect
