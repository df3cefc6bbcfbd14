"""A gradient that is right for another loss than the one that is printed."""

from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.script.fixtures import Fixture
from clearprop.check.script.recognition import LossForm
from clearprop.check.script.report import SubmissionReport


def with_twin(
    report: SubmissionReport, form: LossForm, twin: LossForm, fixture: Fixture
) -> SubmissionReport:
    """Return the report of a gradient that is right for another loss than the code prints."""
    diagnosis = report.diagnosis
    left = [finding.mistake.leaves for finding in diagnosis.findings] if diagnosis else []
    if len(left) == 1 or any(each != "multiple" for each in left):
        note = Text(
            f"As it stands it is exactly the gradient of {twin.formula()}.",
            f"现在的梯度恰好是 {twin.formula()} 的梯度。",
        )
        return replace(report, notes=(*report.notes, note))
    m, K = fixture.m, fixture.sizes[-1]
    factor = twin.over(form, m, K)
    en = (
        f"Loss and gradient belong to different functions. The loss printed is {form.formula()};"
        f" the gradient is exactly that of {twin.formula()}. It is {factor.formula} times the"
        f" gradient of what is printed, {factor.value:g} times with the m = {m} and K = {K} used"
        " here. The direction is right; the learning rate means something else than the printed"
        " loss suggests."
    )
    zh = (
        f"损失与梯度不是同一个函数。打印的损失是 {form.formula()}，而梯度恰好是 {twin.formula()}"
        f" 的梯度，是打印损失的梯度的 {factor.formula} 倍（此处 m = {m}、K = {K}，"
        f"即 {factor.value:g} 倍）。方向正确，但学习率的含义与打印的损失不符。"
    )
    return replace(report, disagreement=Text(en, zh))


def said_of_other(form: LossForm, slip: Text | None) -> Text:
    """Say that a gradient is right beside a loss that is another one, or holds a slip."""
    if slip is None:
        return Text(
            f"The gradient is exactly that of {form.formula()}, and right. The loss that is"
            " printed is another.",
            f"梯度恰好是 {form.formula()} 的梯度，是正确的。打印的损失是另一个函数。",
        )
    return Text(
        f"The gradient is exactly that of {form.formula()}, and right. The loss is wrong:"
        f" {slip.en}.",
        f"梯度恰好是 {form.formula()} 的梯度，是正确的。损失写错了：{slip.zh}。",
    )


def slip_in_loss(value: float, a: FloatArray, y: FloatArray) -> Text | None:
    """Return the slip that makes a cross-entropy what the code prints; None where none does."""
    m = len(a)
    with np.errstate(all="ignore"):
        one, other = y * np.log(a), (1 - y) * np.log(1 - a)
        slips = (
            (-one + other, BRACKET),
            (one - other, BRACKET),
            (one + other, MINUS),
            (one, MINUS),
        )
        for terms, said in slips:
            total = float(terms.sum())
            for expected in (total, total / m, total / terms.size):
                if np.isfinite(expected) and abs(expected - value) <= 1e-6 * abs(value):
                    return said
    return None


BRACKET = Text(
    "a bracket is missing, and with it the sign of one of the terms y ln a and (1 − y) ln(1 − a)",
    "少了括号，y ln a 与 (1 − y) ln(1 − a) 中有一项的符号因此错了",
)
MINUS = Text("the minus in front is missing", "漏了前面的负号")
