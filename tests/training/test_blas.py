"""The limit of BLAS to one thread: shared, and held by libraries that come later."""

import os
import subprocess
import sys
import threading

from threadpoolctl import threadpool_info, threadpool_limits

from clearprop.training.blas import one_blas_thread


def blas_threads():
    return max(each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas")


def test_a_limit_of_threads_holds_until_the_last_one_leaves():
    """As with two trainings in two threads, the first of which ends first."""

    def elsewhere(action, *given):
        thread = threading.Thread(target=action, args=given)
        thread.start()
        thread.join()

    with threadpool_limits(2, user_api="blas"):
        first, second = one_blas_thread(), one_blas_thread()
        elsewhere(first.__enter__)
        assert blas_threads() == 1
        second.__enter__()
        second.__exit__(None, None, None)
        assert blas_threads() == 1
        elsewhere(first.__exit__, None, None, None)
        assert blas_threads() == 2


LATER = """
import sys, threading
from clearprop.training.blas import lapack, one_blas_thread
from threadpoolctl import threadpool_info

def threads():
    return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]

before = threads()
with one_blas_thread():
    assert "scipy.linalg" not in sys.modules
    start = threading.Thread(target=lapack, args=["potrf"])  # one of several side by side
    start.start()
    start.join()
    assert set(threads()) == {1}, threads()
assert len(threads()) >= len(before)
assert set(threads()) == {2}, threads()
"""


def test_a_library_that_comes_later_is_limited_too():
    """NumPy's and SciPy's wheels bring a BLAS each; SciPy's loads with its first routine."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "2"}
    subprocess.run([sys.executable, "-c", LATER], env=environment, check=True)
