"""Whether and how an estimator shows each epoch."""

import numpy as np
import pytest

from clearprop import MLPRegressor
from clearprop.data.task import Classification, Regression
from clearprop.estimators import progress
from clearprop.estimators.progress import progress_of
from clearprop.training import Record

RECORD = Record(3, 1.0, None, None, None, 0.0, penalty=0.25)


@pytest.fixture
def asked(monkeypatch):
    """Note what a progress is made of."""
    given = {}
    monkeypatch.setattr(
        progress, "TrainingProgress", lambda epochs, **more: given.update(more, epochs=epochs)
    )
    return given


@pytest.mark.parametrize(
    ("verbose", "quiet", "every"),
    [(False, True, False), (True, False, False), (1, False, False), (2, False, True)],
)
def test_from_two_on_every_epoch_is_shown(verbose, quiet, every, asked):
    progress_of(MLPRegressor(verbose=verbose, max_iter=70), Regression(1))
    assert (asked["quiet"], asked["every_epoch"], asked["epochs"]) == (quiet, every, 70)


def test_lines_are_scikit_learns_with_its_mean_over_outputs(asked):
    line = "Iteration 3, loss = 0.75000000"
    progress_of(MLPRegressor(), Regression(2))
    assert asked["line"](RECORD) == line
    progress_of(MLPRegressor("huber"), Regression(2))
    assert asked["line"](RECORD) == "Iteration 3, loss = 1.25000000"
    progress_of(MLPRegressor(), Classification.of(np.array([0, 1])))
    scored = Record(3, 1.0, None, None, None, 0.0, validation_score=0.5)
    assert asked["line"](scored) == ("Iteration 3, loss = 1.00000000\nValidation score: 0.500000")
