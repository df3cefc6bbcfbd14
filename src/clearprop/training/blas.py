"""LAPACK's routines, and the limit of BLAS to one thread."""

import sys
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from threading import Lock
from typing import Any

import numpy as np


@cache
def lapack(name: str) -> Any:
    """Return a routine of LAPACK for float64."""
    from scipy.linalg import get_lapack_funcs  # loads slowly, and not every solver needs it

    _ONE_THREAD.take_in()
    return get_lapack_funcs(name, dtype=np.float64)


class _OneThread:
    """A limit that is shared: whoever comes first sets it, and who leaves last lifts it.

    If each lifted its own, the trainings of other threads would go on without one.
    """

    def __init__(self) -> None:
        self._lock, self._inside = Lock(), 0
        self._limits: list[Any] = []

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._limits.append(_limited())
            self._inside += 1

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                with _in_charge():
                    while self._limits:
                        self._limits.pop().restore_original_limits()

    def take_in(self) -> None:
        """Limit SciPy's BLAS too, which has come while the others were limited."""
        with self._lock:
            if self._inside:
                self._limits.append(_limited())


def _limited() -> Any:
    """Limit the libraries of BLAS to one thread; return what lifts that."""
    with _in_charge():
        return _loaded().limit(limits=1)


@contextmanager
def _in_charge() -> Generator[None]:
    """Let this thread set limits: threadpoolctl heeds but the first that did, if it is a new one.

    A start that loads SciPy beside others is another thread, and a program's own may be one.
    """
    import threadpoolctl

    rule = getattr(threadpoolctl, "OpenBLASController", None)
    let_go = getattr(rule, "clear_controlling_thread", lambda force: None)
    let_go(force=True)
    try:
        yield
    finally:
        let_go(force=True)


def _loaded() -> Any:
    """Return a controller of the libraries of BLAS that this process has loaded so far."""
    return _controller("scipy.linalg" in sys.modules)


@cache
def _controller(with_scipy: bool) -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


_ONE_THREAD = _OneThread()


def one_blas_thread() -> AbstractContextManager[None]:
    """Return a context in which BLAS runs on one thread, in all threads of this process.

    Several would spin while they wait, and would make the last digits depend on their number.
    """
    return _ONE_THREAD
