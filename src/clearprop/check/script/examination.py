"""A script that runs: attempts to call it, its own run, and which of the two verdicts stands."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from clearprop._text import Text
from clearprop.check.script.confirmation import confirmed
from clearprop.check.script.description import Description
from clearprop.check.script.fixtures import Fixture
from clearprop.check.script.judgement import Judgement
from clearprop.check.script.lines import line_beside, placed, with_line
from clearprop.check.script.messages import (
    ANSWERED,
    NO_GRADIENT,
    Reading,
    Reply,
    Success,
    Trial,
)
from clearprop.check.script.observed import FILE, Trouble, Watched
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.sandbox import ENDED, Sandbox, failure_of
from clearprop.check.script.schema import Tree, UnusableError
from clearprop.check.script.watched.judging import judged
from clearprop.check.script.watched.paired import PairsCheck
from clearprop.check.script.watched.unread import TOO_LARGE
from clearprop.check.search import MAX_MISTAKES

WITHOUT_DATA = Text(
    "with what was made up in the place of something missing it stops: {why}",
    "用编造的内容代替缺失的部分后，它停止了：{why}",
)
STOPS = Text("it stops: {why}", "它停止了：{why}")
ONE_SAMPLE = Text(
    "Judged with one sample, as code that takes one at a time: with several at once it would be"
    " wrong. An average over samples could not be checked.",
    "按单个样本判断，代码应是逐样本处理的：多个样本同时输入时结果不对。因此无法检查对样本的平均。",
)
ONE_OUTPUT = Text(
    "Judged with one output. With several it would be wrong, or wrong in more than one way:"
    " np.mean, for one, divides by m K then.",
    "按一个输出判断。有多个输出时结果不对（或错得更多）：例如 np.mean 会除以 m K。",
)
NOTHING_TO_CALL = Text(
    "no gradient was found: there is no function such as backward_propagation(parameters, cache, X,"
    " Y) or loss_and_grad(parameters, X, Y), no class with a backward method, and no training loop"
    " that assigns dW1 or W1. Name the function with --function.",
    "没有找到梯度代码：没有 backward_propagation(parameters, cache, X, Y)、"
    "loss_and_grad(parameters, X, Y) 之类的函数，没有带 backward 方法的类，"
    "也没有给 dW1 或 W1 赋值的训练循环。可用 --function 指定函数。",
)


MAX_OTHERS = 3
"""Functions that are asked beside the first one that gives a gradient."""
STARTING, LEAST = 3.0, 1.5
"""Of the processor time, what a check takes anyway; and what there is at least for judging."""
BLURRED = 1e-2
"""Relative difference at which a gradient that counts as right has no two digits in common."""
ADDS_A_STEP = re.compile(r"\+=?[^#+]*\b[\w.]*(rate|lr|alpha|eta|step|pace|\d\.\d+)\b[^#+]*")
"""A line that may add a learning rate times something."""
WANTS_AN_ARRAY = re.compile(r"'dict' object has no attribute '(shape|size|ndim|T|dot|reshape)'")
OTHER_AXES = re.compile(r"\.shape`: ValueError: (not enough|too many) values to unpack")
"""How code fails that takes the shape of our samples apart, and wants more axes, or fewer."""
GOES_UP = Text(
    "The gradient itself is right ({called}); the training adds it and goes up. Take it off.",
    "梯度本身是正确的（{called}）；训练却把它加上去，损失会上升。应当减去它。",
)
BESIDE = Text("Right: {called}.", "正确：{called}。")
ADDED = Text(
    "The code adds its gradients to the weights: they are −∂L/∂θ, and were turned.",
    "代码把梯度加到权重上：它们是 −∂L/∂θ，判断时取了相反数。",
)


@dataclass
class Examination:
    """One script, and what is known of the network that it is meant to compute."""

    sandbox: Sandbox
    reading: Reading
    intended: Description
    seed: int
    file: str
    ended: bool = False
    """True if the script's process did not live to give an answer."""
    most: int = 1
    """The number of mistakes that are assumed together."""
    replies: dict[tuple[int | None, str | None], Reply] = field(default_factory=dict)
    """What the script answered, by the form of the call and what was changed in it."""
    number: int | None = None
    """That of the first attempt that gave a gradient."""

    def report(self, path: str) -> SubmissionReport:
        """Return the verdict on the first attempt that gives a gradient."""
        reply = self.run()
        self.ended = reply.ended != ""
        report = self.judged(reply, path)
        if reply.success is None:
            return report
        self.number = reply.success.form.number
        return self.doubted(report, reply)

    def run(self, number: int | None = None, change: str | None = None) -> Reply:
        """Return what the script computes, and ask it once."""
        if (number, change) not in self.replies:
            self.replies[number, change] = self.sandbox.run(number, change)
        return self.replies[number, change]

    def with_several(self, report: SubmissionReport) -> SubmissionReport:
        """Return a report for which several mistakes were assumed, where one does not explain it.

        It takes longest of all, and is not asked for where the script's own run is right.
        """
        if not is_judged(report) or is_explained(report):
            return report
        self.most = MAX_MISTAKES
        return self.report(report.file)

    def leaves_open(self, report: SubmissionReport) -> bool:
        """Return whether a second look at a script may change the verdict.

        A mistake that accounts for every array, on numbers that tell mistakes apart, is certain. A
        factor of the whole gradient, or its sign, is none where the script computes no loss that
        fixes it: what it does with the gradient has to be seen. Nor is the 2 of a square one where
        the loss is a function of its own, perhaps to be printed, or the gradient a step.
        """
        diagnosis = report.diagnosis
        if report.ok or diagnosis is None or report.disagreement is not None:
            return not report.ok
        factors = ("multiple", "count", "opposite")
        only_factor = all(each.mistake.leaves in factors for each in diagnosis.findings)
        of_all = not any(each.layers for each in diagnosis.findings)
        ratios = [array.ratio or 0.0 for array in diagnosis.arrays]
        is_two = of_all and any(np.allclose(ratios, two, rtol=1e-4) for two in (2.0, 0.5))
        is_loose = self.hands_no_gradient or self.has_loss_apart
        is_rate = (only_factor and report.loss is None) or (is_two and is_loose)
        return not is_explained(report) or is_rate

    @property
    def hands_no_gradient(self) -> bool:
        """Whether the gradient that was judged is what an update took off the weights."""
        success = self.run().success
        return success is not None and success.plain.found.rate is not None

    @property
    def has_loss_apart(self) -> bool:
        """Whether the loss comes of another function than the gradient: it may only be printed."""
        success = self.run().success
        return success is not None and success.plain.found.loss_apart

    def beside(self, report: SubmissionReport) -> SubmissionReport:
        """Return the verdict that stands: this one, or that on the script's own run.

        Where the script is right under one of the readings, that is the verdict.
        """
        reply = self.sandbox.watch()
        seen = reply.watched
        if seen is None:
            ended = failure_of(reply, self.sandbox.limits)
            report = self.with_several(report)
            if says_something(report):
                return report
            only_ours = report.failure is None or is_of_the_question(report.failure)
            if reply.ended in STOPPED_HERE and only_ours:
                return replace(report, failure=None, unread=ended if reply.ended else TOO_LARGE)
            return replace(report, failure=report.failure or ended)
        try:
            with np.errstate(all="ignore"):
                left = max(LEAST, self.sandbox.limits.seconds - STARTING - reply.spent)
                names = not is_explained(report)
                adds = self.reading.adds_gradients
                watched = judged(seen, report.file, names=names, seconds=left, adds=adds)
        except UnusableError:
            return self.with_several(report)
        watched = replace(watched, line=self.line(watched.wrong_line, seen.files))
        if watched.ok or (is_explained(watched) and not is_explained(report)):
            return watched
        report = self.with_several(report)
        if not self.leaves_open(report):
            return report
        if watched.diagnosis is not None and not is_explained(report):
            return watched
        if says_something(report) and (report.unread is None or not seen.trains):
            return report
        if isinstance(watched.own_loss, PairsCheck):
            return watched
        if seen.trouble is not None and wants_more(seen, self.reading) and not self.ended:
            why = with_line(seen.trouble, self.reading)
            said = WITHOUT_DATA if seen.made_up else STOPS
            return replace(watched, unread=said.filled(why=why))
        if is_of_the_question(report.failure) and seen.trouble is None and not seen.trains:
            return replace(watched, unread=report.failure, failure=None)
        if self.ended and not seen.trains and not (seen.finished and seen.trouble is None):
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
        number = self.number
        for _ in range(MAX_OTHERS):
            reply = Reply() if number is None else self.sandbox.run_others(number)
            if reply.success is None:  # what cannot be called may run
                return report if reply.failure is None else self.as_it_runs(report)
            number = reply.success.form.number
            other = self.doubted(self.judged(reply, report.file), reply)
            if not other.ok and is_explained(other) and not self.leaves_open(other):
                return replace(other, notes=(*other.notes, BESIDE.filled(called=report.called)))
        return report

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
        seen = self.sandbox.watch().watched
        if seen is None:
            return None
        try:
            with np.errstate(all="ignore"):
                watched = judged(seen, report.file, adds=self.reading.adds_gradients)
        except UnusableError:
            return None
        return replace(watched, line=self.line(watched.wrong_line, seen.files))

    def line(self, number: int, files: Sequence[str]) -> str | None:
        """Return a line of the script, or of one of its modules, for people; None for line 0."""
        file, number = divmod(number, FILE)
        own = Path(self.file).name
        if file > len(files):
            return None
        if file and Path(files[file - 1]).name != own:
            text = line_beside(Path(self.file), files[file - 1], number)
            return f"{files[file - 1]} {number}: {text}"
        if not 0 < number <= len(self.reading.lines):
            return None
        place = placed(number, self.reading.cells)
        return f"{place}: {self.reading.lines[number - 1].strip()}"

    def judged(self, reply: Reply, path: str) -> SubmissionReport:
        """Return the verdict on one reply."""
        failure = failure_of(reply, self.sandbox.limits)
        if failure is not None or reply.success is None:
            return SubmissionReport(path, failure=failure, notes=reply.notes)
        success, form = reply.success, reply.success.form
        if form.seed != self.seed:
            return SubmissionReport(path, failure=ENDED["unusable"])
        fixture = Fixture(form.sizes, form.m, form.learning_rate, form.seed)
        try:
            with np.errstate(all="ignore"):  # a script may hand back any numbers
                judgement = self.judgement(success, fixture)
                report = judgement.report(path)
                if self.reading.adds_gradients and has_sign_of_all(report):
                    success = turned(success)
                    judgement = self.judgement(success, fixture)
                    report = judgement.report(path)
                    report = replace(report, notes=(*report.notes, ADDED))
                if report.ok:
                    report = confirmed(report, judgement)
        except UnusableError:
            return SubmissionReport(path, failure=ENDED["unusable"])
        return replace(report, notes=(*reply.notes, *report.notes))

    def judgement(self, success: Success, fixture: Fixture) -> Judgement:
        """Return a successful attempt beside what it should have computed."""
        made_in = self.reading.made_in or {}
        return Judgement(success, success.plain, fixture, self.intended, made_in, self.most)

    def doubted(self, report: SubmissionReport, reply: Reply) -> SubmissionReport:
        """Return the report, or one of the same code as it may have been meant.

        Code for one output may be wrong for several, and code for one sample for a batch: neither
        is a mistake.
        """
        assert reply.success is not None
        form = reply.success.form
        if report.ok or form.equal:
            return report
        doubts = []
        if keeps_samples_apart(report, form.m) or form.apart:
            doubts.append(("one sample", ONE_SAMPLE))
        outputs = reply.success.plain.found.sizes[-1]
        could_have_one = outputs > 1 and self.intended.sizes is None and not report.has_softmax
        if could_have_one and report.failure is None and is_judged(report):
            doubts.append(("one output", ONE_OUTPUT))
        for change, note in doubts:
            other = self.run(form.number, change)
            if other.success is None:
                continue
            meant = self.judged(other, report.file)
            if meant.assumed < report.assumed:
                return replace(meant, notes=(*meant.notes, note))
        return report


def is_doubted(report: SubmissionReport) -> bool:
    """Return whether a verdict is that on one sample or output, or right without all of them."""
    lacks = report.ok and report.diagnosis is not None and report.diagnosis.missing
    of_one = ONE_SAMPLE in report.notes or ONE_OUTPUT in report.notes
    return bool(lacks) or is_blurred(report) or of_one


def is_blurred(report: SubmissionReport) -> bool:
    """Return whether a verdict is right because rounding would leave no digit of some array."""
    if not report.ok or report.diagnosis is None:
        return False
    return any(array.difference > BLURRED for array in report.diagnosis.arrays)


def turned(success: Success) -> Success:
    """Return an attempt with the gradient's sign turned, in every trial."""
    return replace(
        success,
        plain=turned_trial(success.plain),
        again=success.again and turned_trial(success.again),
        elsewhere=success.elsewhere and turned_trial(success.elsewhere),
        penalized=success.penalized and turned_trial(success.penalized),
    )


def turned_trial(trial: Trial) -> Trial:
    """Return a trial with the gradient's sign turned."""
    return replace(trial, found=replace(trial.found, gradients=negative(trial.found.gradients)))


def negative(tree: Tree) -> Tree:
    """Return −1 times every array of a tree."""
    if isinstance(tree, Mapping):
        return {name: negative(part) for name, part in tree.items()}
    if isinstance(tree, list | tuple):
        return [negative(part) for part in tree]
    return None if tree is None else -np.asarray(tree)


def is_sign(report: SubmissionReport) -> bool:
    """Return whether all that is wrong is a sign: that of the whole step, or of arrays of it."""
    diagnosis = report.diagnosis
    if diagnosis is None or diagnosis.unexplained or diagnosis.factor != 1:
        return False
    return {each.mistake.leaves for each in diagnosis.findings} == {"opposite"}


def is_sign_of_all(report: SubmissionReport) -> bool:
    """Return whether all that is wrong is the sign of the whole step."""
    findings = report.diagnosis.findings if report.diagnosis is not None else ()
    return is_sign(report) and len(findings) == 1 and not findings[0].layers


def has_sign_of_all(report: SubmissionReport) -> bool:
    """Return whether the sign of the whole step is wrong, perhaps beside something else."""
    findings = report.diagnosis.findings if report.diagnosis is not None else ()
    return any(each.mistake.leaves == "opposite" and not each.layers for each in findings)


def stopped_by(report: SubmissionReport, trouble: Trouble, reading: Reading) -> Text:
    """Return what stops a script: what fails while it runs by itself, as its author sees it.

    Where that is in the line in which our call of it failed, what was called is said as well.
    """
    own, called = with_line(trouble, reading), report.failure
    place = own.en.partition(":")[0]
    if called is None or is_of_the_question(called) or f"{place}:" not in called.en:
        return own
    return called


def is_of_the_question(failure: Text | None) -> bool:
    """Return whether nothing failed but our own way to ask the code for a gradient.

    Parameters were handed to it in a dict where it wants one array, for one.
    """
    return failure is not None and (
        failure == NOTHING_TO_CALL
        or failure.en.startswith(NO_GRADIENT.en)
        or WANTS_AN_ARRAY.search(failure.en) is not None
        or OTHER_AXES.search(failure.en) is not None
    )


def wants_more(seen: Watched, reading: Reading) -> bool:
    """Return whether a script may have stopped for want of something that only its author has.

    Python 2 compares anything with anything, for one.
    """
    assert seen.trouble is not None
    kind, said = seen.trouble.kind, seen.trouble.message.en
    if reading.is_python_2 and kind == "TypeError":
        return True
    if kind == "NameError" and any(f"'{name}'" in said for name in reading.left_out):
        return True  # it was pasted without what defines them
    if kind in ("SyntaxError", "TabError", "IndentationError"):
        return False
    of_others = kind in OF_OTHERS
    of_others = of_others or "unexpected keyword argument" in said  # of another version
    of_others = of_others or re.match(r"module '.*' has no attribute", said) is not None
    of_others = of_others or said.startswith("attempted relative import")  # of another folder
    made_up = [note for note in seen.made_up if note != ANSWERED or not seen.products]
    is_own = seen.stops and (kind in OF_NAMES or SHAPES.search(said) is not None)
    return of_others or (bool(made_up) and not is_own)


OF_NAMES = ("NameError", "UnboundLocalError")
SHAPES = re.compile(r"not aligned|broadcast|mismatch in its core dimension")
"""What Python and NumPy say of mistakes that are a program's own, whatever it was run with."""
OF_OTHERS = (
    "NotAllowedError", "URLError", "SystemExit", "AutogradError",
    "FileNotFoundError", "PermissionError", "OSError", "ModuleNotFoundError",
)  # fmt: skip
"""Failures for want of what only the author has."""


STOPPED_HERE = ("", "time", "memory", "exit")
"""Ends of a watched program that its author need not have seen: too long, too much, or by us."""


def is_judged(report: SubmissionReport) -> bool:
    """Return whether a gradient was compared with one that is right."""
    return report.diagnosis is not None or report.own_loss is not None


def says_something(report: SubmissionReport) -> bool:
    """Return whether a gradient was judged, or came of a network that is not known."""
    return is_judged(report) or report.unread is not None


def is_explained(report: SubmissionReport) -> bool:
    """Return whether a mistake accounts for all that is wrong.

    A factor of the whole gradient beside another mistake may be a learning rate.
    """
    diagnosis = report.diagnosis
    if diagnosis is None or diagnosis.unexplained or diagnosis.factor != 1:
        return False
    scales = [
        each.mistake.leaves in ("multiple", "count") and not each.layers
        for each in diagnosis.findings
    ]
    return bool(scales) and (all(scales) or not any(scales))


def keeps_samples_apart(report: SubmissionReport, m: int) -> bool:
    """Return whether db has a number for every sample: the code is meant for one at a time."""
    arrays = report.diagnosis.arrays if report.diagnosis is not None else ()
    weights = [array for array in arrays if array.name.startswith("dW")]
    if weights and all(  # np.outer of two matrices multiplies all their numbers
        math.prod(array.shape) == m * m * math.prod(array.expected_shape) for array in weights
    ):
        return True
    biases = [array for array in arrays if array.name.startswith("db")]
    return bool(biases) and all(
        array.difference == float("inf")
        and math.prod(array.shape) == m * math.prod(array.expected_shape)
        for array in biases
    )
