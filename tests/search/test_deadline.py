"""A bound on the seconds of a whole search: what is compared and what is kept then."""

import math
from dataclasses import replace

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop._interruption import OutOfTimeError, check_interrupted
from clearprop.search import train_automatically, train_restarts
from clearprop.search.candidates import Step, evaluate
from clearprop.search.cross_validation import CrossValidation
from clearprop.search.deadline import Deadline
from clearprop.training import Stopping, StopReason, TrainingConfig

SOLVER = "bayesian_regularization"
QUICK = Stopping(max_epochs=12)
STEPS = [Step(hidden) for hidden in ((), (2,), (3,), (4,))]


def build(hidden, smooth=True):
    return Network(1, [*(Layer(units, "tanh") for units in hidden), Layer(1)])


def wave(m=80):
    X = np.linspace(-1, 1, m)[:, None]
    return X, np.sin(4 * X) + 0.05 * np.random.default_rng(0).normal(size=X.shape)


class Clock:
    """Stops trainings from the one on that is the given number, as a deadline does."""

    def __init__(self, first):
        self.first, self.begun = first, 0

    def __call__(self, record, parameters):
        self.begun += record.epoch == 1
        if self.begun >= self.first:
            return StopReason.of("time", seconds=1)
        return None


def test_a_deadline_passes_once():
    assert Deadline(0.0, 1e-9).passed
    assert not Deadline(0.0, math.inf).passed
    assert Deadline(0.0, 100.0).after(0.1).seconds == 10
    with Deadline(0.0, 1e-9).bounding(), pytest.raises(OutOfTimeError, match="1e-09 s"):
        check_interrupted()
    with Deadline(0.0, math.inf).bounding():
        check_interrupted()


def test_candidates_that_are_not_done_in_time_are_left_out():
    X, Y = wave()
    data = CrossValidation.of(X, Y, None, np.random.default_rng(0))
    late = Clock(2 * 2 * len(data.parts) + 3)
    config = TrainingConfig(solver=SOLVER, seed=0, stopping=QUICK, inspect=late)
    tried = evaluate(build, STEPS, data, config, n_jobs=1)
    assert [each.step for each in tried] == STEPS[:2]
    with pytest.raises(OutOfTimeError):
        evaluate(build, STEPS, data, replace(config, inspect=Clock(3)), n_jobs=1)


def test_starts_that_are_not_done_in_time_are_left_out():
    X, Y = wave()
    config = TrainingConfig(solver=SOLVER, seed=0, stopping=QUICK, inspect=Clock(4))
    result = train_restarts(build((3,)), X, Y, config, restarts=5, n_jobs=1)
    assert len(result.members) == 3
    assert all(member.stop_reason.name == "epochs" for member in result.members)
    config = replace(config, inspect=Clock(1))
    cut = train_restarts(build((3,)), X, Y, config, restarts=5, n_jobs=1)
    assert len(cut.members) == 1


def test_hardly_any_time_still_gives_a_network():
    X, Y = wave()
    stopping = Stopping(max_seconds=1e-9)
    result = train_automatically(
        build, X, Y, TrainingConfig(seed=0, stopping=stopping, weight_decay=None)
    )
    assert np.isfinite(result.parameters.vector).all()
    assert result.stop_reason.name == "time"
    assert any(reason.en.startswith("Time:") for reason in result.reasons)
    assert not any(reason.en.startswith("Hidden units:") for reason in result.reasons)
