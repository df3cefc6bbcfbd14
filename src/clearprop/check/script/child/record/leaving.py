"""Leave the loops of a training of which enough was seen, so that the next one can be watched."""

import types
from typing import Any, NamedTuple, Protocol

from clearprop.check.script.child.record.patience import Patience

MAX_ENDS = 30
"""Ends of outermost loops at which it is asked whether they have trained."""
FEW = 60
"""Operations after which the end of an inner loop may be that of a training; then twice as many."""
Signature = frozenset[Any]
"""What is equal for trainings by the same lines with the same constants."""


class Kept(NamedTuple):
    """A training that was seen and is kept."""

    signature: Signature
    newest: int
    """The number of the content that was the last of its weights to be made."""
    earliest: int
    """When the first of its weights made its first step."""
    latest: int
    """When all weights had made their latest step."""


class Keep(Protocol):
    """Keeps a training, all of whose loops have ended or not; None where the program is to end."""

    def __call__(self, *, ended: bool) -> Kept | None:
        """Return what was kept."""


class HasTrained(Protocol):
    """Tells whether a training is worth keeping at the end of a loop, the outermost one or not."""

    def __call__(self, *, ended: bool) -> bool:
        """Return whether it is."""


def nothing_kept(*, ended: bool) -> Kept | None:
    """Keep no training: the program ends once enough was seen of one."""
    return None


def nothing_trained(*, ended: bool) -> bool:
    """Return that ends of loops are not looked at."""
    return False


class Loop:
    """A loop of the program while it runs.

    Parameters
    ----------
    recorder : Leaving
        It is told when the loop ends.
    """

    def __init__(self, recorder: "Leaving") -> None:
        self.recorder = recorder
        self.known, self.began = recorder.known_so_far()
        """How many contents were known when it began, and when that was."""
        self.is_left = False
        """True once it is to end at its next pass."""
        self.trained: set[Signature] = set()
        """The signatures of the trainings that were seen in it."""

    def __enter__(self) -> None:
        self.recorder.running.append(self)

    def __exit__(self, kind: type[BaseException] | None, *_: types.TracebackType | object) -> None:
        running = self.recorder.running
        if self in running:  # a generator may end later than the loop that it is in
            del running[running.index(self) :]
        self.recorder.ended(self, failed=kind is not None)


class Leaving(Patience):
    """Goes on to the next training once enough was seen of one, where that can be kept."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.statement = 0
        """The first line of the program's statement that runs."""
        self.running: list[Loop] = []
        """The loops that run, the outermost first."""
        self.is_leaving = False
        """True from when enough was seen until the loops that train are left."""
        self.keep: Keep = nothing_kept
        """Keeps what was recorded as a training; None where the program is to end."""
        self.has_trained: HasTrained = nothing_trained
        """True if several steps were recorded that change all layers."""
        self.ends = 0
        self.end_after = FEW

    def start_again(self, seconds: float) -> None:
        """Forget everything, and record for so many more seconds."""
        super().start_again(seconds)
        self.running, self.is_leaving = [], False
        self.ends, self.end_after = 0, FEW

    def loop(self, line: int) -> Loop:
        """Return a loop that is about to begin."""
        return Loop(self)

    def known_so_far(self) -> tuple[int, int]:
        """Return how many contents are known, and the time."""
        return len(self.trace.contents), self.now

    def leaves(self, line: int) -> bool:
        """Return whether the innermost loop is to end here, at the beginning of a pass."""
        return self.is_leaving and bool(self.running) and self.running[-1].is_left

    def has_enough(self, last: Loop | None = None) -> None:
        """Leave the loops that train, or end the program where no other training is waited for.

        A loop around a training makes its weights anew in every pass: it goes on, unless it only
        trains again as it did before. So does one in a step, over the layers for one. The `last`
        loop has just ended.
        """
        kept = self.keep(ended=last is not None and not self.running)
        if kept is None:
            super().has_enough()
            return
        self.is_leaving, self.looks = True, []
        loops = self.running if last is None else [*self.running, last]
        around = [loop for loop in loops if loop.began < kept.earliest]
        trains = [
            loop for loop in around if kept.newest < loop.known or kept.signature in loop.trained
        ]
        for loop in trains or around:
            loop.is_left = True
        inside = False
        for loop in loops:
            inside |= loop.is_left
            loop.is_left |= inside and loop.began < kept.latest
            loop.trained.add(kept.signature)

    def ended(self, loop: Loop, *, failed: bool) -> None:
        """Look whether a loop that has ended has trained; what comes is another training then."""
        asks = not self.is_leaving and not failed and self.is_worth_a_look()
        if asks and self.has_trained(ended=not self.running):
            self.has_enough(loop)
        if loop.is_left:
            self.goes_on()

    def is_worth_a_look(self) -> bool:
        """Return whether the end of a loop may be that of a training."""
        if not self.products or self.enough:
            return False
        if not self.running:
            self.ends += 1
            return self.ends <= MAX_ENDS
        done = len(self.trace.operations)
        if done < self.end_after:
            return False
        self.end_after = 2 * done
        return True

    def goes_on(self) -> None:
        """Record from here on as if the program began, once no loop is left to be left."""
        if self.is_leaving and not any(loop.is_left for loop in self.running):
            self.is_leaving, self.end_after = False, FEW
            self.forget()
            for loop in self.running:
                loop.known = self.known_so_far()[0]
