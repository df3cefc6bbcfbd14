"""How certain a verdict is: explained by a mistake, by a sign, doubted, or none at all."""

import math

from clearprop._text import Text
from clearprop.check.script.report import SubmissionReport

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
BLURRED = 1e-2
"""Relative difference at which a gradient that counts as right has no two digits in common."""


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
