"""How Hypothesis searches: the same examples every time, unless asked to look for new ones.

HYPOTHESIS_PROFILE=search python -m pytest tests/backprop      looks further, at random.
"""

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile(
    "repeatable", derandomize=True, deadline=None, max_examples=12, suppress_health_check=QUIET
)
settings.register_profile(
    "search", deadline=None, max_examples=300, print_blob=True, suppress_health_check=QUIET
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


def pytest_xdist_auto_num_workers() -> int:
    """Return how many processes `-n auto` starts: one more than cores, for tests that wait."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture
def ctrl_c_interrupts() -> Iterator[None]:
    """Let Ctrl-C interrupt, as at a terminal; a test run in the background ignores it."""
    earlier = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, earlier)


@pytest.fixture
def unmeasured(monkeypatch):
    """Started programs measure no coverage: with a limit of file size they could not keep it."""
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
