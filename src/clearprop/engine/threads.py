"""Threads that work on one network side by side: how many, and their pool."""

import contextlib
import math
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from clearprop._errors import invalid_argument

CONTROL_GROUP = Path("/sys/fs/cgroup")


def thread_count(n_jobs: int | None = None) -> int:
    """Return how many threads to use: `n_jobs`, else CLEARPROP_NUM_THREADS, else every core.

    Every core but for a limit that others have set: OMP_NUM_THREADS, which joblib sets in its
    workers, or ``threadpool_limits``. Never more than this process has processors; a negative
    number counts from there (−1: all).

    Raises
    ------
    InputError
        If the number is 0 or the variable holds no whole number.
    """
    cores = _cores()
    name, given = "n_jobs", n_jobs
    if given is None and os.environ.get("CLEARPROP_NUM_THREADS", "").strip():
        name, text = "CLEARPROP_NUM_THREADS", os.environ["CLEARPROP_NUM_THREADS"]
        if not text.strip().lstrip("-").isdecimal():
            raise invalid_argument(name, text, "it is no whole number.", "1.")
        given = int(text)
    if given is None:
        given = min(cores, _openmp_limit() or cores)
    if given == 0:
        raise invalid_argument(
            name, given, "there is no work without a thread.", "1, or -1 for all."
        )
    if sys.platform == "win32":  # the barrier needs sched_yield
        return 1
    return max(1, min(given if given > 0 else cores + 1 + given, cores))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return min(cores, _quota() or cores)


@cache
def _quota() -> int | None:
    """Return how many processors the control group of a container may use at a time, if it says."""
    for file in ("cpu.max", "cpu/cpu.cfs_quota_us"):
        with contextlib.suppress(OSError, ValueError):
            quota, *period = (CONTROL_GROUP / file).read_text().split()
            if not period:
                period = [(CONTROL_GROUP / "cpu/cpu.cfs_period_us").read_text()]
            if quota not in ("max", "-1"):
                return max(1, math.ceil(int(quota) / int(period[0])))
    return None


def _openmp_limit() -> int | None:
    """Return how many threads OpenMP may start: its own answer where it is loaded; None for any."""
    answers = [library.get_num_threads() for library in _openmp_libraries(len(sys.modules))]
    first = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    if first.isdecimal() and int(first):
        answers.append(int(first))
    return min((each for each in answers if each), default=None)


@lru_cache(maxsize=1)
def _openmp_libraries(modules: int) -> list[Any]:
    """Return the OpenMP libraries that are loaded; more can be only once more modules are."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="openmp").lib_controllers


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
