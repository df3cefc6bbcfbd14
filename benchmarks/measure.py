"""Time contenders in one process, in turn, in several rounds."""

import gc
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.contender import Contender
from clearprop._typing import FloatArray

LEAST = 0.05
"""Seconds that a timed call takes at least; shorter work is repeated within it."""
HOPELESS = 3.0
"""How many times slower than its peer's fastest a contender may be and still be timed."""
PAUSE = 0.3
"""Seconds between two contenders, in which the threads of the last one stop spinning."""


@dataclass
class Timing:
    """What was measured of one contender."""

    contender: Contender
    first: float = math.nan
    """Seconds of the very first call: compilation, loading, first touch of memory."""
    seconds: list[float] = field(default_factory=list)
    """Seconds of one piece of work, in each round."""
    warm: float = math.nan
    """Seconds of a later call, before the rounds."""
    repeats: int = 1
    answer: FloatArray | None = None
    """Of the last timed call."""
    failure: str = ""
    """Why it was not timed."""

    @property
    def median(self) -> float:
        """The median over the rounds; NaN where nothing was timed."""
        return median(self.seconds) if self.seconds else math.nan

    @property
    def spread(self) -> float:
        """Half the range over the rounds, relative to the median."""
        if not self.seconds:
            return math.nan
        return (max(self.seconds) - min(self.seconds)) / 2 / self.median


def measure(contenders: Sequence[Contender], rounds: int, least: float = LEAST) -> list[Timing]:
    """Let every contender work once in each round, one after another.

    The order turns by one place from round to round, so that nobody always follows the same.
    """
    timings = [Timing(contender) for contender in contenders]
    for timing in timings:
        warm_up(timing, least)
    leave_out_hopeless(timings)
    running = [timing for timing in timings if not timing.failure]
    for number in range(rounds):
        turn = number % len(running) if running else 0
        for timing in running[turn:] + running[:turn]:
            gc.collect()
            time.sleep(PAUSE)
            with timing.contender.around():
                took, timing.answer = clock(timing.contender.run, timing.repeats)
            timing.seconds.append(took / timing.repeats)
    return timings


def warm_up(timing: Timing, least: float) -> None:
    """Take the first call, and find how many calls fill the least time."""
    contender = timing.contender
    try:
        with contender.around():
            timing.first, timing.answer = clock(contender.run, 1)
            timing.warm = timing.first
            if timing.first < 100 * least:
                took, _ = clock(contender.run, 1)
                while took < least:  # until the clock is no part of the result
                    timing.repeats = max(
                        2 * timing.repeats, math.ceil(1.2 * least * timing.repeats / took)
                    )
                    took, _ = clock(contender.run, timing.repeats)
                timing.warm = took / timing.repeats
    except Exception as error:  # a peer may have changed; the others are still worth timing
        timing.failure = f"{type(error).__name__}: {error}".splitlines()[0]


def leave_out_hopeless(timings: Sequence[Timing]) -> None:
    """Time no contender that is far slower than another of its peer, as two threads can be."""
    working = [timing for timing in timings if not timing.failure]
    for timing in working:
        peer = timing.contender.peer
        fastest = min(t.warm for t in working if t.contender.peer == peer)
        if timing.warm > HOPELESS * fastest:
            times = timing.warm / fastest
            timing.failure = f"{times:.0f} times slower than {peer}'s fastest, left out"


def clock(run: Callable[[], FloatArray], repeats: int) -> tuple[float, FloatArray]:
    """Return the seconds of `repeats` calls and the last answer."""
    began = time.perf_counter()
    for _ in range(repeats - 1):
        run()
    answer = run()
    return time.perf_counter() - began, answer


def ratio(peer: Timing, ours: Timing) -> float:
    """Return peer's time ÷ ours: the median of what each round gives."""
    pairs = zip(peer.seconds, ours.seconds, strict=True)
    return median(theirs / mine for theirs, mine in pairs)
