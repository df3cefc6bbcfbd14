"""Judge a script: whether its outputs, its loss and its gradient belong together."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from clearprop._errors import InputError
from clearprop._text import Text
from clearprop.activations import Activation
from clearprop.check.diagnosis import Diagnosis
from clearprop.check.script.computed import Computed
from clearprop.check.script.description import Description
from clearprop.check.script.fixtures import Fixture
from clearprop.check.script.messages import Line, Success, Trial
from clearprop.check.script.other_loss import said_of_other, slip_in_loss, with_twin
from clearprop.check.script.penalized import with_penalty
from clearprop.check.script.presumed import PresumedLoss, is_meant_for_others
from clearprop.check.script.recognition import LossForm
from clearprop.check.script.remarks import (
    ADDED_UP,
    NOT_TOLD,
    ONE_FACTOR,
    called_with,
    equal_widths_only,
    holds_decay,
    holds_penalty,
    of_loss_and_rate,
    several_outputs,
    unknown_network,
)
from clearprop.check.script.report import SubmissionReport
from clearprop.check.search import MAX_MISTAKES


class Judgement:
    """One successful attempt beside what it should have computed.

    Parameters
    ----------
    success : Success
        The arrays that came back from the limited process.
    trial : Trial
        Those of them that are judged.
    fixture : Fixture
        The fixture that they belong to.
    intended : Description
        What is known of the network.
    made_in : mapping of str to Line
        Where the script assigns each gradient and error term.
    most : int
        The number of mistakes that are assumed together: several take a search.

    Raises
    ------
    UnusableError
        If the arrays cannot belong to a network.
    """

    def __init__(
        self,
        success: Success,
        trial: Trial,
        fixture: Fixture,
        intended: Description,
        made_in: Mapping[str, Line],
        most: int = MAX_MISTAKES,
    ) -> None:
        self.success, self.intended, self.made_in, self.most = success, intended, made_in, most
        self.form = success.form
        others = [
            Computed(success.form, other, changed)
            for other, changed in (
                (success.again, fixture.again()),
                (success.elsewhere, fixture.elsewhere()),
            )
            if other is not None and trial is success.plain
        ]
        self.computed = Computed(success.form, trial, fixture, others)
        self.presumed = PresumedLoss(self.computed, intended, most)

    def report(self, path: str) -> SubmissionReport:
        """Return the verdict."""
        report = self.without_penalty(path)
        if not report.ok:
            return report
        report = with_penalty(report, self.computed, self.success.penalized)
        return (
            report
            if report.diagnosis is None
            else replace(report, line=self.line(report.diagnosis))
        )

    def without_penalty(self, path: str) -> SubmissionReport:
        """Return the verdict on the gradient with λ = 0, where the code takes one."""
        base = SubmissionReport(path, called=called_with(self.form, self.computed))
        try:
            _ = self.computed.gradients
        except InputError as error:
            return replace(base, failure=Text(str(error), str(error)))
        computed, wanted = self.computed, self.intended.activations_of(self.computed.depth)
        if wanted is not None and computed.has_outputs_of(wanted):
            return self.judged(replace(base, forward_ok=True), wanted)
        must_recognize = wanted is None or computed.outputs is not None
        found = computed.recognized() if must_recognize else wanted
        if found is None:
            own = computed.against_own_loss(Text("network", "网络"))
            unknown = unknown_network(computed) if own is None else None
            if wanted is None:
                return replace(base, unread=unknown, own_loss=own)
            return replace(base, failure=unknown, own_loss=own, forward_ok=False)
        if wanted is not None and computed.outputs is not None:
            return self.judged(replace(base, forward_ok=False), found)
        return self.judged(replace(base, forward_ok=computed.has_outputs_of(found)), found)

    def judged(self, base: SubmissionReport, activations: Sequence[Activation]) -> SubmissionReport:
        """Return the verdict on loss and gradient of a network with known activations."""
        activations = self.computed.from_logits(activations)
        printed = self.computed.printed_form(activations)
        prints_unknown = self.computed.found.loss is not None and printed is None
        if prints_unknown and self.intended.loss is None:
            own = self.computed.against_own_loss(Text("loss", "损失函数"))
            exact = self.computed.exact_forms(activations)
            if own is not None and (own.ok or not exact):
                return replace(base, own_loss=own)
            if exact:
                return self.with_other_loss(base, activations, exact[0])
            base = self.without_factor(base, activations)
        exact = self.computed.exact_forms(activations)
        if self.intended.loss is None and is_meant_for_others(printed, activations[-1]):
            own = [form for form in exact if form.rule.is_canonical_with(activations[-1])]
            if own:
                beside = replace(base, other_loss=printed)
                return self.with_other_loss(beside, activations, own[0])
        return self.as_presumed(base, activations, printed, exact)

    def as_presumed(
        self,
        base: SubmissionReport,
        activations: Sequence[Activation],
        printed: LossForm | None,
        exact: Sequence[LossForm],
    ) -> SubmissionReport:
        """Return the verdict on a gradient of the loss that it is presumed to be meant for."""
        presumed = self.presumed
        wanted = presumed.wanted_forms(activations, printed)
        added_up = presumed.adds_up(printed, exact)
        added_up = added_up or presumed.is_likelier_a_mean(activations, printed)
        if added_up:
            wanted = [replace(form, reduction="mean") for form in wanted]
            base = replace(base, notes=(*base.notes, ADDED_UP))
        right = [form for form in wanted if form in exact]
        form, diagnosis = presumed.likeliest(activations, right[:1] or wanted)
        decay, meant = weight_decay(diagnosis), None
        if decay:
            meant = self.computed.penalty_of_loss(activations, form, decay)
            diagnosis = self.computed.diagnosis(activations, form, meant or decay, self.most)
            said = holds_decay(decay) if meant is None else holds_penalty(meant)
            base = replace(base, notes=(*base.notes, said))
        knows_loss = printed is not None or meant is not None
        is_known = knows_loss or self.intended.loss is not None
        beside = of_loss_and_rate(self.computed, knows_loss=knows_loss)
        one_output = several_outputs(self.success, self.computed, self.intended)
        report = replace(
            base,
            network=self.computed.network(activations, form),
            loss=(printed or form) if is_known else None,
            differentiated=exact[0] if exact else None,
            presumed=form,
            diagnosis=diagnosis,
            loss_ok=None if added_up else self.loss_ok(printed, wanted),
            only_equal_widths=equal_widths_only(self.success),
            line=self.line(diagnosis),
            notes=(*base.notes, *beside, *one_output),
        )
        return self.as_told(report, activations, printed, exact, is_of_wanted=bool(right))

    def as_told(
        self,
        report: SubmissionReport,
        activations: Sequence[Activation],
        printed: LossForm | None,
        exact: Sequence[LossForm],
        *,
        is_of_wanted: bool,
    ) -> SubmissionReport:
        """Return a report on the presumed loss as far as it is certain, and what else is known."""
        form, diagnosis = report.presumed, report.diagnosis
        assert form is not None
        assert diagnosis is not None
        if self.success.stopped is not None:
            en, zh = self.success.stopped
            after = Text(f"The loop fails after that: {en}", f"之后循环出错：{zh}")
            if diagnosis.ok:
                return replace(report, failure=after)
            report = replace(report, notes=(*report.notes, after))
        if not diagnosis.ok and not self.is_certain(diagnosis, printed):
            return replace(report, unread=NOT_TOLD)
        is_known = report.loss is not None
        if is_known and exact and form not in exact:
            return with_twin(report, form, exact[0], self.computed.fixture)
        if not is_known and exact and not is_of_wanted:  # a loss that is not usual, but one
            form, diagnosis = self.presumed.likeliest(activations, exact[:1])
            network = self.computed.network(activations, form)
            return replace(report, diagnosis=diagnosis, network=network)
        return report

    def without_factor(
        self, base: SubmissionReport, activations: Sequence[Activation]
    ) -> SubmissionReport:
        """Take one factor off a gradient of which no loss is known, where all dW show it.

        Code may show a loss that it does not go down, and average over a number of its own.
        """
        forms = self.presumed.wanted_forms(activations, None)
        factor = self.computed.factor_of_weights(activations, forms)
        if factor is None:
            return base
        self.computed.divide(factor)
        return replace(base, notes=(*base.notes, ONE_FACTOR.filled(factor=f"{factor:.6g}")))

    def is_certain(self, diagnosis: Diagnosis, printed: LossForm | None) -> bool:
        """Return whether a gradient is wrong although no mistake explains all of it.

        What an update took off may be clipped, penalised or scaled, and the loss may be another
        than the presumed one. Neither is so where the code hands out loss and gradient, or where
        some weights are right and others are no multiple of the right ones.
        """
        if not any(array.any() for array in self.computed.gradients.values()):
            return False  # targets that it keeps may be those that it was handed as its outputs
        if diagnosis.findings and not diagnosis.unexplained and diagnosis.factor == 1:
            return True
        if printed is not None and self.computed.found.rate is None:
            return True
        arrays = [array for array in diagnosis.arrays if array.name[1] == "W"]
        some_right = any(array.right and math.prod(array.shape) > 1 for array in arrays)
        return some_right and any(not array.right and array.ratio is None for array in arrays)

    def with_other_loss(
        self, base: SubmissionReport, activations: Sequence[Activation], form: LossForm
    ) -> SubmissionReport:
        """Return the verdict on a gradient that is right beside a loss that is another one.

        Where that holds a penalty as well, what an update takes off the weights is to hold it too;
        a gradient that is handed out may have it added later.
        """
        value = self.computed.found.loss
        from_update = self.computed.found.rate is not None
        penalty = self.computed.penalty_left_out(activations, form) if from_update else None
        if penalty is not None:
            diagnosis = self.computed.diagnosis(activations, form, penalty)
            return replace(
                base,
                network=self.computed.network(activations, form),
                loss=form,
                presumed=form,
                diagnosis=diagnosis,
                line=self.line(diagnosis),
                notes=(
                    *base.notes,
                    holds_penalty(penalty),
                    *of_loss_and_rate(self.computed, knows_loss=True),
                ),
            )
        outputs = self.computed.outputs_of(activations)
        slip = None if value is None else slip_in_loss(value, outputs, self.computed.fixture.Y)
        return replace(
            base,
            network=self.computed.network(activations, form),
            differentiated=form,
            presumed=form,
            diagnosis=self.computed.diagnosis(activations, form),
            loss_ok=None if slip is None else False,
            notes=(*base.notes, said_of_other(form, slip)),
        )

    def loss_ok(self, printed: LossForm | None, wanted: Sequence[LossForm]) -> bool | None:
        """Return whether the printed loss is the intended one; None where none is printed."""
        if printed is None:
            return None
        return printed in wanted

    def line(self, diagnosis: Diagnosis) -> str | None:
        """Return the line of the script where the first wrong array is made."""
        wrong = [array.name for array in diagnosis.arrays if not array.right]
        if not wrong:
            return None
        layer = int(wrong[0][2:])
        right = [each.name for each in diagnosis.arrays if each.right]
        made_in = diagnosis.findings[0].mistake.made_in if diagnosis.findings else "delta"
        if any(layer < min(each.layers, default=0) for each in diagnosis.findings[:1]):
            made_in = "carried"  # the layer above is right, but not what it hands down
        if f"dW{layer}" in right or f"db{layer}" in right:  # δ is right
            made_in = "gradient"
        line = self.made_in.get(f"δ{layer}") if made_in != "gradient" else None
        line = line or self.made_in.get(wrong[0])
        if line is None and made_in == "gradient":
            line = self.made_in.get(wrong[0][1:])
        return None if line is None else f"{line.number}: {line.text}"


def weight_decay(diagnosis: Diagnosis) -> float:
    """Return c of a right gradient that holds c W in all layers, as weight decay does; else 0."""
    if [each.mistake.leaves for each in diagnosis.findings] != ["penalty"] or diagnosis.unexplained:
        return 0.0
    found = diagnosis.findings[0]
    alone = not found.layers and found.settings.keys() == {"coefficient"} and diagnosis.factor == 1
    return max(found.settings["coefficient"], 0.0) if alone else 0.0
