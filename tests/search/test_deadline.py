"""A bound on the seconds of a whole search."""

import math
import time

import pytest

from clearprop._interruption import OutOfTimeError, check_interrupted
from clearprop.search.deadline import Deadline


def test_a_deadline_passes_once():
    assert Deadline(0.0, 1e-9).passed
    assert not Deadline(0.0, math.inf).passed
    assert Deadline(0.0, 100.0).after(0.1).seconds == 10
    with Deadline(0.0, 1e-9).bounding(), pytest.raises(OutOfTimeError, match="1e-09 s"):
        check_interrupted()
    with Deadline(0.0, math.inf).bounding():
        check_interrupted()


def test_what_is_left_counts_from_the_beginning():
    begun = Deadline(time.perf_counter() - 60, 100)
    assert not begun.passed
    assert 30 < begun.left <= 40
    assert begun.after(0.5).passed
    assert begun.after(0.5).left == 0
    assert Deadline(0.0, math.inf).left == math.inf
