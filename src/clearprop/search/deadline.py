"""When several trainings together must have ended."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from clearprop.backprop.structure import Parameters
from clearprop.training.history import Record
from clearprop.training.stopping import StopReason

Inspector = Callable[[Record, Parameters], StopReason | None]
DEADLINE = "deadline"
"""The name of the reason why a training stops then."""


class OutOfTimeError(Exception):
    """What was begun could not be brought to its end in time."""


@dataclass(frozen=True)
class Deadline:
    """A time after which trainings that are under way stop and no more should begin."""

    began: float
    """When the seconds began to count, by `time.perf_counter`."""
    seconds: float
    """Seconds in all; may be infinite."""

    @property
    def passed(self) -> bool:
        """Whether the time is used up."""
        return time.perf_counter() - self.began >= self.seconds

    @property
    def left(self) -> float:
        """Seconds that are left, at least 0; may be infinite."""
        return max(0.0, self.seconds - (time.perf_counter() - self.began))

    def after(self, part: float) -> "Deadline":
        """Return the deadline after this part of the seconds."""
        return Deadline(self.began, part * self.seconds)

    def leaving(self, part: float) -> "Deadline":
        """Return the deadline, or a later one that leaves at least this part of the seconds."""
        if math.isinf(self.seconds):
            return self
        latest = time.perf_counter() - (1 - part) * self.seconds
        return Deadline(max(self.began, latest), self.seconds)

    def watched(self, inspect: Inspector | None = None) -> Inspector | None:
        """Return an inspector that stops trainings at the deadline, and asks `inspect` before.

        Without a deadline that is `inspect` itself.
        """
        if math.isinf(self.seconds):
            return inspect

        def look(record: Record, parameters: Parameters) -> StopReason | None:
            reason = inspect(record, parameters) if inspect else None
            if reason is None and self.passed:
                return StopReason(DEADLINE, StopReason.of("time", seconds=self.seconds).sentence)
            return reason

        return look
