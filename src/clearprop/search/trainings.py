"""Several trainings on the same rows, side by side: in threads here, or where `elsewhere` says."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field, replace
from typing import Any, Self

from clearprop._interruption import ending_with
from clearprop._typing import FloatArray
from clearprop.engine.choice import obstacle
from clearprop.engine.threads import thread_count
from clearprop.network.network import Network
from clearprop.training.blas import one_blas_thread
from clearprop.training.config import TrainingConfig
from clearprop.training.result import TrainingResult


@dataclass(frozen=True)
class Trained:
    """One of several trainings.

    Attributes
    ----------
    result : TrainingResult
    seen : dict of arrays (m′, K)
        Weighted sums zᴸ of the rows that were left out, by epoch or by weight decay.
    steps : tuple of TrainingResult
        The trainings that led to the result, where it is the last one of several.
    """

    result: TrainingResult
    seen: dict[float, FloatArray] = field(default_factory=dict)
    steps: tuple[TrainingResult, ...] = ()


@dataclass(frozen=True)
class Several(ABC):
    """Trainings that differ by their number; plain data, which can be sent to where they run.

    Attributes
    ----------
    network : Network
    X, Y : array-like
        All rows, as `train` takes them; a training may leave some of them out.
    config : TrainingConfig
    seeds : tuple of int
        One for each training.
    """

    network: Network
    X: Any
    Y: Any
    config: TrainingConfig
    seeds: tuple[int, ...]

    @abstractmethod
    def one(self, number: int) -> Trained:
        """Return the training with this number, from 0."""

    def with_rows(self, X: Any, Y: Any) -> Self:
        """Return the same trainings on these rows."""
        return replace(self, X=X, Y=Y)

    @property
    def in_one_thread(self) -> Self:
        """The same trainings, each of which keeps to its thread."""
        return replace(self, network=self.network.with_layers(self.network.layers, n_jobs=1))


Runner = Callable[[Several], list[Trained]]
"""Trains all of them, as `side_by_side` does."""
_elsewhere: ContextVar[Runner | None] = ContextVar("elsewhere", default=None)


@contextmanager
def elsewhere(runner: Runner) -> Iterator[None]:
    """Let a runner do what the block trains side by side, but for what is watched from here."""
    token = _elsewhere.set(runner)
    try:
        yield
    finally:
        _elsewhere.reset(token)


def side_by_side(several: Several, n_jobs: int | None) -> list[Trained]:
    """Return all trainings in their order; the result does not depend on where they run.

    Once Ctrl-C was pressed, or one has failed, the others end with the step that they are taking;
    those that have not begun by then are left out.

    Parameters
    ----------
    several : Several
    n_jobs : int, optional
        Trainings that run at the same time; without it CLEARPROP_NUM_THREADS, else all cores.
    """
    runner = _elsewhere.get()
    if runner is not None and several.config.inspect is None:
        return runner(several.in_one_thread)
    workers = _worker_count(len(several.seeds), n_jobs)
    return _one_by_one(several) if workers == 1 else _in_threads(several.in_one_thread, workers)


def _worker_count(trainings: int, n_jobs: int | None) -> int:
    """Return how many may run at the same time; one where there is no compiled code."""
    return 1 if obstacle() else min(trainings, thread_count(n_jobs))


def _one_by_one(several: Several) -> list[Trained]:
    found: list[Trained] = []
    for number in range(len(several.seeds)):
        found.append(several.one(number))
        if found[-1].result.stop_reason.name == "interrupted":
            break
    return found


def _in_threads(several: Several, workers: int) -> list[Trained]:
    interrupted = threading.Event()

    def until_interrupted(number: int) -> Trained:
        with ending_with(interrupted):
            return several.one(number)

    with one_blas_thread(), ThreadPoolExecutor(workers, "clearprop-start") as pool:
        started = [
            pool.submit(copy_context().run, until_interrupted, number)  # limits of time hold there
            for number in range(len(several.seeds))
        ]
        try:
            return [each.result() for each in started]
        except BaseException as error:
            interrupted.set()
            if not isinstance(error, KeyboardInterrupt):
                raise
            return [each.result() for each in started if not each.cancel()]
