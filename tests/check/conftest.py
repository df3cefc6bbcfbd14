"""Checks of many programs, without a start of Python for each."""

import sys
from collections.abc import Iterator

import pytest

from check.harnesses import Copies
from clearprop.check.script import sandbox
from clearprop.check.script.walls import bubblewrap


@pytest.fixture(scope="session")
def copies() -> Iterator[Copies]:
    """Harnesses that are copies of one process."""
    copies = Copies()
    yield copies
    copies.end()


@pytest.fixture(autouse=True)
def harnesses_are_copies(request: pytest.FixtureRequest, copies: Copies) -> Iterator[None]:
    """Let checks start copies, except where a test is of that start, or of the walls."""
    if sys.platform != "linux" or request.node.get_closest_marker("as_people_start_it"):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bubblewrap, "works", lambda readable: False)
        patch.setattr(sandbox, "started", copies.start)
        yield
