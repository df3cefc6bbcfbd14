"""Passes over a source: how far one is, and the seed that its draws begin with."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from clearprop._text import Text
from clearprop.streaming.source import Source
from clearprop.training.stages import OnStage, Stage


def watch_of(on_stage: OnStage | None, name: Text, source: Source) -> Callable[[int], None]:
    """Return what tells how far a pass is, and the time that it still takes."""
    began = time.perf_counter()

    def watch(passed: int) -> None:
        if on_stage is not None:
            spent, rows = time.perf_counter() - began, max(passed, source.rows)
            on_stage(Stage(name, passed, rows, spent * (rows - passed) / passed))

    return watch


def as_number(seed: Any) -> int:
    """Return a seed as a number; generators draw one."""
    if isinstance(seed, int | np.integer):
        return int(seed)
    if isinstance(seed, np.random.Generator):
        return int(seed.integers(2**31))
    return int(seed.randint(2**31))
