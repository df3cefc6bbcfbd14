"""The number of threads: as many as are asked for, and no more than others allow."""

import os
import subprocess
import sys

import joblib
import pytest
from threadpoolctl import threadpool_limits

from clearprop import InputError
from clearprop.engine import threads
from clearprop.engine.threads import thread_count


@pytest.fixture(autouse=True)
def eight_cores(monkeypatch):
    for name in ("CLEARPROP_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(threads, "_cores", lambda: 8)
    monkeypatch.setattr(threads, "_openmp_libraries", lambda modules: [])


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there it is always one")


@pytest.mark.parametrize(
    ("given", "count"), [(None, 8), (1, 1), (3, 3), (100, 8), (-1, 8), (-2, 7), (-100, 1)]
)
def test_what_is_asked_for_is_counted_from_the_cores(given, count):
    assert thread_count(given) == count


@pytest.mark.parametrize(("limit", "count"), [("2", 2), ("3,1", 3), ("99", 8), ("", 8), ("x", 8)])
def test_openmps_variable_is_a_limit(monkeypatch, limit, count):
    monkeypatch.setenv("OMP_NUM_THREADS", limit)
    assert thread_count() == count
    assert thread_count(4) == 4
    monkeypatch.setenv("CLEARPROP_NUM_THREADS", "5")
    assert thread_count() == 5


@pytest.mark.parametrize("text", ["0", "many", "1.5"])
def test_a_variable_that_is_no_number_is_refused(monkeypatch, text):
    monkeypatch.setenv("CLEARPROP_NUM_THREADS", text)
    with pytest.raises(InputError, match="CLEARPROP_NUM_THREADS"):
        thread_count()


def test_threadpool_limits_are_heeded(monkeypatch):
    from sklearn.utils import _openmp_helpers  # noqa: F401  loads OpenMP

    monkeypatch.undo()
    for name in ("CLEARPROP_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(threads, "_cores", lambda: 8)
    with threadpool_limits(3, user_api="openmp"):
        if not threads._openmp_libraries(-1):
            pytest.skip("this scikit-learn brings no OpenMP")
        assert thread_count() == 3


def test_workers_of_joblib_share_the_cores():
    counts = joblib.Parallel(2)(joblib.delayed(thread_count)() for _ in range(2))
    assert counts == [max(1, joblib.cpu_count() // 2)] * 2


@pytest.mark.parametrize(
    ("files", "count"),
    [
        ({"cpu.max": "150000 100000\n"}, 2),
        ({"cpu.max": "max 100000\n"}, None),
        ({"cpu/cpu.cfs_quota_us": "50000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 1),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, None),
        ({"cpu.max": "nonsense"}, None),
        ({}, None),
    ],
)
def test_the_quota_of_a_container_is_read(monkeypatch, tmp_path, files, count):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(threads, "CONTROL_GROUP", tmp_path)
    assert threads._quota.__wrapped__() == count


def test_one_thread_is_enough_for_a_process_that_says_so():
    code = "from clearprop.engine.threads import thread_count; print(thread_count())"
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    environment.pop("CLEARPROP_NUM_THREADS", None)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "1"
