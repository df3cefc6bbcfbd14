"""Results as Markdown."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks import machine
from benchmarks.check import Verdict
from benchmarks.contender import ENGINE, OURS
from benchmarks.measure import Timing, ratio
from benchmarks.tasks import Task


@dataclass(frozen=True)
class Result:
    """A row that was measured."""

    title: str
    targets: Mapping[str, float]
    task: Task
    timings: Sequence[Timing]
    verdicts: Sequence[Verdict | None]
    """One for each timing; None where the contender was not timed."""
    note: str = ""

    @property
    def at_peak(self) -> float:
        """Seconds that the matrix products of one step take at the machine's own rate."""
        return self.task.operations / machine.peak(self.task.problem.dtype)

    def right(self, peer: str) -> list[Timing]:
        """Return the timings of a peer's contenders whose answers are right."""
        pairs = zip(self.timings, self.verdicts, strict=True)
        return [t for t, v in pairs if v and v.right and t.contender.peer == peer]

    def fastest(self, peer: str) -> Timing | None:
        """Return the fastest right contender of a peer, or None."""
        return min(self.right(peer), key=lambda timing: timing.median, default=None)

    @property
    def peers(self) -> list[str]:
        """Everybody who entered."""
        return list(dict.fromkeys(t.contender.peer for t in self.timings))


ORDER = (OURS, "scikit-learn", "torch", "JAX", "JAX, one call", "textbook NumPy", "dsyrk", "dgemm")


def ratios(results: Sequence[Result]) -> str:
    """Return the table of ratios: two lines a row, the public call and the engine below it."""
    entered = (peer for result in results for peer in result.peers)
    peers = in_order(peer for peer in entered if not peer.startswith(OURS))
    head = ["row", "call", "time of a step", "products at peak", *peers]
    lines = [_line(result, name, peers) for result in results for name in (OURS, ENGINE)]
    return markdown(head, lines)


def in_order(peers: Iterable[str]) -> list[str]:
    """Return each peer once, in the order of the columns; others after them."""
    return sorted(set(peers), key=lambda peer: (ORDER.index(peer) if peer in ORDER else 99, peer))


def _line(result: Result, name: str, peers: Sequence[str]) -> list[str]:
    ours, public = result.fastest(name), name == OURS
    entered = [timing for timing in result.timings if timing.contender.peer == name]
    how = entered[0].contender.how if entered else ""
    took = duration(ours.median / result.task.steps) if ours else "**wrong**"
    cells = [_cell(result, peer, ours, public) for peer in peers]
    return [result.title if public else "", f"`{how}`", took, _share(result, ours), *cells]


def _share(result: Result, ours: Timing | None) -> str:
    if ours is None:
        return duration(result.at_peak)
    share = result.at_peak * result.task.steps / ours.median
    return f"{duration(result.at_peak)} ({share:.0%})"


def _cell(result: Result, peer: str, ours: Timing | None, public: bool) -> str:
    """Return the ratio, the target, and whether it was missed."""
    target = result.targets.get(peer)
    goal = "" if target is None or not public else f" (≥ {figure(target)})"
    entered = [timing for timing in result.timings if timing.contender.peer == peer]
    if not entered:
        return f"–{goal}" if goal else ""
    theirs = result.fastest(peer)
    if theirs is None or ours is None:
        return ("failed" if all(t.failure for t in entered) else "**wrong**") + goal
    reached = ratio(theirs, ours)
    missed = target is not None and reached < target
    return f"{figure(reached)}{goal}{' ✗' if missed else ''}"


def details(results: Sequence[Result]) -> str:
    """Return every contender's time, spread, first call and answer."""
    head = [
        "row", "contender", "time of a step", "± (half range)", "first call", "÷ ours",
        "arrives at", "off by",
    ]  # fmt: skip
    lines = []
    for result in results:
        ours = result.fastest(OURS)
        title = result.title
        for timing, verdict in zip(result.timings, result.verdicts, strict=True):
            lines.append([title, *_detail(result, timing, verdict, ours)])
            title = ""
    return markdown(head, lines)


def _detail(
    result: Result, timing: Timing, verdict: Verdict | None, ours: Timing | None
) -> list[str]:
    contender = timing.contender
    who = f"{contender.peer}: {contender.how}"
    if verdict is None:
        return [who, f"not timed: {timing.failure}", "", "", "", "", ""]
    step = timing.median / result.task.steps
    off = f"{verdict.difference:.0e}"
    if not verdict.right:
        off = f"**{off}: wrong**, {verdict.tolerance:.0e} is allowed"
    compared = verdict.right and ours is not None and timing is not ours
    faster = figure(ratio(timing, ours)) if compared and ours else ""
    extra = timing.first - timing.median
    first = f"{duration(extra)} more" if extra > timing.median else ""
    return [
        who, duration(step), f"{timing.spread:.0%}", first, faster, f"{verdict.value:.6g}", off
    ]  # fmt: skip


def markdown(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def duration(seconds: float) -> str:
    """Return a time with three digits and its unit."""
    if math.isnan(seconds):
        return "–"
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= 0.9995 * size:
            return f"{figure(seconds / size)} {unit}"
    return f"{figure(seconds / 1e-9)} ns"


def figure(number: float) -> str:
    """Return a positive number with three digits, without an exponent."""
    if number == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(number))))
    text = f"{number:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
