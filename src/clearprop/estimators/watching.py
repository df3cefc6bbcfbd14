"""What looks at every epoch: the score of the validation rows, and people's callbacks."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import check_scoring

from clearprop.backprop.structure import Parameters
from clearprop.estimators.tabulate import Sheet
from clearprop.estimators.tasks import Task
from clearprop.network.network import Network
from clearprop.training import Record, StopReason
from clearprop.training import stopping as reasons

Score = Callable[[Parameters, npt.NDArray[np.intp]], float]
NetworkWith = Callable[[tuple[int, ...]], Network]
"""Returns the network with these hidden layers."""
Inspector = Callable[[Record, Parameters], StopReason | None]


def score_of(estimator: Any, task: Task, sheet: Sheet, network_with: NetworkWith) -> Score | None:
    """Return what judges parameters by some rows of the sheet; None where the loss does."""
    if not estimator.early_stopping or estimator.scoring == "loss":
        return None
    scorer = None if estimator.scoring is None else check_scoring(estimator, estimator.scoring)

    def score(parameters: Parameters, rows: npt.NDArray[np.intp]) -> float:
        X, y = sheet.X[rows], sheet.y[rows]
        network = network_with(parameters.sizes[1:-1])
        weights = None if sheet.score_weights is None else sheet.score_weights[rows]
        with np.errstate(over="ignore", invalid="ignore"):
            outputs = network.forward(parameters, X)
            if scorer is None or not np.isfinite(outputs).all():
                return task.score(outputs, y, weights)
        view = copy.copy(estimator)
        view.adopt(network, parameters)
        vars(view).pop("feature_names_in_", None)  # X has become an array
        told = {} if weights is None else {"sample_weight": weights}
        return float(scorer(view, X, y, **told))

    return score


def callbacks_of(estimator: Any, network_with: NetworkWith) -> Inspector | None:
    """Return what calls the callbacks with the estimator as it is after an epoch."""
    given = estimator.callbacks
    if given is None or (hasattr(given, "__len__") and not len(given)):
        return None
    callbacks = [given] if callable(given) else list(given)

    def inspect(record: Record, parameters: Parameters) -> StopReason | None:
        view = copy.copy(estimator)
        view.adopt(network_with(parameters.sizes[1:-1]), parameters)
        asked = [callback(view, record) for callback in callbacks]
        stop = any(answer is True for answer in asked)
        return reasons.stopped_by_callback(record.epoch) if stop else None

    return inspect
