"""Judge what a script computed: its outputs, its loss, its gradient, and whether they belong together."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from clearprop.activations import Activation
from clearprop.backprop.propagate import forward, output_error_term
from clearprop.check.diagnose import case_of, diagnose
from clearprop.check.diagnosis import Diagnosis
from clearprop.check.reading import in_rows, read
from clearprop.check.submission.attempts import Attempt
from clearprop.check.submission.description import Description
from clearprop.check.submission.failures import called, shape_failure, troubles
from clearprop.check.submission.fixtures import Fixture
from clearprop.check.submission.recognition import (
    LossForm,
    combinations,
    loss_forms,
    outputs_as_rows,
    recognized_activations,
    recognized_loss,
    same,
    with_softmax_over_samples,
)
from clearprop.check.submission.report import OwnLossCheck, SubmissionReport
from clearprop.check.submission.shapes import orient
from clearprop.check.submission.source import Source
from clearprop.errors import InputError
from clearprop.language import Text
from clearprop.network import Network
from clearprop.structure import FloatArray, Layer, Parameters

USUAL = 6
"""How many losses are tried where the code prints none and none is intended."""

SCALES = frozenset({
    "average_missing",
    "average_twice",
    "outputs_averaged",
    "factor_two",
})
"""Mistakes that only multiply a gradient, as another form of the loss does."""


class Judgement:
    """What one successful attempt computed, beside what it should be.

    Parameters
    ----------
    source : Source
    tried : sequence of Attempt
        All attempts, in their order.
    reply : dict
        What the limited process reported; its attempt has succeeded.
    intended : Description
        What is known of the network.
    """

    def __init__(
        self, source: Source, tried: Sequence[Attempt], reply: dict[str, Any], intended: Description
    ) -> None:
        self.source, self.tried, self.reply, self.intended = source, tried, reply, intended
        self.found = reply["success"]
        self.attempt = tried[self.found["attempt"]]
        self.convention = self.attempt["convention"]
        rate = self.attempt["fixture"]["learning_rate"]
        self.fixture = Fixture(tuple(self.found["sizes"]), self.found["m"], rate)

    @property
    def depth(self) -> int:
        """L, the number of layers."""
        return len(self.fixture.sizes) - 1

    @cached_property
    def params(self) -> Parameters:
        """The parameters that the code was given; without biases these are 0."""
        params = self.fixture.params.copy()
        for name in params:
            if name not in self.found["own_shapes"]:
                params[name] = np.zeros(params[name].shape)
        return params

    @cached_property
    def outputs(self) -> FloatArray | None:
        """The code's outputs, (m, K); None where it gave none."""
        given = self.found["output"]
        if given is None:
            return None
        m, K = self.fixture.m, self.fixture.sizes[-1]
        return outputs_as_rows(np.asarray(given), self.convention, m, K)

    @cached_property
    def gradients(self) -> dict[str, FloatArray]:
        """The code's gradient, in its own shapes."""
        return read("gradients", self.found["gradients"], self.fixture.sizes, gradients=True)

    def report(self, path: str) -> SubmissionReport:
        """Return the verdict."""
        base = SubmissionReport(
            path, called=self.call_spoken(), notes=tuple(troubles(self.source, self.reply))
        )
        try:
            _ = self.gradients
        except InputError as error:
            return replace(base, failure=Text(str(error), str(error)))
        wanted = self.intended.activations_of(self.depth)
        activations = wanted or self.recognized()
        if activations is None:
            own = self.against_own_loss(Text("network", "网络"))
            failure = self.unknown_network() if own is None else None
            return replace(base, failure=failure, own_loss=own)
        forward_ok = None if self.outputs is None else same(self.computed(activations), self.outputs)
        return self.judged(replace(base, forward_ok=forward_ok), activations)

    def recognized(self) -> tuple[Activation, ...] | None:
        """Return the activations that the outputs show, or, without outputs, loss and gradient."""
        X = self.fixture.X
        if self.outputs is not None:
            found = recognized_activations(self.params, X, self.outputs)
            return found or with_softmax_over_samples(self.params, X, self.outputs)
        if self.found["loss"] is not None:
            fitting = [f for f in combinations(self.depth) if self.printed_form(f) is not None]
            right = (f for f in fitting if self.exact_forms(f))
            return next(right, fitting[0] if fitting else None)
        return next((f for f in combinations(self.depth) if self.exact_forms(f)), None)

    def computed(self, activations: Sequence[Activation]) -> FloatArray:
        """Return the outputs of the network with these activations, (m, K)."""
        weights = self.params.layers
        layers = [Layer(W.shape[1], f) for (W, _), f in zip(weights, activations, strict=True)]
        return forward(layers, weights, self.fixture.X).output

    def printed_form(self, activations: Sequence[Activation]) -> LossForm | None:
        """Return the loss that the code prints, None if it prints none that is known."""
        value = self.found["loss"]
        if value is None:
            return None
        outputs = self.computed(activations) if self.outputs is None else self.outputs
        return recognized_loss(value, activations[-1], outputs, self.fixture.Y)

    def wanted_forms(
        self, activations: Sequence[Activation], printed: LossForm | None
    ) -> list[LossForm]:
        """Return the losses whose gradient would be right, the likeliest first."""
        loss, reduction = self.intended.loss, self.intended.reduction
        if loss is None:
            if printed is not None:
                return [printed]
            usual = [form for form in loss_forms(activations[-1]) if not form.over_outputs]
            return [f for f in usual if reduction in (None, f.reduction)][:USUAL]
        if printed is not None and printed.rule == loss and reduction in (None, printed.reduction):
            return [printed]
        reductions = ("mean", "sum") if reduction is None else (reduction,)
        return [LossForm(loss, each) for each in reductions]

    def network(self, activations: Sequence[Activation], form: LossForm) -> Network:
        """Return the network with these activations and this loss."""
        sizes = self.fixture.sizes
        layers = [Layer(n, f) for n, f in zip(sizes[1:], activations, strict=True)]
        return Network(sizes[0], layers, form.rule, form.reduction, engine="reference")

    def arguments(self, activations: Sequence[Activation], form: LossForm) -> dict[str, Any]:
        """Return the arguments of `diagnose` for this loss, in the person's own shapes."""
        factor = form.factor(self.fixture.sizes[-1])
        own = {
            name: (self.params[name].T if self.convention == "column" else self.params[name])
            for name in self.found["own_shapes"]
        }
        return {
            "gradients": {f"d{name}": array / factor for name, array in self.gradients.items()},
            "net": self.network(activations, form),
            "params": {n: own[n].reshape(shape) for n, shape in self.found["own_shapes"].items()},
            "X": orient(self.fixture.X, self.convention),
            "Y": orient(self.fixture.Y, self.convention),
            "learning_rate": self.fixture.learning_rate,
            "convention": self.convention,
        }

    def diagnosis(self, activations: Sequence[Activation], form: LossForm) -> Diagnosis:
        """Return the diagnosis of the gradient as one of this loss."""
        return diagnose(**self.arguments(activations, form))

    def exact_forms(self, activations: Sequence[Activation]) -> list[LossForm]:
        """Return the losses of which the gradient is exactly the right one."""
        forms = [f for f in loss_forms(activations[-1]) if self.fits_top(activations, f)]
        return [f for f in forms if not case_of(**self.arguments(activations, f))[0].wrong]

    def fits_top(self, activations: Sequence[Activation], form: LossForm) -> bool:
        """Return whether the topmost gradient may be that of this loss: a quick first look."""
        top = self.depth
        weights, m = self.params.layers, self.fixture.m
        layers = [Layer(W.shape[1], f) for (W, _), f in zip(weights, activations, strict=True)]
        passed = forward(layers, weights, self.fixture.X)
        z, a = passed.weighted_sums[-1], passed.output
        with np.errstate(all="ignore"):
            delta = output_error_term(form.rule, activations[-1], z, a, self.fixture.Y)
        share = form.factor(self.fixture.sizes[-1]) / (m if form.reduction == "mean" else 1)
        db, dW = share * delta.sum(axis=0), share * passed.activations[-2].T @ delta
        given = self.gradients.get(f"b{top}", self.gradients.get(f"W{top}"))
        right = db if f"b{top}" in self.gradients else dW
        if given is None or np.size(given) != right.size:
            return given is None
        turned = given.T if given.ndim == 2 and self.convention == "column" else given
        return bool(np.allclose(np.reshape(turned, right.shape), right, rtol=1e-4, atol=1e-9))

    def likeliest(
        self, activations: Sequence[Activation], forms: Sequence[LossForm]
    ) -> tuple[LossForm, Diagnosis]:
        """Return the loss whose gradient needs the fewest mistakes to become the given one."""
        diagnoses = [(form, self.diagnosis(activations, form)) for form in forms]
        return min(diagnoses, key=lambda pair: assumed(pair[1]))

    def judged(self, base: SubmissionReport, activations: Sequence[Activation]) -> SubmissionReport:
        """Return the verdict on loss and gradient of a network with known activations."""
        printed = self.printed_form(activations)
        if self.found["loss"] is not None and printed is None and self.intended.loss is None:
            own = self.against_own_loss(Text("loss", "损失函数"))
            if own is not None:
                return replace(base, own_loss=own)
        wanted = self.wanted_forms(activations, printed)
        exact = self.exact_forms(activations)
        right = [form for form in wanted if form in exact]
        form, diagnosis = self.likeliest(activations, right[:1] or wanted)
        is_known = printed is not None or self.intended.loss is not None
        report = replace(
            base,
            network=self.network(activations, form),
            loss=(printed or form) if is_known else None,
            differentiated=exact[0] if exact else None,
            diagnosis=diagnosis,
            loss_ok=self.loss_ok(printed, wanted),
            only_equal_widths=self.equal_widths_only(),
            line=self.line(diagnosis),
            notes=(*base.notes, *self.notes(printed), *self.several_outputs()),
        )
        if is_known and exact and form not in exact:
            return with_twin(report, form, exact[0], self.fixture)
        if not is_known and exact and not right:  # a loss that is not usual, but one
            form, diagnosis = self.likeliest(activations, exact[:1])
            network = self.network(activations, form)
            return replace(report, diagnosis=diagnosis, network=network)
        return report

    def loss_ok(self, printed: LossForm | None, wanted: Sequence[LossForm]) -> bool | None:
        """Return whether the printed loss is the intended one; None where that cannot be told."""
        if printed is None or self.intended.loss is None:
            return None
        return printed in wanted

    def notes(self, printed: LossForm | None) -> list[Text]:
        """Return what is to be said beside the verdict."""
        said = []
        value = self.found["loss"]
        if value is not None and printed is None:
            said.append(
                Text(
                    f"The loss that the code computes, {value:.6g} here, is none that is known for"
                    " its outputs.",
                    f"代码算出的损失（此处为 {value:.6g}）不是任何已知的损失。",
                )
            )
        if self.found["rate"] is not None:
            said.append(
                Text(
                    "The gradient was taken from the update: (W before − W after) / η, with"
                    f" η = {self.found['rate']:g}.",
                    f"梯度由更新量反推：(更新前 W − 更新后 W) / η，η = {self.found['rate']:g}。",
                )
            )
        return said

    def equal_widths_only(self) -> Text | None:
        """Say how code that runs on equal widths failed on different ones; None for other code."""
        failed = shape_failure(self.source, self.reply, self.tried)
        if failed is None or not self.attempt["equal"]:
            return None
        return Text(
            f"With layers of different widths it fails: {failed.en}. With equal widths it runs:",
            f"各层宽度不同时出错：{failed.zh}。宽度相同时可以运行：",
        )

    def several_outputs(self) -> list[Text]:
        """Say how code that runs with one output failed with several."""
        if self.fixture.sizes[-1] > 1 or self.attempt["interface"]["kind"] == "class":
            return []
        if self.intended.sizes is not None:
            return []
        failed = shape_failure(self.source, self.reply, self.tried)
        if failed is None:
            return []
        return [
            Text(
                f"Judged with one output; with three it fails: {failed.en}",
                f"按一个输出判断；有三个输出时出错：{failed.zh}",
            )
        ]

    def call_spoken(self) -> Text:
        """Say what was called with what."""
        name, m, sizes = called(self.attempt), self.fixture.m, self.fixture.sizes
        rows = self.convention == "row"
        en = f"called {name} with m = {m} samples, one a {'row' if rows else 'column'}"
        zh = f"调用 {name}，m = {m} 个样本，每{'行' if rows else '列'}一个"
        widths = "-".join(map(str, sizes))
        return Text(f"{en}; widths {widths}", f"{zh}；各层宽度 {widths}")

    def against_own_loss(self, unknown: Text) -> OwnLossCheck | None:
        """Return the comparison with differences of the code's own loss; None where it has none."""
        numeric = self.found["numeric"]
        if numeric is None:
            return None
        given = in_rows(self.gradients, self.fixture.sizes, self.convention).arrays
        expected = in_rows(numeric, self.fixture.sizes, self.convention).arrays
        names = [name for name in given if name in expected]
        wrong = [n for n in names if not close(given[n], expected[n])]
        listed = tuple(f"d{name}" for name in wrong)
        return OwnLossCheck(unknown, listed, common_ratio(given, expected, names))

    def unknown_network(self) -> Text:
        """Say that the network could not be recognised."""
        if self.outputs is None:
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
        made_in = diagnosis.findings[0].mistake.made_in if diagnosis.findings else "delta"
        number = self.source.line_of_error_term(layer) if made_in == "delta" else None
        number = number or self.source.line_assigning(wrong[0])
        return None if number is None else f"{number}: {self.source.line(number)}"


def close(given: FloatArray, expected: FloatArray) -> bool:
    """Return whether a gradient equals differences, as far as these are exact."""
    if np.shape(given) != np.shape(expected):
        return False
    scale = max(1e-3, float(np.abs(expected).max(initial=0.0)))
    return bool(np.abs(given - expected).max(initial=0.0) <= 1e-5 * scale)


def common_ratio(
    given: Mapping[str, FloatArray], expected: Mapping[str, FloatArray], names: Sequence[str]
) -> float | None:
    """Return c where all arrays are c ≠ 1 times the expected ones."""
    if any(np.shape(given[name]) != np.shape(expected[name]) for name in names):
        return None
    one, other = (np.concatenate([np.ravel(a[n]) for n in names]) for a in (given, expected))
    ratio = float(one @ other / (other @ other)) if other.any() else 1.0
    return ratio if abs(ratio - 1) > 1e-4 and close(one, ratio * other) else None


def assumed(diagnosis: Diagnosis) -> tuple[bool, int, int]:
    """Return how much must be assumed for a diagnosis to be true; less is likelier."""
    unexplained = not diagnosis.ok and (not diagnosis.findings or bool(diagnosis.unexplained))
    ranks = sum(finding.mistake.rank for finding in diagnosis.findings)
    return unexplained, len(diagnosis.findings) + (diagnosis.factor != 1), ranks


def with_twin(
    report: SubmissionReport, form: LossForm, twin: LossForm, fixture: Fixture
) -> SubmissionReport:
    """Return the report of a gradient that is right for another loss than the code prints."""
    diagnosis = report.diagnosis
    names = [finding.name for finding in diagnosis.findings] if diagnosis else []
    if len(names) == 1 or any(name not in SCALES for name in names):
        note = Text(
            f"As it stands it is exactly the gradient of {twin.formula()}.",
            f"现在的梯度恰好是 {twin.formula()} 的梯度。",
        )
        return replace(report, notes=(*report.notes, note))
    m, K = fixture.m, fixture.sizes[-1]
    factor = twin.over(form, m, K)
    said = Text(
        f"Loss and gradient belong to different functions. The loss printed is {form.formula()}; the"
        f" gradient is exactly that of {twin.formula()}. It is {factor.formula} times the gradient"
        f" of what is printed, {factor.value:g} times with the m = {m} and K = {K} used here. The"
        " direction is right; the learning rate means something else than the printed loss"
        " suggests.",
        f"损失与梯度不是同一个函数。打印的损失是 {form.formula()}，而梯度恰好是 {twin.formula()} 的梯度，"
        f"是打印损失的梯度的 {factor.formula} 倍（此处 m = {m}、K = {K}，即 {factor.value:g} 倍）。"
        "方向正确，但学习率的含义与打印的损失不符。",
    )
    return replace(report, disagreement=said)
