"""What remains of a training: the attributes that scikit-learn's users know, and ours."""

import math
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from clearprop._errors import invalid_argument
from clearprop.data.statistics import TrainingStatistics
from clearprop.diagnostics import MAX_ROWS, Evidence, Finding, diagnose_training
from clearprop.fitting.pipeline import Trained
from clearprop.fitting.plan import loss_scale
from clearprop.fitting.rows import FitData
from clearprop.training import Record

OUTPUT_NAMES = {"sigmoid": "logistic"}
"""scikit-learn's names of output activations, where they are not ours."""


def keep_results(
    estimator: Any, trained: Trained, data: FitData, *, going_on: bool, whole: bool = True
) -> None:
    """Set the attributes that a training leaves, after those of earlier ones if it went on.

    Without `whole` only its last epoch is new, as after `partial_fit`.

    Raises
    ------
    InputError
        If nothing was learnt because the loss was never finite.
    """
    result = trained.result
    records = list(result.history) if whole else [result.history[-1]]
    _refuse_if_never_finite(estimator, trained)
    estimator.adopt(result.network, trained.parameters)
    estimator.n_layers_ = len(result.network.sizes)
    estimator.n_outputs_ = result.network.outputs
    output = result.network.layers[-1].activation.name
    estimator.out_activation_ = OUTPUT_NAMES.get(output, output)
    estimator.solver_ = trained.result.solver
    estimator.division_ = trained.division
    estimator.n_iter_ = records[-1].epoch if whole else 1
    seen = estimator.n_iter_ * len(trained.division.train)
    estimator.t_ = seen + (estimator.t_ if going_on else 0)
    estimator.stop_reason_ = result.stop_reason.sentence.en
    estimator._result = result
    rows = trained.division.train
    known = TrainingStatistics.of(data.X[rows], data.Y[rows]) if whole else None
    estimator._statistics = known
    _keep_curves(estimator, records, loss_scale(result.network), going_on)
    estimator.findings_ = _diagnosis(estimator, trained, data) if whole else []
    if whole:
        _warn(estimator, trained)


def _diagnosis(estimator: Any, trained: Trained, data: FitData) -> list[Finding]:
    """Return what is wrong with the training, judged by some of its rows."""
    train, result = trained.division.train, trained.result
    rows = train[:: max(len(train) // MAX_ROWS, 1)]
    parameters, standardized = result.parameters, bool(estimator.standardize)
    X, Y = data.X[rows], data.Y[rows]
    records = estimator._records
    return diagnose_training(Evidence(result.network, parameters, X, Y, records, standardized))


def _keep_curves(estimator: Any, records: list[Record], scale: float, going_on: bool) -> None:
    """Set losses and scores of every epoch, in scikit-learn's unit."""
    earlier = list(getattr(estimator, "_records", [])) if going_on else []
    taken = max((record.epoch for record in earlier), default=0)
    for number, record in enumerate((r for r in records if r.epoch or not earlier), start=1):
        earlier.append(record if not taken else replace(record, epoch=taken + number))
    estimator._records = earlier
    epochs = [record for record in estimator._records if record.epoch > 0]
    estimator.loss_curve_ = [record.loss / scale + record.penalty for record in epochs]
    last = records[-1]
    estimator.loss_ = last.loss / scale + last.penalty
    watched = bool(estimator.early_stopping)
    losses = [record.validation_loss for record in epochs]
    validated = any(loss is not None for loss in losses)
    estimator.validation_loss_curve_ = (
        [math.nan if loss is None else loss / scale for loss in losses] if validated else None
    )
    estimator.validation_scores_ = [_score(record) for record in epochs] if watched else None
    finite = [value for value in estimator.validation_scores_ or () if not math.isnan(value)]
    estimator.best_validation_score_ = max(finite, default=-math.inf) if watched else None
    estimator.best_loss_ = None if watched else min(estimator.loss_curve_, default=math.inf)


def _score(record: Record) -> float:
    """Return the quality on the validation rows: the score, else the negative loss."""
    if record.validation_score is not None:
        return record.validation_score
    return math.nan if record.validation_loss is None else -record.validation_loss


def _refuse_if_never_finite(estimator: Any, trained: Trained) -> None:
    result = trained.result
    never = result.stop_reason.name == "divergence" and result.best_epoch == 0
    start = result.history[0] if len(result.history) else None
    if not np.isfinite(trained.parameters.vector).all() or (
        never and start is not None and not math.isfinite(start.loss)
    ):
        why = "Solver produced non-finite parameter weights. The input data may contain large"
        why += " values and need to be preprocessed."
        raise invalid_argument("standardize", estimator.standardize, why, "standardize=True.")


def _warn(estimator: Any, trained: Trained) -> None:
    """Warn of a training that ended before it was done."""
    reason = trained.result.stop_reason
    if reason.name == "interrupted":
        warnings.warn(f"Training interrupted by user. {reason.sentence.en}", stacklevel=4)
    advice = {
        "epochs": f"Maximum iterations ({estimator.max_iter}) reached and the optimization "
        "hasn't converged yet. Try: a larger max_iter.",
        "evaluations": f"{reason.sentence.en} Try: a larger max_fun.",
        "divergence": reason.sentence.en,
    }
    by_plan = reason.name == "epochs" and trained.result.history[-1].epoch < estimator.max_iter
    if reason.name in advice and not by_plan:
        warnings.warn(advice[reason.name], ConvergenceWarning, stacklevel=4)
