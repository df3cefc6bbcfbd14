"""Several trainings side by side: in their order, wherever they run, and ended by a failure."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest

from clearprop import Layer, Network
from clearprop._interruption import is_interrupted
from clearprop.engine.choice import obstacle
from clearprop.engine.threads import thread_count
from clearprop.search import trainings
from clearprop.search.trainings import Several, Trained, elsewhere, side_by_side
from clearprop.training import TrainingConfig

NETWORK = Network(1, [Layer(1)])


def result(seed, reason="epochs"):
    """Stands for the result of a training."""
    return Trained(SimpleNamespace(seed=seed, stop_reason=SimpleNamespace(name=reason)))


@dataclass(frozen=True)
class Numbered(Several):
    """Trainings that only say their seed; the one with the number `stops` is interrupted."""

    stops: int | None = None

    def one(self, number):
        reason = "interrupted" if number == self.stops else "epochs"
        return result(self.seeds[number], reason)


@dataclass(frozen=True)
class OneFails(Several):
    """The first fails; the others go on until they are told to end."""

    def one(self, number):
        if number == 0:
            raise ZeroDivisionError
        end = time.monotonic() + 60
        while not is_interrupted() and time.monotonic() < end:
            time.sleep(0.001)
        assert time.monotonic() < end
        return result(number)


def seeds_of(found):
    return [each.result.seed for each in found]


NUMBERS = Numbered(NETWORK, [[0.0]], [[0.0]], TrainingConfig(), seeds=(5, 3, 8, 1))


@pytest.mark.parametrize("n_jobs", [1, 2, 9])
def test_they_come_in_their_order(n_jobs):
    assert seeds_of(side_by_side(NUMBERS, n_jobs)) == [5, 3, 8, 1]


def test_without_compiled_code_one_runs_after_the_other(monkeypatch):
    monkeypatch.setattr(trainings, "obstacle", lambda: "there is no Numba")
    assert seeds_of(side_by_side(replace(NUMBERS, stops=1), 4)) == [5, 3]


def test_a_failure_ends_the_others_and_is_raised(monkeypatch):
    monkeypatch.setattr(trainings, "_worker_count", lambda *_: 2)
    failing = OneFails(NETWORK, [[0.0]], [[0.0]], TrainingConfig(), seeds=(1, 2))
    with pytest.raises(ZeroDivisionError):
        side_by_side(failing, 2)


def test_a_runner_takes_them_elsewhere_but_for_what_is_watched():
    taken = []

    def runner(several):
        taken.append(several)
        return [result(0)]

    watched = replace(NUMBERS, config=TrainingConfig(inspect=lambda record, parameters: None))
    with elsewhere(runner):
        assert seeds_of(side_by_side(NUMBERS, None)) == [0]
        assert seeds_of(side_by_side(watched, 1)) == [5, 3, 8, 1]
    assert seeds_of(side_by_side(NUMBERS, 1)) == [5, 3, 8, 1]
    assert [several.network.n_jobs for several in taken] == [1]


IN_THREADS = """
import sys
import numpy as np
import clearprop as cp
from clearprop.search.trainings import Several, Trained, side_by_side
from clearprop.training import Stopping, TrainingConfig, train
from threadpoolctl import threadpool_info

class Trainings(Several):
    def one(self, number):
        found = Trained(train(self.network, self.X, self.Y, self.config))
        seen.extend(each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas")
        return found

x, seen = np.linspace(-1, 1, 200)[:, None], []
network = cp.Network(1, [cp.Layer(5, "tanh"), cp.Layer(1)])
config = TrainingConfig(solver="bayesian_regularization", stopping=Stopping(max_epochs=3))
assert "scipy.linalg" not in sys.modules
side_by_side(Trainings(network, x, np.sin(3 * x), config, (1, 2)), 2)
assert "scipy.linalg" in sys.modules
print(*sorted(set(seen)))
"""


@pytest.mark.skipif(bool(obstacle()), reason="without compiled code there are no threads")
@pytest.mark.skipif(thread_count() < 2, reason="one processor: a BLAS has one thread anyway")
def test_a_blas_that_comes_with_the_first_step_has_one_thread_in_all_of_them():
    """SciPy's, which only solvers of second order need."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "2"}
    program = [sys.executable, "-c", IN_THREADS]
    ran = subprocess.run(program, env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout == "1\n"
