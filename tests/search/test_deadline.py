"""A bound on the seconds of a whole search: what is compared and what is kept then."""

import math

import numpy as np
import pytest

from clearprop import Layer, Network
from clearprop.search import train_automatically, train_restarts
from clearprop.search.candidates import Step, climb
from clearprop.search.cross_validation import CrossValidation
from clearprop.search.deadline import DEADLINE, Deadline, OutOfTimeError
from clearprop.training import Stopping, StopReason
from clearprop.training.solvers import make_solver

QUICK = Stopping(max_epochs=12)
STEPS = [Step(hidden) for hidden in ((), (2,), (3,), (4,))]


def build(hidden):
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
            return StopReason(DEADLINE, QUICK_SENTENCE)
        return None


QUICK_SENTENCE = Deadline(0.0, 1.0).watched()(None, None).sentence


def test_a_deadline_passes_once():
    assert Deadline(0.0, 1e-9).passed
    assert not Deadline(0.0, math.inf).passed
    assert Deadline(0.0, math.inf).watched() is None
    assert not Deadline(0.0, 100.0).leaving(0.9).passed
    assert Deadline(0.0, 100.0).after(0.1).seconds == 10
    reason = Deadline(0.0, 1e-9).watched()(None, None)
    assert (reason.name, "time" in reason.sentence.en) == (DEADLINE, True)


def test_rungs_that_are_not_done_in_time_are_left_out():
    X, Y = wave()
    rule, random = make_solver("bayesian_regularization"), np.random.default_rng(0)
    data = CrossValidation.of(X, Y, None, random)
    trainings = 2 * len(data.parts)
    settings = {"seed": 0, "n_jobs": 1, "stopping": QUICK}
    late = Clock(2 * trainings + 3)
    rungs = climb(build, STEPS, data, rule, inspect=late, **settings)
    assert [rung.step for rung in rungs] == STEPS[:2]
    with pytest.raises(OutOfTimeError):
        climb(build, STEPS, data, rule, inspect=Clock(3), **settings)


def test_starts_that_are_not_done_in_time_are_left_out():
    X, Y = wave()
    settings = {"restarts": 5, "seed": 0, "n_jobs": 1, "stopping": QUICK}
    result = train_restarts(build((3,)), X, Y, inspect=Clock(4), **settings)
    assert len(result.members) == 3
    assert all(member.stop_reason.name == "epochs" for member in result.members)
    cut = train_restarts(build((3,)), X, Y, inspect=Clock(1), **settings)
    assert len(cut.members) == 1


def test_hardly_any_time_still_gives_a_network():
    X, Y = wave()
    stopping = Stopping(max_seconds=1e-9)
    result = train_automatically(build, X, Y, seed=0, stopping=stopping)
    assert np.isfinite(result.parameters.vector).all()
    assert result.stop_reason.name == "time"
    assert any(reason.en.startswith("Time:") for reason in result.reasons)
    assert not any(reason.en.startswith("Hidden units:") for reason in result.reasons)
