"""A deadline for several trainings together."""

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass

from clearprop._interruption import ending_after


@dataclass(frozen=True)
class Deadline:
    """A time after which trainings that are under way stop and no more should begin."""

    began: float
    """The time by `time.perf_counter` from which seconds count."""
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

    def bounding(self) -> AbstractContextManager[None]:
        """Return a block in which trainings stop at the deadline, for lack of time."""
        return ending_after(self.left, of=self.seconds)
