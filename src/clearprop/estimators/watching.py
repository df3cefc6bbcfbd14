"""What looks at every epoch: the score of the validation rows, and people's callbacks."""

import copy
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import check_scoring

from clearprop.backprop.structure import Parameters
from clearprop.fitting.rows import FitData
from clearprop.fitting.watching import Callback, Scorer, Watching
from clearprop.network.network import Network
from clearprop.training import Record, StopReason
from clearprop.training.monitor import Observer
from clearprop.training.stages import OnStage


def watching_of(
    estimator: Any, data: FitData, observe: Observer | None, on_stage: OnStage | None = None
) -> Watching:
    """Return who is told of every epoch of an estimator's training."""
    by_loss = isinstance(estimator.scoring, str) and estimator.scoring == "loss"
    score = None if by_loss else _scorer(estimator, data)
    return Watching(observe, _callback(estimator), score, by_loss, on_stage)


def _scorer(estimator: Any, data: FitData) -> Scorer | None:
    """Return the judge that `scoring` names; None for the task's own score."""
    if not estimator.early_stopping or estimator.scoring is None:
        return None
    scorer = check_scoring(estimator, estimator.scoring)

    def score(network: Network, parameters: Parameters, rows: npt.NDArray[np.intp]) -> float:
        weights = None if data.score_weights is None else data.score_weights[rows]
        view = copy.copy(estimator)
        view.adopt(network, parameters)
        vars(view).pop("feature_names_in_", None)  # X has become an array
        named = {} if weights is None else {"sample_weight": weights}
        return float(scorer(view, data.X[rows], data.y[rows], **named))

    return score


def _callback(estimator: Any) -> Callback | None:
    """Return what calls the callbacks with the estimator as it is after an epoch."""
    given = estimator.callbacks
    if given is None or (hasattr(given, "__len__") and not len(given)):
        return None
    callbacks = [given] if callable(given) else list(given)

    def call(network: Network, record: Record, parameters: Parameters) -> StopReason | None:
        view = copy.copy(estimator)
        view.adopt(network, parameters)
        answers = [callback(view, record) for callback in callbacks]
        stop = any(answer is True for answer in answers)
        return StopReason.of("callback", epoch=record.epoch) if stop else None

    return call
