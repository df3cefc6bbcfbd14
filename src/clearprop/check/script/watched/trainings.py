"""The verdict on all trainings of a program: one that is wrong counts, whatever the others are."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from clearprop._text import Text
from clearprop.check.script.observed import Watched
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.watched.judging import judged

SECONDS, LEAST = 1.6, 0.3
"""Of processor time, for naming what is wrong after the first training; and for judging one."""


@dataclass(frozen=True)
class Judged:
    """A training, and the verdict on it."""

    seen: Watched
    report: SubmissionReport

    @property
    def changes_in(self) -> set[int]:
        """The lines that change its weights."""
        return {layer.weights.line for step in self.seen.steps for layer in step.layers}


def of_later(first: Judged, path: str, until: float, *, adds: bool) -> list[Judged]:
    """Return the trainings after the first one with the verdicts on them, as far as time allows.

    What an optimizer remembers of an earlier training spoils its next step: of a training by the
    lines of one that was not right, or went down with a memory, no step is called wrong, nor of
    one for which more was made up. Once one is wrong, others are only told that are right.
    """
    found = [first]
    for seen in first.seen.later:
        left = max(LEAST, until - time.process_time())
        report = judged(seen, path, names=False, seconds=left, adds=adds)
        found.append(sure(Judged(seen, report), found))
    until = min(until, time.process_time() + SECONDS)
    for place, this in enumerate(found[1:], 1):
        left = until - time.process_time()
        is_wrong = any(each.report.outcome == "wrong" for each in found)
        if not this.report.ok and not is_wrong and left > LEAST:
            report = judged(this.seen, path, seconds=left, adds=adds)
            found[place] = sure(replace(this, report=report), found[:place])
    return found[1:]


def sure(training: Judged, before: Sequence[Judged]) -> Judged:
    """Return a training; one that seems wrong as not read, if something else may be the reason."""
    if training.report.outcome != "wrong" or is_known(training, before):
        return training
    return replace(training, report=SubmissionReport(training.report.file, unread=NOT_SURE))


def is_known(training: Judged, before: Sequence[Judged]) -> bool:
    """Return whether all that goes into a training is its own, and nothing was made up for it."""
    made_up = set(training.seen.made_up) - set(before[0].seen.made_up)
    of_these = [each for each in before if each.changes_in & training.changes_in]
    return not made_up and all(map(is_plain, of_these))


def is_plain(training: Judged) -> bool:
    """Return whether a training is right, and each of its steps made of one gradient alone."""
    return training.report.ok and not training.report.remembers


def of_all(trainings: Sequence[Judged], place: Callable[[int], str]) -> SubmissionReport:
    """Return the verdict on the training of a program that counts most, with what the others are.

    One that is wrong does, and then one that is right. `place` says where a line is.
    """
    chosen = min(trainings, key=lambda each: ORDER.index(each.report.outcome))
    places = [place(line) if line else "" for line in lines_of([each.seen for each in trainings])]
    where = dict.fromkeys(ORDER, "")
    for outcome in ORDER:
        of_these = [
            at
            for each, at in zip(trainings, places, strict=True)
            if at and each.report.outcome == outcome and (outcome == "right" or each is not chosen)
        ]
        where[outcome] = ", ".join(dict.fromkeys(of_these))
    mine = next(at for each, at in zip(trainings, places, strict=True) if each is chosen)
    said = {
        "wrong": ((THIS, mine), (ALSO_WRONG, where["wrong"]), (OTHERS_RIGHT, where["right"])),
        "right": ((ALL_RIGHT, where["right"]), (NOT_READ, where["not_read"])),
        "not_read": (),
    }[chosen.report.outcome]
    notes = [text.filled(lines=lines) for text, lines in said if lines]
    return replace(chosen.report, notes=(*chosen.report.notes, *notes))


ORDER = ("wrong", "right", "not_read")
"""Verdicts, those first that count more than others."""


def lines_of(trainings: Sequence[Watched]) -> list[int]:
    """Return a line for each training that tells it from the others; 0 for one without lines.

    It is the first of those that call each other which is not the same for all.
    """
    lines = [each.lines for each in trainings if each.lines]
    depth = min(map(len, lines), default=1)
    at = next((k for k in range(depth) if len({each[k] for each in lines}) > 1), depth - 1)
    return [each.lines[at] if each.lines else 0 for each in trainings]


NOT_SURE = Text(
    "it goes on with what an earlier training left, or with data that were made up since",
    "它沿用了先前训练留下的状态，或使用了其后编造的数据",
)
THIS = Text(
    "The program trains more than once; this is its training in line {lines}.",
    "程序中有多次训练；这里说的是第 {lines} 行的训练。",
)
ALSO_WRONG = Text("Wrong as well: that in line {lines}.", "第 {lines} 行的训练同样有误。")
OTHERS_RIGHT = Text("Right: that in line {lines}.", "第 {lines} 行的训练是正确的。")
ALL_RIGHT = Text(
    "The program trains more than once; right: that in line {lines}.",
    "程序中有多次训练；第 {lines} 行的训练是正确的。",
)
NOT_READ = Text(
    "Not read, look at it yourself: that in line {lines}.",
    "第 {lines} 行的训练未能读懂，请人工查看。",
)
