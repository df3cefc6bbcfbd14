"""Threads that work on one network side by side: how many, and their pool."""

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from clearprop._errors import invalid_argument


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
    if given is None and os.environ.get("CLEARPROP_NUM_THREADS", "").strip():
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
    if sys.platform == "win32":  # the barrier needs sched_yield
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
