"""How well contenders predict splits: measured once, kept in a file, and not measured again."""

import json
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.splits import Split

LEAST = 1e-12
"""A probability that is smaller counts as this one."""
COVERING = 1.96
"""Standard deviations within which 95 % of normally distributed targets lie."""


@dataclass(frozen=True)
class Outcome:
    """What a contender's predictions of one split are worth, and what they cost."""

    table: str
    split: int
    contender: str
    rows: int
    """Rows that trained."""
    loss: float
    """Log loss of classes; root mean squared error of numbers, in the target's unit."""
    errors: float
    """Part of the classes that is wrong; NaN for numbers."""
    covered: float
    """Part of the numbers within their 95 % interval; NaN where there is none."""
    weights: int | None
    """Weights and biases of a network."""
    seconds: float
    """Of the processor, to fit."""

    @property
    def key(self) -> tuple[str, int, str]:
        """What is measured once."""
        return self.table, self.split, self.contender


def measured(
    table: str, number: int, split: Split, contender: str, make: Callable[[int], Any]
) -> Outcome:
    """Return how well a contender does on a split."""
    model = make(number)
    began = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that 200 epochs are not the end is a default of peers
        model.fit(split.X, split.y)
    seconds = time.process_time() - began
    loss, errors, covered = _judged(model, split)
    return Outcome(
        table,
        number,
        contender,
        len(split.y),
        loss,
        errors,
        covered,
        weights_of(model),
        seconds,
    )


def _judged(model: Any, split: Split) -> tuple[float, float, float]:
    if split.y.dtype.kind == "i":
        P = model.predict_proba(split.X_test)
        own = P[np.arange(len(P)), np.searchsorted(model.classes_, split.y_test)]
        wrong = np.mean(model.predict(split.X_test) != split.y_test)
        return float(-np.log(np.maximum(own, LEAST)).mean()), float(wrong), float("nan")
    mean, deviation = _predicted(model, split.X_test)
    errors = split.y_test - mean
    within = float("nan") if deviation is None else np.mean(np.abs(errors) <= COVERING * deviation)
    return float(np.sqrt(np.mean(errors**2))), float("nan"), float(within)


def _predicted(model: Any, X: Any) -> tuple[npt.NDArray[Any], npt.NDArray[Any] | None]:
    """Return predictions and standard deviations, None where they are not known."""
    from clearprop import InputError
    from clearprop.estimators import MLPRegressor

    if isinstance(model, MLPRegressor):
        try:
            return model.predict(X, return_std=True)
        except InputError:
            return model.predict(X), None
    return model.predict(X), None


def weights_of(model: Any) -> int | None:
    """Return how many weights and biases a network has; None for what is no network."""
    for name in ("regressor_", "best_estimator_"):
        model = getattr(model, name, model)
    model = model[-1] if hasattr(model, "steps") else model
    if not hasattr(model, "coefs_"):
        return None
    return sum(part.size for part in (*model.coefs_, *model.intercepts_))


def kept_in(file: Path | None) -> dict[tuple[str, int, str], Outcome]:
    """Return the outcomes that a file keeps, one a line."""
    if file is None or not file.is_file():
        return {}
    found = (Outcome(**json.loads(line)) for line in file.read_text("utf-8").splitlines())
    return {outcome.key: outcome for outcome in found}


def outcomes(
    tasks: Iterable[tuple[str, int, Callable[[], Split], str, Callable[[int], Any]]],
    file: Path | None = None,
) -> Iterator[Outcome]:
    """Yield the outcome of each task; those that the file has are taken, others are added to it."""
    known = kept_in(file)
    for table, number, split, contender, make in tasks:
        found = known.get((table, number, contender))
        if found is None:
            found = measured(table, number, split(), contender, make)
            if file is not None:
                with file.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(asdict(found)) + "\n")
        yield found
