"""Threads that work on one network side by side, and how they wait for each other."""

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from numba import types

from clearprop._errors import invalid_argument
from clearprop.engine.compilation import inner
from clearprop.engine.pointers import atomic_add, atomic_load

SPINS = 2000
"""Looks at the barrier before a thread offers its processor to others; about 10 µs."""

_yield_processor: Any = types.ExternalFunction("sched_yield", types.int32())


@inner
def wait_for_all(barrier, workers):
    """Return once all workers have come here; `barrier` is a counter of arrivals, never reset."""
    if workers > 1:
        arrived = atomic_add(barrier, 1) + 1
        target = (arrived + workers - 1) // workers * workers
        spins = 0
        while atomic_load(barrier) < target:
            spins += 1
            if spins > SPINS:
                _yield_processor()


def thread_count(n_jobs: int | None = None) -> int:
    """Return how many threads to use: `n_jobs`, else CLEARPROP_NUM_THREADS, else every core.

    Never more than this process has processors; a negative number counts from there (−1: all).

    Raises
    ------
    InputError
        If the number is 0 or the variable holds no whole number.
    """
    cores = _cores()
    name, given = "n_jobs", n_jobs
    if given is None and "CLEARPROP_NUM_THREADS" in os.environ:
        name, text = "CLEARPROP_NUM_THREADS", os.environ["CLEARPROP_NUM_THREADS"]
        if not text.strip().lstrip("-").isdecimal():
            raise invalid_argument(name, text, "it is no whole number.", "1.")
        given = int(text)
    if given is None:
        given = cores
    if given == 0:
        raise invalid_argument(
            name, given, "there is no work without a thread.", "1, or -1 for all."
        )
    if sys.platform == "win32":  # the waiting loop needs sched_yield
        return 1
    return max(1, min(given if given > 0 else cores + 1 + given, cores))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def _pool(workers: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers, thread_name_prefix="clearprop")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # threads stay behind with the parent


def run_side_by_side(workers: int, work: Callable[[int], None]) -> None:
    """Run work(0) … work(workers − 1) at the same time, the first in this thread."""
    if workers == 1:
        return work(0)
    others = [_pool(workers - 1).submit(work, number) for number in range(1, workers)]
    work(0)
    for other in others:
        other.result()
    return None
