"""What remains of a training: the attributes that scikit-learn's users know, and ours."""

import math
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from clearprop._errors import invalid_argument
from clearprop._sparse import dense, is_sparse
from clearprop.data.statistics import TrainingStatistics
from clearprop.diagnostics import MAX_ROWS, Evidence, Finding, diagnose_training
from clearprop.fitting.pipeline import Trained
from clearprop.fitting.plan import loss_scale
from clearprop.fitting.rows import FitData
from clearprop.training import Record
from clearprop.updates import UpdateRule

MAX_NUMBERS = 1_000_000
"""Inputs that a diagnosis looks at, at most."""
MAX_ACTIVATIONS, FEW_ROWS = 16_000, 300
"""Activations of a layer that a diagnosis looks at, more only where that were too few rows."""
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
        If the training diverged, and no validation rows say which parameters were good.
    """
    result = trained.result
    records = list(result.history) if whole else [result.history[-1]]
    _refuse_diverged(estimator, trained)
    estimator.adopt(result.network, trained.parameters)
    estimator.n_layers_ = len(result.network.sizes)
    estimator.n_outputs_ = result.network.outputs
    output = result.network.layers[-1].activation.name
    estimator.out_activation_ = OUTPUT_NAMES.get(output, output)
    estimator.solver_ = trained.result.solver
    estimator.division_ = trained.division
    estimator.n_iter_ = records[-1].epoch if whole else 1
    seen = estimator.n_iter_ * len(trained.division.train)
    estimator.t_ = seen + (getattr(estimator, "t_", 0) if going_on else 0)
    estimator.stop_reason_ = result.stop_reason.sentence.en
    estimator._result = result
    rows = trained.division.train
    knows = whole and not is_sparse(data.X)
    estimator._statistics = TrainingStatistics.of(data.X[rows], data.Y[rows]) if knows else None
    scale = loss_scale(result.network)
    if going_on and not whole and hasattr(estimator, "_records"):
        _append_to_curves(estimator, records[-1], scale)
    else:
        _keep_curves(estimator, records, scale, going_on)
    estimator.findings_ = _diagnosis(estimator, trained, data) if whole else []
    if whole:
        _warn(estimator, trained)


def _diagnosis(estimator: Any, trained: Trained, data: FitData) -> list[Finding]:
    """Return what is wrong with the training, judged by some of its rows."""
    train, result = trained.division.train, trained.result
    widest = max(FEW_ROWS, MAX_ACTIVATIONS // max(result.network.sizes))
    most = max(1, min(MAX_ROWS, widest, MAX_NUMBERS // data.X.shape[1]))
    rows = train[:: max(len(train) // most, 1)]
    parameters, standardized = result.parameters, bool(estimator.standardize)
    X, Y = dense(data.X[rows]), data.Y[rows]
    records = estimator._records
    equations = result.equations
    evidence = Evidence(result.network, parameters, X, Y, records, standardized, equations)
    return diagnose_training(evidence)


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


def _append_to_curves(estimator: Any, record: Record, scale: float) -> None:
    """Add the epoch of a `partial_fit`; a stream may have one for every row."""
    earlier = estimator._records
    earlier.append(replace(record, epoch=earlier[-1].epoch + 1))
    estimator.loss_ = record.loss / scale + record.penalty
    estimator.loss_curve_.append(estimator.loss_)
    before = math.inf if estimator.best_loss_ is None else estimator.best_loss_
    estimator.best_loss_ = min(before, estimator.loss_)


def _score(record: Record) -> float:
    """Return the quality on the validation rows: the score, else the negative loss."""
    if record.validation_score is not None:
        return record.validation_score
    return math.nan if record.validation_loss is None else -record.validation_loss


def _refuse_diverged(estimator: Any, trained: Trained) -> None:
    """Refuse what a training left that diverged, as scikit-learn does."""
    result, options = trained.result, trained.options
    by_batches = isinstance(result.solver, UpdateRule)
    start = result.history[0] if len(result.history) else None
    never = result.best_epoch == 0 and start is not None and not math.isfinite(start.loss)
    diverged = result.stop_reason.name == "divergence"
    unjudged = by_batches and not options.early_stopping
    if np.isfinite(trained.parameters.vector).all() and not (diverged and (never or unjudged)):
        return
    why = "Solver produced non-finite parameter weights. The input data may contain large"
    why += " values and need to be preprocessed."
    if options.standardize and isinstance(result.solver, UpdateRule):
        why = "Solver produced non-finite parameter weights, or a loss out of bounds: it diverged."
        rate = result.solver.learning_rate
        hint = f"{rate / 10:g}, or clip_norm=1.0."
        raise invalid_argument("learning_rate_init", rate, why, hint)
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
    if reason.name == "time" and not trained.result.history[-1].epoch:
        advice["time"] = f"{reason.sentence.en} Nothing is trained. Try: a larger max_seconds."
    by_plan = reason.name == "epochs" and trained.result.history[-1].epoch < estimator.max_iter
    if reason.name in advice and not by_plan:
        warnings.warn(advice[reason.name], ConvergenceWarning, stacklevel=4)
