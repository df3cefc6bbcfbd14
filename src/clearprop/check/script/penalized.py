"""Judge how a script differentiates its L2 penalty, once its gradient without one is right."""

from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop.check.diagnosis import Diagnosis
from clearprop.check.script.computed import Computed
from clearprop.check.script.fixtures import PENALTY
from clearprop.check.script.messages import Trial
from clearprop.check.script.report import SubmissionReport


def with_penalty(
    report: SubmissionReport, plain: Computed, penalized: Trial | None
) -> SubmissionReport:
    """Return the report of right code, or that of the same code with a penalty where it is wrong.

    The loss says what it adds: c Σ W². Code whose loss adds something else is compared with
    differences of that loss; code without a loss may mean λ, λ / m, or twice that.
    """
    form = report.loss or report.differentiated
    if penalized is None or form is None or report.network is None:
        return report
    computed = Computed(plain.form, penalized, plain.fixture)
    numeric = computed.against_own_loss(Text("penalty", "正则项"))
    if numeric is not None and not numeric.wrong:
        return replace(report, notes=(*report.notes, RIGHT))
    activations = [layer.activation for layer in report.network.layers]
    added = added_by_loss(plain, computed)
    m = plain.fixture.m
    meant = [added] if added else [PENALTY, PENALTY / m, 2 * PENALTY, 2 * PENALTY / m]
    diagnoses = [computed.diagnosis(activations, form, penalty) for penalty in meant]
    if any(diagnosis.ok for diagnosis in diagnoses):
        return replace(report, notes=(*report.notes, RIGHT))
    wrong = min(diagnoses, key=lambda diagnosis: len(diagnosis.findings) or 10)
    if numeric is None and not is_of_the_penalty(wrong):
        return report
    return replace(report, diagnosis=wrong, notes=(*report.notes, WRONG))


def is_of_the_penalty(diagnosis: Diagnosis) -> bool:
    """Return whether the mistake that is named first is one of the penalty."""
    return any(each.mistake.leaves == "penalty" for each in diagnosis.findings[:1])


def added_by_loss(plain: Computed, penalized: Computed) -> float | None:
    """Return λ of the ½ λ Σ W² that a penalty adds to the loss; None where it adds nothing."""
    before, after = plain.found.loss, penalized.found.loss
    if before is None or after is None:
        return None
    squares = sum(float(np.sum(W**2)) for W, _ in plain.params.layers)
    added = 2 * (after - before) / squares
    return added if abs(added) > 1e-9 else None


RIGHT = Text(
    f"With an L2 penalty, λ = {PENALTY:g}, the gradient is right as well.",
    f"加上 L2 正则（λ = {PENALTY:g}）后梯度也正确。",
)
WRONG = Text(
    f"Judged with an L2 penalty, λ = {PENALTY:g}; without one the gradient is right.",
    f"按带 L2 正则（λ = {PENALTY:g}）判断；不带正则时梯度正确。",
)
