"""What people see while a network trains: a live bar, plain lines, or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from clearprop.training import Record

Observer = Callable[[Record], None]


@contextmanager
def progress_of(estimator: Any) -> Iterator[Observer | None]:
    """Yield what shows each epoch; None where nothing is to be shown."""
    if not estimator.verbose:
        yield None
        return
    yield lambda record: print(f"Iteration {record.epoch}, loss = {record.objective:.8f}")
