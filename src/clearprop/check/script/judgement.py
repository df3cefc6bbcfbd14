"""Judge a script: whether its outputs, its loss and its gradient belong together."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from clearprop._errors import InputError
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.backprop.structure import Layer
from clearprop.check.diagnosis import Diagnosis
from clearprop.check.script.computed import Computed
from clearprop.check.script.description import Description
from clearprop.check.script.fixtures import Fixture
from clearprop.check.script.messages import Line, Success, Trial
from clearprop.check.script.penalized import with_penalty
from clearprop.check.script.recognition import LossForm, loss_forms
from clearprop.check.script.report import SubmissionReport
from clearprop.check.search import MAX_MISTAKES
from clearprop.losses import Loss
from clearprop.network.network import check_pair

USUAL = 6
"""Losses that are tried where the code prints none and none is intended."""


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
        base = SubmissionReport(path, called=self.call_in_words())
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
            unknown = self.unknown_network() if own is None else None
            if wanted is None:
                return replace(base, unread=unknown, own_loss=own)
            return replace(base, failure=unknown, own_loss=own, forward_ok=False)
        if wanted is not None and computed.outputs is not None:
            return self.judged(replace(base, forward_ok=False), found)
        return self.judged(replace(base, forward_ok=computed.has_outputs_of(found)), found)

    def wanted_forms(
        self, activations: Sequence[Activation], printed: LossForm | None
    ) -> list[LossForm]:
        """Return the losses whose gradient would be right, the likeliest first."""
        loss, reduction = self.intended.loss, self.intended.reduction
        if loss is None or not exists(loss, activations[-1]):
            if printed is not None:
                return [printed]
            usual = [form for form in loss_forms(activations[-1]) if not form.over_outputs]
            return [f for f in usual if reduction in (None, f.reduction)][:USUAL]
        if printed is not None and printed.rule == loss and reduction in (None, printed.reduction):
            return [printed]
        reductions = ("mean", "sum") if reduction is None else (reduction,)
        return [LossForm(loss, each) for each in reductions]

    def likeliest(
        self, activations: Sequence[Activation], forms: Sequence[LossForm]
    ) -> tuple[LossForm, Diagnosis]:
        """Return the loss whose gradient needs the fewest mistakes to become the given one.

        Several are looked for where none is accounted for by one.
        """
        found = self.likeliest_by(1, activations, forms)
        if self.most == 1 or is_accounted_for(found[1]):
            return found
        return self.likeliest_by(self.most, activations, forms)

    def likeliest_by(
        self, most: int, activations: Sequence[Activation], forms: Sequence[LossForm]
    ) -> tuple[LossForm, Diagnosis]:
        """Return the loss and the diagnosis that assume least, by so many mistakes at most."""
        diagnoses = [(f, self.computed.diagnosis(activations, f, most=most)) for f in forms]
        return min(diagnoses, key=lambda pair: assumed(pair[1]))

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
        wanted = self.wanted_forms(activations, printed)
        added_up = self.adds_up(printed, exact) or self.is_likelier_a_mean(activations, printed)
        if added_up:
            wanted = [replace(form, reduction="mean") for form in wanted]
            base = replace(base, notes=(*base.notes, ADDED_UP))
        right = [form for form in wanted if form in exact]
        form, diagnosis = self.likeliest(activations, right[:1] or wanted)
        decay, meant = weight_decay(diagnosis), None
        if decay:
            meant = self.computed.penalty_of_loss(activations, form, decay)
            diagnosis = self.computed.diagnosis(activations, form, meant or decay, self.most)
            said = holds_decay(decay) if meant is None else holds_penalty(meant)
            base = replace(base, notes=(*base.notes, said))
        knows_loss = printed is not None or meant is not None
        is_known = knows_loss or self.intended.loss is not None
        report = replace(
            base,
            network=self.computed.network(activations, form),
            loss=(printed or form) if is_known else None,
            differentiated=exact[0] if exact else None,
            presumed=form,
            diagnosis=diagnosis,
            loss_ok=None if added_up else self.loss_ok(printed, wanted),
            only_equal_widths=self.equal_widths_only(),
            line=self.line(diagnosis),
            notes=(*base.notes, *self.notes(knows_loss=knows_loss), *self.several_outputs()),
        )
        if self.success.stopped is not None:
            en, zh = self.success.stopped
            after = Text(f"The loop fails after that: {en}", f"之后循环出错：{zh}")
            if diagnosis.ok:
                return replace(report, failure=after)
            report = replace(report, notes=(*report.notes, after))
        if not diagnosis.ok and not self.is_certain(diagnosis, printed):
            return replace(report, unread=NOT_TOLD)
        if is_known and exact and form not in exact:
            return with_twin(report, form, exact[0], self.computed.fixture)
        if not is_known and exact and not right:  # a loss that is not usual, but one
            form, diagnosis = self.likeliest(activations, exact[:1])
            network = self.computed.network(activations, form)
            return replace(report, diagnosis=diagnosis, network=network)
        return report

    def without_factor(
        self, base: SubmissionReport, activations: Sequence[Activation]
    ) -> SubmissionReport:
        """Take one factor off a gradient of which no loss is known, where all dW show it.

        Code may show a loss that it does not go down, and average over a number of its own.
        """
        forms = self.wanted_forms(activations, None)
        factor = self.computed.factor_of_weights(activations, forms)
        if factor is None:
            return base
        self.computed.divide(factor)
        return replace(base, notes=(*base.notes, ONE_FACTOR.filled(factor=f"{factor:.6g}")))

    def adds_up(self, printed: LossForm | None, exact: Sequence[LossForm]) -> bool:
        """Return whether the code adds its loss up and averages its gradient.

        Over the batches of an epoch it divides the sum of all by the number of samples later.
        """
        if printed is None or self.intended.loss is not None or printed.reduction != "sum":
            return False
        return printed not in exact and replace(printed, reduction="mean") in exact

    def is_likelier_a_mean(
        self, activations: Sequence[Activation], printed: LossForm | None
    ) -> bool:
        """Return whether the gradient of a loss that is added up is wrong in less as an average."""
        if printed is None or self.intended.loss is not None or printed.reduction != "sum":
            return False
        if self.computed.exact_forms(activations):
            return False
        mean = replace(printed, reduction="mean")
        return self.likeliest(activations, [printed, mean])[0] == mean

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
                notes=(*base.notes, holds_penalty(penalty), *self.notes(knows_loss=True)),
            )
        outputs = self.computed.outputs_of(activations)
        slip = None if value is None else slip_in_loss(value, outputs, self.computed.fixture.Y)
        note = (
            Text(
                f"The gradient is exactly that of {form.formula()}, and right. The loss that is"
                " printed is another.",
                f"梯度恰好是 {form.formula()} 的梯度，是正确的。打印的损失是另一个函数。",
            )
            if slip is None
            else Text(
                f"The gradient is exactly that of {form.formula()}, and right. The loss is wrong:"
                f" {slip.en}.",
                f"梯度恰好是 {form.formula()} 的梯度，是正确的。损失写错了：{slip.zh}。",
            )
        )
        return replace(
            base,
            network=self.computed.network(activations, form),
            differentiated=form,
            presumed=form,
            diagnosis=self.computed.diagnosis(activations, form),
            loss_ok=None if slip is None else False,
            notes=(*base.notes, note),
        )

    def loss_ok(self, printed: LossForm | None, wanted: Sequence[LossForm]) -> bool | None:
        """Return whether the printed loss is the intended one; None where none is printed."""
        if printed is None:
            return None
        return printed in wanted

    def notes(self, *, knows_loss: bool) -> list[Text]:
        """Return what is to be said beside the verdict; of a loss that is not known, that."""
        said = []
        value = self.computed.found.loss
        if value is not None and not knows_loss:
            said.append(
                Text(
                    f"The loss that the code computes, {value:.6g} here, is none that is known for"
                    " its outputs.",
                    f"代码算出的损失（此处为 {value:.6g}）不是任何已知的损失。",
                )
            )
        rate = self.computed.found.rate
        if rate is not None:
            said.append(
                Text(
                    "The gradient was taken from the update: (W before − W after) / η, with"
                    f" η = {rate:g}.",
                    f"梯度由更新量反推：(更新前 W − 更新后 W) / η，η = {rate:g}。",
                )
            )
        return said

    def equal_widths_only(self) -> Text | None:
        """Say how code that runs on equal widths failed on different ones; None for other code."""
        failed = self.success.shape_failure
        if failed is None or not self.form.equal:
            return None
        return Text(
            f"With layers of different widths it fails: {failed.en}. With equal widths it runs:",
            f"各层宽度不同时出错：{failed.zh}。宽度相同时可以运行：",
        )

    def several_outputs(self) -> list[Text]:
        """Say how code that runs with one output failed with several."""
        if self.computed.fixture.sizes[-1] > 1 or self.form.kind == "class":
            return []
        if self.intended.sizes is not None:
            return []
        failed = self.success.shape_failure
        if failed is None:
            return []
        return [
            Text(
                f"Judged with one output; for three it is not written: {failed.en}",
                f"按一个输出判断；代码不适用于三个输出：{failed.zh}",
            )
        ]

    def call_in_words(self) -> Text:
        """Say what was called with what."""
        name, m, sizes = self.form.called, self.computed.fixture.m, self.computed.fixture.sizes
        rows = self.computed.samples == "row"
        en = f"called {name.en} with m = {m} samples, one a {'row' if rows else 'column'}"
        zh = f"调用{name.zh}，m = {m} 个样本，每{'行' if rows else '列'}一个"
        widths = "-".join(map(str, sizes))
        return Text(f"{en}; widths {widths}", f"{zh}；各层宽度 {widths}")

    def unknown_network(self) -> Text:
        """Say that the network could not be recognised."""
        if self.computed.outputs is None:
            return Text(
                "the network cannot be recognised from its gradient alone: describe it, for example"
                " --network 'tanh,sigmoid binary_cross_entropy mean'",
                "仅凭梯度无法认出网络：请用 --network 描述，"
                "例如 --network 'tanh,sigmoid binary_cross_entropy mean'",
            )
        return Text(
            "the outputs are those of no network known, so the forward pass may be wrong already."
            " Say what is meant, for example --network 'relu,softmax', to have the gradient judged",
            "输出不属于任何已知的网络，前向传播可能已经出错。"
            "请用 --network 'relu,softmax' 之类说明网络，以便判断梯度",
        )

    def line(self, diagnosis: Diagnosis) -> str | None:
        """Return the line of the script where the first wrong array is made."""
        wrong = [array.name for array in diagnosis.arrays if not array.right]
        if not wrong:
            return None
        layer = int(wrong[0][2:])
        right = [each.name for each in diagnosis.arrays if each.right]
        made_in = diagnosis.findings[0].mistake.made_in if diagnosis.findings else "delta"
        if f"dW{layer}" in right or f"db{layer}" in right:  # δ is right
            made_in = "gradient"
        line = self.made_in.get(f"δ{layer}") if made_in != "gradient" else None
        line = line or self.made_in.get(wrong[0])
        if line is None and made_in == "gradient":
            line = self.made_in.get(wrong[0][1:])
        return None if line is None else f"{line.number}: {line.text}"


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


def weight_decay(diagnosis: Diagnosis) -> float:
    """Return c of a right gradient that holds c W in all layers, as weight decay does; else 0."""
    if [each.mistake.leaves for each in diagnosis.findings] != ["penalty"] or diagnosis.unexplained:
        return 0.0
    found = diagnosis.findings[0]
    alone = not found.layers and found.settings.keys() == {"coefficient"} and diagnosis.factor == 1
    return max(found.settings["coefficient"], 0.0) if alone else 0.0


def holds_decay(c: float) -> Text:
    """Say that a gradient holds c W, which the loss may lack."""
    return Text(
        f"The gradient holds c W as well, c = {c:.4g}: weight decay, or an L2 penalty that the"
        " loss leaves out.",
        f"梯度中还含有 c W，c = {c:.4g}：权重衰减，或损失中没有写出的 L2 正则。",
    )


def holds_penalty(penalty: float) -> Text:
    """Say that the loss holds an L2 penalty."""
    return Text(
        f"The loss that the code computes holds an L2 penalty, ½ λ Σ W² with λ = {penalty:.4g}.",
        f"代码算出的损失含有 L2 正则 ½ λ Σ W²，λ = {penalty:.4g}。",
    )


FUNCTION = Text(
    "A function loss_and_grad(parameters, X, Y) that returns the loss and a dict with dW1, db1 …"
    " would be compared with differences of its own loss",
    "若有函数 loss_and_grad(parameters, X, Y) 返回损失和含有 dW1、db1 … 的字典，"
    "就可以用它自身损失的差分来核对",
)
NOT_TOLD = Text(
    "what it takes off its weights fits neither a right gradient nor a known mistake: its loss or"
    f" its rule of descent may be one that is not known here. {FUNCTION.en}",
    "权重的改变量既不符合正确的梯度，也不符合已知的错误：可能用了这里未知的损失或更新规则。"
    f"{FUNCTION.zh}",
)
ONE_FACTOR = Text(
    "The gradient was divided by {factor}, which all dW share: without a loss that fixes it, a"
    " learning rate or an average over another number.",
    "梯度已除以各 dW 共有的因子 {factor}：没有损失来确定它，可能是学习率，"
    "或是对另一个数目取的平均。",
)
BRACKET = Text(
    "a bracket is missing, and with it the sign of one of the terms y ln a and (1 − y) ln(1 − a)",
    "少了括号，y ln a 与 (1 − y) ln(1 − a) 中有一项的符号因此错了",
)
MINUS = Text("the minus in front is missing", "漏了前面的负号")


def is_meant_for_others(printed: LossForm | None, output: Activation) -> bool:
    """Return whether a printed cross-entropy is that of another output: log(1 − p) of a softmax."""
    canonical = None if printed is None else printed.rule.canonical
    return canonical is not None and canonical != output.name


def exists(loss: Loss, output: Activation) -> bool:
    """Return whether a loss exists for the values of an output activation."""
    try:
        check_pair(loss, Layer(1, output))
    except InputError:
        return False
    return True


def is_accounted_for(diagnosis: Diagnosis) -> bool:
    """Return whether a gradient is right, or the mistakes found account for every wrong array."""
    return diagnosis.ok or (bool(diagnosis.findings) and not diagnosis.unexplained)


def assumed(diagnosis: Diagnosis) -> tuple[bool, int, int]:
    """Return how much must be assumed for a diagnosis to be true; less is likelier."""
    ranks = sum(finding.mistake.rank for finding in diagnosis.findings)
    unexplained = not is_accounted_for(diagnosis)
    return unexplained, len(diagnosis.findings) + (diagnosis.factor != 1), ranks


ADDED_UP = Text(
    "The loss is added up over the samples, and its gradient averaged: only the learning rate means"
    " something else by it.",
    "损失对样本求和，而梯度取平均：这只影响学习率的含义。",
)


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
