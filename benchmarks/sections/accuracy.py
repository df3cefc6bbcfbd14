"""What the automatic choice predicts on tables with standard splits, beside scikit-learn's MLP."""

import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.rows import Options
from benchmarks.splits import Split, splits_of, tables_in

TITLE = "Accuracy"
EXPLANATION = """\
Everything left open: `MLPRegressor()` of clearprop, which chooses solver, sizes and starts, beside
`MLPRegressor()` of scikit-learn on standardised inputs and targets. RMSE is the mean over the
splits ± its standard error, in the target's own units; the interval is the prediction ± 1.96
standard deviations of `predict(X, return_std=True)`; seconds are those of fitting one split."""
HEAD = """\
| table | splits | RMSE, clearprop | RMSE, scikit-learn | targets within the 95% interval | \
seconds a split, median | scikit-learn's |
| --- | --- | --- | --- | --- | --- | --- |"""
SKIPPED = "Skipped: it needs `--tables FOLDER`, in the layout that benchmarks/splits.py describes."
QUICK_SPLITS = 1


@dataclass(frozen=True)
class Outcome:
    """How well one split was predicted."""

    rmse: float
    covered: float
    """Part of the targets within the interval; NaN where there is none."""
    seconds: float


def missing(options: Options) -> str | None:
    """Return why the section has nothing to measure; None if it has."""
    return SKIPPED if options.tables is None else None


def run(options: Options) -> str:
    """Return the table."""
    assert options.tables is not None
    most = QUICK_SPLITS if options.quick else options.splits
    lines = [line_of(table, splits_of(table, most)) for table in tables_in(options.tables)]
    return "\n".join([EXPLANATION, "", HEAD, *lines])


def line_of(table: Path, splits: list[Split]) -> str:
    """Return the line of one table."""
    ours = [with_clearprop(split, number) for number, split in enumerate(splits)]
    theirs = [with_scikit_learn(split, number) for number, split in enumerate(splits)]
    covered = np.mean([outcome.covered for outcome in ours])
    cells = [table.name, str(len(splits)), spelled(ours), spelled(theirs), f"{covered:.1%}"]
    cells += [f"{np.median([each.seconds for each in side]):.3g}" for side in (ours, theirs)]
    return f"| {' | '.join(cells)} |"


def spelled(outcomes: list[Outcome]) -> str:
    """Return the mean error and its standard error."""
    errors = [outcome.rmse for outcome in outcomes]
    return f"{np.mean(errors):.4g} ± {np.std(errors) / np.sqrt(len(errors)):.2g}"


def with_clearprop(split: Split, seed: int) -> Outcome:
    """Return how well the automatic choice does."""
    from clearprop import MLPRegressor

    began = time.perf_counter()
    model = MLPRegressor(random_state=seed).fit(split.X, split.y)
    seconds = time.perf_counter() - began
    return outcome_of(split, *predicted(model, split.X_test), seconds)


def predicted(model: Any, X: Any) -> tuple[Any, Any]:
    """Return predictions and standard deviations, NaN where the solver does not know them."""
    from clearprop import InputError

    try:
        return model.predict(X, return_std=True)
    except InputError:
        return model.predict(X), np.full(len(X), np.nan)


def with_scikit_learn(split: Split, seed: int) -> Outcome:
    """Return how well scikit-learn's network with its own defaults does."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.neural_network import MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    network = make_pipeline(StandardScaler(), MLPRegressor(random_state=seed))
    model = TransformedTargetRegressor(network, transformer=StandardScaler())
    began = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that 200 epochs are not the end is scikit-learn's default
        model.fit(split.X, split.y)
    seconds = time.perf_counter() - began
    mean = model.predict(split.X_test)
    return outcome_of(split, mean, np.full(len(mean), np.nan), seconds)


def outcome_of(split: Split, mean: Any, deviation: Any, seconds: float) -> Outcome:
    """Return what predictions are worth."""
    errors = split.y_test - mean
    known = not np.isnan(deviation).any()
    covered = float(np.mean(np.abs(errors) <= 1.96 * deviation)) if known else np.nan
    return Outcome(float(np.sqrt(np.mean(errors**2))), covered, seconds)
