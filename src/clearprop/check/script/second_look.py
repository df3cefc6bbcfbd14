"""A second look at a script: its own run beside what was called, and which verdict stands."""

import math
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from clearprop._text import Text
from clearprop.check.script.certainty import (
    is_blurred,
    is_explained,
    is_judged,
    is_sign,
    is_sign_of_all,
    says_something,
)
from clearprop.check.script.examination import Examination
from clearprop.check.script.lines import line_beside, placed, with_line
from clearprop.check.script.messages import Reply
from clearprop.check.script.observed import FILE, Watched
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.sandbox import failure_of
from clearprop.check.script.schema import UnusableError
from clearprop.check.script.stopped import (
    NOTHING_TO_CALL,
    STOPPED_HERE,
    breaks_off,
    is_of_the_question,
    stopped_by,
    wants_more,
)
from clearprop.check.script.watched.judging import judged
from clearprop.check.script.watched.paired import PairsCheck
from clearprop.check.script.watched.trainings import Judged, of_all, of_later
from clearprop.check.script.watched.unread import TOO_LARGE

WITHOUT_DATA = Text(
    "with what was made up in the place of something missing it stops: {why}",
    "用编造的内容代替缺失的部分后，它停止了：{why}",
)
STOPS = Text("it stops: {why}", "它停止了：{why}")
CALL_STOPS = Text(
    "its training was called on made-up numbers, in several forms, and got no further than {why}. A"
    " line that trains it on data that it takes would let it be read",
    "用多种形式的编造数据调用了它的训练，最远只到：{why}。若有一行用它能接受的数据训练，就能读出",
)
NO_TIME = Text(
    "it was stopped after a few seconds, and had taken no step by then. With fewer samples, or less"
    " to be done before the training, it can be read",
    "它运行几秒后被停止，当时还没有走过一步。减少样本，或减少训练前的计算，就能读出",
)
GOES_UP = Text(
    "The gradient itself is right ({called}); the training adds it and goes up. Take it off.",
    "梯度本身是正确的（{called}）；训练却把它加上去，损失会上升。应当减去它。",
)
BESIDE = Text("Right: {called}.", "正确：{called}。")
MAX_OTHERS = 3
"""Functions that are asked beside the first one that gives a gradient."""
STARTING, LEAST, FOR_LATER = 3.0, 1.5, 1.5
"""Of the processor time, what a check takes anyway; what there is at least for judging; and what is
kept back of that where there are later trainings."""
ADDS_A_STEP = re.compile(r"\+=?[^#+]*\b[\w.]*(rate|lr|alpha|eta|step|pace|\d\.\d+)\b[^#+]*")
"""A line that may add a learning rate times something."""


class SecondLook:
    """What the script's own run says beside the verdict on what was called.

    Parameters
    ----------
    examination : Examination
        What was called, and how it was judged.
    """

    def __init__(self, examination: Examination) -> None:
        self.examination = examination
        self.sandbox, self.reading = examination.sandbox, examination.reading
        self.seen: Watched | None = None
        """What was seen of the script's own run, where that was watched."""
        self.verdict: SubmissionReport | None = None
        """The verdict on that, or on the first training in it."""
        self.has_watched = False
        """True once that run was watched, whatever was seen: it is not watched twice."""
        self.until = math.inf
        """The processor time until when it is judged."""

    def beside(self, report: SubmissionReport) -> SubmissionReport:
        """Return the verdict that stands: this one, or that on the script's own run.

        Where the script is right under one of the readings, that is the verdict.
        """
        reply = self.watch()
        seen = reply.watched
        if seen is None:
            return self.unseen(report, reply)
        try:
            with np.errstate(all="ignore"):
                left = self.until - time.process_time()
                left = max(LEAST, left - FOR_LATER) if seen.later else left
                names = not is_explained(report)
                adds = self.reading.adds_gradients
                watched = judged(seen, report.file, names=names, seconds=left, adds=adds)
        except UnusableError:
            return self.examination.with_several(report)
        watched = replace(watched, line=self.line(watched.wrong_line, seen.files))
        self.verdict = watched
        tells_nothing = watched.ok or (watched.unread is not None and not says_something(report))
        if tells_nothing and seen.trouble is not None and breaks_off(seen):
            why = with_line(seen.trouble, self.reading)
            if wants_more(seen, self.reading):
                return SubmissionReport(report.file, unread=STOPS.filled(why=why))
            return replace(report, failure=why)
        if watched.ok or (is_explained(watched) and not is_explained(report)):
            return watched
        report = self.examination.with_several(report)
        if not self.examination.leaves_open(report):
            return report
        return self.of_the_two(report, watched, seen)

    def watch(self, *, briefly: bool = False) -> Reply:
        """Watch the script's own run, and keep what was seen of it."""
        self.has_watched = True
        reply = self.sandbox.watch(briefly=briefly)
        self.seen, self.verdict = reply.watched, None
        left = max(LEAST, self.sandbox.limits.seconds - STARTING - reply.spent)
        self.until = time.process_time() + left
        return reply

    def unseen(self, report: SubmissionReport, reply: Reply) -> SubmissionReport:
        """Return the verdict that stands where nothing was seen of the script's own run."""
        ended = failure_of(reply, self.sandbox.limits)
        report = self.examination.with_several(report)
        if says_something(report):
            return report
        only_ours = report.failure is None or is_of_the_question(report.failure)
        if reply.ended in STOPPED_HERE and only_ours:
            return replace(report, failure=None, unread=ended if reply.ended else TOO_LARGE)
        return replace(report, failure=report.failure or ended)

    def of_the_two(
        self, report: SubmissionReport, watched: SubmissionReport, seen: Watched
    ) -> SubmissionReport:
        """Return which verdict stands where that on the call, the first one, leaves it open."""
        ended = self.examination.ended
        if watched.diagnosis is not None and not is_explained(report):
            return watched
        if says_something(report) and (report.unread is None or not seen.trains):
            return report
        if isinstance(watched.own_loss, PairsCheck):
            return watched
        if seen.trouble is not None and wants_more(seen, self.reading) and not ended:
            why = with_line(seen.trouble, self.reading)
            said = WITHOUT_DATA if seen.made_up and not seen.stops else STOPS
            return replace(watched, unread=said.filled(why=why))
        if is_of_the_question(report.failure) and seen.trouble is None and not seen.trains:
            is_told = report.failure != NOTHING_TO_CALL
            unread = report.failure if is_told else self.why_nothing_trained(seen) or report.failure
            return replace(watched, unread=unread, failure=None)
        if ended and not seen.trains and not (seen.finished and seen.trouble is None):
            return replace(report, failure=report.failure or with_line(seen.trouble, self.reading))
        if seen.trouble is not None and seen.stops:
            return replace(report, failure=with_line(seen.trouble, self.reading))
        if seen.trouble is not None and not seen.takes_steps and watched.unread is not None:
            return replace(report, failure=stopped_by(report, seen.trouble, self.reading))
        if report.failure is not None and not seen.trains:
            notes = (*report.notes, *watched.notes)
            return replace(watched, unread=report.failure, notes=notes)
        if seen.trouble is not None and all(step.by_hand for step in seen.steps):
            return replace(watched, unread=STOPS.filled(why=with_line(seen.trouble, self.reading)))
        return watched

    def why_nothing_trained(self, seen: Watched) -> Text | None:
        """Say what kept a script that does not stop from training; None where that is not told."""
        if seen.fails is not None:
            return CALL_STOPS.filled(why=with_line(seen.fails, self.reading))
        return None if seen.finished else NO_TIME

    def as_it_runs(self, report: SubmissionReport) -> SubmissionReport:
        """Return the verdict on the script's own run, where it is certainly wrong; else this one.

        Code that was judged with one sample, or one output, because with several it would be wrong
        may be run by its author with several; and what it does not hand out, its step shows.
        """
        watched = self.own_run(report)
        if watched is not None and is_blurred(report) and is_judged(watched):
            return watched
        if watched is None or not is_explained(watched):
            return report
        return self.going_up(report, watched) if is_sign_of_all(watched) else watched

    def as_trained(self, report: SubmissionReport) -> SubmissionReport:
        """Return a right report, or that on a training which goes up the gradient that is right.

        A gradient that was called is right by itself; its step may have the wrong sign, or that
        of one array.
        """
        if report.diagnosis is None or not self.adds_steps:
            return report
        watched = self.own_run(report)
        if watched is None or not is_sign(watched):
            return report
        return self.going_up(report, watched) if is_sign_of_all(watched) else watched

    def of_others(self, report: SubmissionReport) -> SubmissionReport:
        """Return a right report, or that on another function of the script that is certainly wrong.

        A notebook that begins anew with a penalty, or with a hidden layer, has several.
        """
        number = self.examination.number
        for _ in range(MAX_OTHERS):
            reply = Reply() if number is None else self.sandbox.run_others(number)
            if reply.success is None:  # what cannot be called may run
                return report if reply.failure is None else self.as_it_runs(report)
            number = reply.success.form.number
            other = self.examination.doubted(self.examination.judged(reply, report.file), reply)
            if not other.ok and is_explained(other) and not self.examination.leaves_open(other):
                return replace(other, notes=(*other.notes, BESIDE.filled(called=report.called)))
        return report

    def of_every_training(self, report: SubmissionReport) -> SubmissionReport:
        """Return the verdict on all trainings of the script, where its own run shows several.

        What was called and found right counts as one of them; that run is watched as well then.
        """
        if not self.has_watched and report.ok and self.reading.steps_in > 1:
            self.watch(briefly=True)
        if report.failure is not None or self.seen is None or not self.seen.later:
            return report
        own = self.own_run(report)
        if own is None:
            return report
        try:
            with np.errstate(all="ignore"):
                first, adds = Judged(self.seen, own), self.reading.adds_gradients
                later = of_later(first, report.file, self.until, adds=adds)
        except UnusableError:
            return report
        trainings = [first, *map(self.with_own_line, later)]
        if report is not own:  # of a function that was called
            counts = own.ok or is_explained(own)
            trainings = [Judged(Watched(), report), *trainings[0 if counts else 1 :]]
        return of_all(trainings, lambda line: placed(line, self.reading.cells))

    def with_own_line(self, training: Judged) -> Judged:
        """Return a training whose report holds the line of its mistake."""
        line = self.line(training.report.wrong_line, training.seen.files)
        return replace(training, report=replace(training.report, line=line))

    @property
    def adds_steps(self) -> bool:
        """Whether a line of the script may add a step."""
        return any(map(ADDS_A_STEP.search, self.reading.lines))

    def going_up(self, report: SubmissionReport, watched: SubmissionReport) -> SubmissionReport:
        """Return the report on a training that adds what was called and found right."""
        if not self.adds_steps:
            return report
        notes = (*watched.notes, GOES_UP.filled(called=report.called))
        return replace(watched, notes=notes)

    def with_line(self, report: SubmissionReport) -> SubmissionReport:
        """Return a report with the line of its mistake, where the script's own run shows it."""
        watched = self.own_run(report)
        if watched is None or watched.mistake != report.mistake:
            return report
        return replace(report, line=watched.line)

    def own_run(self, report: SubmissionReport) -> SubmissionReport | None:
        """Return the verdict on the script's own run, with its line; None where nothing is seen."""
        if self.verdict is not None:
            return self.verdict
        seen = self.seen or self.watch().watched
        if seen is None:
            return None
        try:
            with np.errstate(all="ignore"):
                left = max(LEAST, self.until - time.process_time())
                adds = self.reading.adds_gradients
                watched = judged(seen, report.file, seconds=left, adds=adds)
        except UnusableError:
            return None
        self.verdict = replace(watched, line=self.line(watched.wrong_line, seen.files))
        return self.verdict

    def line(self, number: int, files: Sequence[str]) -> str | None:
        """Return a line of the script, or of one of its modules, for people; None for line 0."""
        file, number = divmod(number, FILE)
        own = Path(self.examination.file).name
        if file > len(files):
            return None
        if file and Path(files[file - 1]).name != own:
            text = line_beside(Path(self.examination.file), files[file - 1], number)
            return f"{files[file - 1]} {number}: {text}"
        if not 0 < number <= len(self.reading.lines):
            return None
        place = placed(number, self.reading.cells)
        return f"{place}: {self.reading.lines[number - 1].strip()}"
