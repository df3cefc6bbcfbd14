"""The loop of every training, with a method that only halves a number."""

from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
import pytest

from clearprop._interruption import OutOfTimeError, check_interrupted
from clearprop.backprop.descent import Descent
from clearprop.training import Stopping, StopReason, minimizing
from clearprop.training.minibatches import MiniBatches
from clearprop.training.minimizing import minimize, minimize_by_batches, minimize_full_batch
from clearprop.training.monitor import Monitor
from clearprop.training.solvers import SOLVERS
from clearprop.updates.sgd import SGD
from solver_problems import line


@dataclass(frozen=True)
class Number:
    value: float


class Halving:
    """The loss of an epoch is the number; below `least` there is nothing more to do."""

    def __init__(self, least=0.0):
        self.least = least

    def init(self):
        return Number(1.0)

    def record(self, state, monitor):
        monitor.on_epoch_end(len(monitor.history), np.array([state.value]), state.value)

    def advance(self, state, monitor):
        if state.value <= self.least:
            return StopReason.of("min_gradient", norm=0.0, least=0.0)
        following = Number(state.value / 2)
        self.record(following, monitor)
        return following


class Notes:
    """Stands for a file that an earlier run may have left."""

    def __init__(self, restored=None):
        self.restored, self.offered, self.ended = restored, [], []

    def restore(self, kind):
        assert kind is Number
        return self.restored

    def offer(self, state):
        self.offered.append(state.value)

    def end(self, state):
        self.ended.append(state.value)


def monitor_of(**rules):
    return Monitor(Stopping(**rules), patience=0)


def test_the_monitor_ends_it():
    monitor = monitor_of(max_epochs=3)
    assert minimize(Halving(), monitor) == Number(1 / 8)
    assert [record.loss for record in monitor.history] == [1, 1 / 2, 1 / 4, 1 / 8]
    assert monitor.reason.name == "epochs"


def test_the_method_ends_it_and_the_last_state_stands():
    monitor = monitor_of(max_epochs=9)
    assert minimize(Halving(least=0.25), monitor) == Number(1 / 4)
    assert (len(monitor.history), monitor.reason.name) == (3, "min_gradient")


def test_a_saver_is_offered_every_state_from_which_training_goes_on():
    saver = Notes()
    minimize(Halving(), monitor_of(max_epochs=3), saver)
    assert saver.offered == [1, 1 / 2, 1 / 4]
    assert saver.ended == [1 / 8]


def test_what_was_saved_goes_on_without_being_recorded_again():
    saver, monitor = Notes(Number(1 / 4)), monitor_of(max_epochs=1)
    assert minimize(Halving(), monitor, saver) == Number(1 / 16)
    assert [record.loss for record in monitor.history] == [1 / 8, 1 / 16]


def test_a_limit_of_time_is_heard_within_a_step():
    class Endless(Halving):
        def advance(self, state, monitor):
            while True:
                check_interrupted()

    monitor = monitor_of(max_seconds=0.05)
    with pytest.raises(OutOfTimeError, match=r"0\.05"):
        minimize(Endless(), monitor)
    assert [record.loss for record in monitor.history] == [1]


@pytest.mark.parametrize("solver", SOLVERS)
def test_small_systems_of_equations_are_solved_in_one_thread(solver, monkeypatch):
    """The threads of the BLAS cost more than they gain there, and spin on meanwhile."""
    asked, problem, rule = [], line(), SOLVERS.make(solver)
    monkeypatch.setattr(minimizing, "one_blas_thread", lambda: asked.append(1) or nullcontext())
    minimize_full_batch(problem.objective, problem.start, rule, monitor_of(max_epochs=1))
    assert len(asked) == (1 if rule.order == 2 else 0)


@pytest.mark.parametrize("known", [None, np.full(5, 7.0)])
def test_before_any_epoch_the_start_is_the_best_unless_something_is_known(known):
    problem, monitor = line(), monitor_of(max_epochs=0)
    monitor.best_theta = known
    batches, random = MiniBatches(), np.random.default_rng(0)
    start = Descent.start(problem.start)
    minimize_by_batches(problem.objective, start, SGD(), 10, batches, random, monitor)
    np.testing.assert_array_equal(monitor.best_theta, problem.start if known is None else known)
