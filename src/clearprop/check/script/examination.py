"""A script that runs: attempts to call it, and the verdict on what came back."""

from dataclasses import dataclass, field, replace

import numpy as np

from clearprop._text import Text
from clearprop.check.script.certainty import (
    ONE_OUTPUT,
    ONE_SAMPLE,
    has_sign_of_all,
    is_explained,
    is_judged,
    keeps_samples_apart,
)
from clearprop.check.script.computed import Computed
from clearprop.check.script.confirmation import confirmed
from clearprop.check.script.description import Description
from clearprop.check.script.fixtures import Fixture
from clearprop.check.script.judgement import Judgement
from clearprop.check.script.messages import Reading, Reply, Success
from clearprop.check.script.opposite import turned
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.sandbox import ENDED, Sandbox, failure_of
from clearprop.check.script.schema import UnusableError
from clearprop.check.script.twins import wrong_twin
from clearprop.check.search import MAX_MISTAKES

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

    def beside_twin(
        self, report: SubmissionReport, reply: Reply, *, is_first: bool = False
    ) -> SubmissionReport:
        """Return the report, or that the other of two functions with one loss shows it to be wrong.

        The report is that of a reply beside the first one, or `is_first`, of the first beside this.
        """
        first, other = self.run().success, reply.success
        if first is None or other is None or report.unread is None:
            return report
        judged, right = (first, other) if is_first else (other, first)
        own = wrong_twin(self.computed(right), self.computed(judged))
        return report if own is None else replace(report, unread=None, own_loss=own)

    def computed(self, success: Success) -> Computed:
        """Return what an attempt computed on its fixture."""
        form = success.form
        fixture = Fixture(form.sizes, form.m, form.learning_rate, form.seed)
        return self.judgement(success, fixture).computed

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
