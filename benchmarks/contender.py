"""A contender: somebody's way to do a task."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from benchmarks.tasks import Task
from clearprop._typing import FloatArray

OURS, ENGINE = "clearprop", "clearprop engine"
"""The public call, against which ratios are taken, and the engine below it."""
THREADS_FROM = 1e6
"""Operations of a step below which no library takes a second thread, so none is tried."""


@dataclass(frozen=True)
class Contender:
    """A call that does a task and returns its answer."""

    peer: str
    """Whose it is; a table shows the fastest contender of each peer."""
    how: str
    """What is called, and with how many threads."""
    run: Callable[[], FloatArray]
    around: Callable[[], AbstractContextManager[object]] = nullcontext
    """Entered before the clock starts; sets the number of threads."""
    same_batches: bool = True
    """Whether it trains with the batches of the task rather than with its own."""


def thread_counts(task: Task) -> list[int]:
    """Return the numbers of threads a contender that can choose is tried with."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return sorted({1, cores or 1}) if task.operations >= THREADS_FROM else [1]


def blas_threads(count: int) -> Callable[[], AbstractContextManager[object]]:
    """Return what holds the BLAS libraries at `count` threads."""
    from threadpoolctl import threadpool_limits

    return lambda: threadpool_limits(count, user_api="blas")


def threads(count: int) -> str:
    """Return the count in words."""
    return "1 thread" if count == 1 else f"{count} threads"
