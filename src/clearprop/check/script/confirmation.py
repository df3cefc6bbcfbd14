"""Confirm a right verdict: with other numbers, and as a gradient of something that learns."""

from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop.check.script.computed import Computed
from clearprop.check.script.judgement import Judgement
from clearprop.check.script.messages import Success
from clearprop.check.script.report import OwnLossCheck, SubmissionReport

SAME = 1e-12
"""Relative difference of numbers that are equal but for rounding."""


def confirmed(report: SubmissionReport, judgement: Judgement) -> SubmissionReport:
    """Return a right report as it is, or what a second look makes of it.

    A right gradient is right for other parameters and another batch as well. A gradient that was
    only compared with differences of the code's own loss must belong to a loss of these samples:
    ½ Σ W² has one that is easily right.
    """
    if not any(np.any(array) for array in judgement.computed.gradients.values()):
        if judgement.form.kind.startswith("loop"):  # it may wait for data of another size
            return SubmissionReport(report.file, called=report.called, unread=IDLE)
        refused = OwnLossCheck(Text("network", "网络"), (), None, refused=ZERO)
        return SubmissionReport(report.file, called=report.called, own_loss=refused)
    if report.own_loss is not None:
        return replace(report, own_loss=of_samples(report.own_loss, judgement))
    success = judgement.success
    if success.again is None:
        return replace(report, notes=(*report.notes, ONCE))
    alone = replace(success, penalized=None)
    second = Judgement(
        alone,
        success.again,
        judgement.computed.fixture.again(),
        judgement.intended,
        judgement.made_in,
    ).report(report.file)
    return report if second.ok else replace(second, notes=(*second.notes, OTHERWISE))


def of_samples(own: OwnLossCheck, judgement: Judgement) -> OwnLossCheck:
    """Return a comparison with the code's own loss, refused where that loss ignores the samples."""
    other = computed_elsewhere(judgement.success, judgement)
    if other is None:
        return replace(own, refused=ONCE)
    loss, other_loss = judgement.computed.found.loss, other.found.loss
    if loss is None or other_loss is None or abs(loss - other_loss) <= SAME * abs(loss):
        return replace(own, refused=NO_LOSS_OF_SAMPLES)
    if all(
        name in other.gradients and np.array_equal(array, other.gradients[name])
        for name, array in judgement.computed.gradients.items()
    ):
        return replace(own, refused=NO_GRADIENT_OF_SAMPLES)
    return own


def computed_elsewhere(success: Success, judgement: Judgement) -> Computed | None:
    """Return what the code computes with the same parameters and another batch."""
    if success.elsewhere is None:
        return None
    fixture = judgement.computed.fixture.elsewhere()
    return Computed(success.form, success.elsewhere, fixture)


ONCE = Text(
    "The code could not be called a second time with other numbers.", "代码无法用另一组数再次调用。"
)
OTHERWISE = Text(
    "With one set of numbers the gradient is right, with another it is not: this is the other.",
    "用一组数时梯度正确，换一组数则不正确：这里显示的是后者。",
)
IDLE = Text(
    "its training loop changes no weights on other data",
    "换了数据之后，它的训练循环不再改变权重",
)
ZERO = Text("Every gradient is 0.", "所有梯度都为 0。")
NO_LOSS_OF_SAMPLES = Text(
    "The loss depends neither on X nor on Y: it is no loss of a network.",
    "损失既不依赖 X 也不依赖 Y：它不是网络的损失。",
)
NO_GRADIENT_OF_SAMPLES = Text(
    "The gradient depends neither on X nor on Y: it is no gradient of a network.",
    "梯度既不依赖 X 也不依赖 Y：它不是网络的梯度。",
)
