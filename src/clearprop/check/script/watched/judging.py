"""The verdict on a program that was watched: right, wrong in a way that has a name, or not read."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from clearprop._errors import InputError
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.backprop.descent import Reduction
from clearprop.check.case import Case
from clearprop.check.diagnosis import Diagnosis
from clearprop.check.problem import Convention
from clearprop.check.script.messages import ObservedStep, Watched
from clearprop.check.script.recognition import LossForm, loss_forms
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.watched.descent import (
    Agreement,
    agreements,
    candidates,
    directions,
    is_times,
    ratio,
    taken,
)
from clearprop.check.script.watched.reading import Net, Reading, nets, readings
from clearprop.check.verdict import verdict

MAX_READINGS = 24
MAX_AGREEMENTS = 40
MAX_DIAGNOSES = 6
SECONDS, SECONDS_EACH = 3.0, 0.7
"""Of processor time, in which a mistake is looked for: in all, and with one loss and one η."""


@dataclass(frozen=True)
class Outcome:
    """A step that follows no right gradient."""

    reading: Reading
    step: ObservedStep


def judged(watched: Watched, path: str, *, names: bool = True) -> SubmissionReport:
    """Return the verdict on what was seen of a program.

    Without `names` no name is looked for where it is not right.
    """
    notes = tuple(watched.made_up)
    base = SubmissionReport(path, notes=notes)
    if not watched.steps:
        return replace(base, unread=nothing_trained(watched))
    followed: list[list[Agreement]] = []
    unexplained: list[Outcome] = []
    previous: dict[str, FloatArray] | None = None
    for step in watched.steps:
        found, likely = looked_at(step, previous)
        if likely is None:
            continue
        followed.append(found)
        if not found:
            unexplained.append(Outcome(likely, step))
        previous = taken(found[0].reading.net if found else likely.net)
    if not followed:
        return replace(base, unread=not_recognised(watched.steps[0]))
    if not unexplained:
        return right_report(base, steady(followed))
    if not names:
        return replace(base, unread=not_understood(unexplained[0].reading))
    return wrong_report(base, unexplained[-1 if len(unexplained) < len(followed) else 0])


def looked_at(
    step: ObservedStep, previous: dict[str, FloatArray] | None
) -> tuple[list[Agreement], Reading | None]:
    """Return the right gradients that a step follows, and the likeliest reading of it."""
    found: list[Agreement] = []
    likely: tuple[int, Reading] | None = None
    for reading in all_readings(step):
        open_loss = reading.net.m * reading.net.sizes[-1] == 1
        for followed in agreements(reading, step, previous):
            found.append(followed)
            if not open_loss and not followed.optimizer:
                return [followed], reading
        if found:
            likely = likely or (0, reading)
            if len(found) > MAX_AGREEMENTS:
                break
            continue
        worth = likelihood(reading, step)
        if likely is None or worth > likely[0]:
            likely = worth, reading
    return found, None if likely is None else likely[1]


def steady(followed: Sequence[Sequence[Agreement]]) -> Agreement:
    """Return the right gradient that all steps follow with the same learning rate, or nearly so.

    One sample with one output leaves the loss open: every step follows the gradient of each of
    them. Only one is followed with one η.
    """
    first = next(each for each in followed if each)

    def unsteady(agreement: Agreement) -> float:
        worst = 0.0
        for others in followed:
            alike = [each for each in others if each.form == agreement.form]
            apart = [abs(each.rate / agreement.rate - 1) for each in alike]
            worst = max(worst, min(apart, default=10.0))
        return round(worst, 6)

    return min(first, key=lambda each: (each.optimizer, unsteady(each), bool(each.rates)))


def all_readings(step: ObservedStep) -> Iterator[Reading]:
    """Yield the readings of a step."""
    count = 0
    for net, runs in nets(step):
        for reading in readings(net, runs):
            yield reading
            count += 1
            if count >= MAX_READINGS:
                return


def likelihood(reading: Reading, step: ObservedStep) -> int:
    """Return how much speaks for a reading: a loss that was printed, an array that is right."""
    if printed_losses(reading, step):
        return 3
    given = taken(reading.net)
    top = [name for name in given if int(name[1:]) == reading.net.depth]
    for form in directions(reading):
        right = reading.right(form)
        for name in top:
            factor = ratio(given[name], right[name])
            if factor is not None and is_times(reading.net, name, given[name], factor, right[name]):
                return 2 if right[name].size > 1 else 1
    return 0


def printed_losses(reading: Reading, step: ObservedStep) -> list[LossForm]:
    """Return the losses whose value stands among the numbers that the program kept."""
    numbers = step.numbers[np.isfinite(step.numbers) & (step.numbers != 0)]
    if not len(numbers):
        return []
    found = []
    m, K = reading.output.shape
    for form in loss_forms(reading.activations[-1]):
        with np.errstate(all="ignore"):
            total = float(form.rule.value(reading.output, reading.Y).sum())
        value = total * form.factor(K) / (m if form.reduction == "mean" else 1)
        if np.isfinite(value) and value and np.any(np.abs(numbers - value) <= 1e-6 * abs(value)):
            found.append(form)
    return found


def right_report(base: SubmissionReport, found: Agreement) -> SubmissionReport:
    """Return the report on a program whose steps go down a right gradient."""
    reading, step = found.reading, found.step
    printed = [
        form
        for form in printed_losses(reading, step)
        if same_direction(form, found.form) and not form.over_outputs
    ]
    form = printed[0] if printed else replace(found.form, reduction="mean")
    rate = found.rate * scale_of(form, found.form, reading)
    gradients = {
        name: array for name, array in reading.right(form).items() if name in taken(reading.net)
    }
    diagnosis = diagnosis_of(reading, gradients, form)
    return replace(
        base,
        called=called(reading, step),
        network=reading.network(form.rule, form.reduction),
        loss=form if printed else None,
        differentiated=form,
        presumed=form,
        forward_ok=True,
        diagnosis=diagnosis,
        notes=(*base.notes, *remarks(found, rate, form, reading)),
    )


def same_direction(one: LossForm, other: LossForm) -> bool:
    """Return whether two losses differ by a constant factor."""
    if one.rule == other.rule:
        return True
    return one.rule.constant_curvature is not None and other.rule.constant_curvature is not None


def scale_of(form: LossForm, summed: LossForm, reading: Reading) -> float:
    """Return how many times larger η is for a loss than for the summed one."""
    m = reading.net.m if form.reduction == "mean" else 1
    curvatures = form.rule.constant_curvature, summed.rule.constant_curvature
    doubled = curvatures[0] / curvatures[1] if curvatures[0] and curvatures[1] else 1.0
    return m / doubled


def remarks(found: Agreement, rate: float, form: LossForm, reading: Reading) -> list[Text]:
    """Say how the step follows the gradient."""
    if found.optimizer:
        return [
            Text(
                "The gradient is right; the step made of it is no plain descent (Adam, RMSprop …).",
                "梯度正确；更新不是普通的梯度下降（Adam、RMSprop 等）。",
            )
        ]
    said = [
        Text(
            f"The step is η times the gradient of {form.formula()}, with η = {rate:.6g}: a common"
            " factor of a step is the learning rate.",
            f"更新量等于 η 乘以 {form.formula()} 的梯度，η = {rate:.6g}："
            "更新的公共因子就是学习率。",
        )
    ]
    if found.rates:
        said = [Text("The arrays have learning rates of their own.", "各数组使用各自的学习率。")]
    if found.penalty:
        m = reading.net.m if form.reduction == "mean" else 1
        said.append(
            Text(
                f"The step holds λ W as well: an L2 penalty, λ = {found.penalty / m:.4g}.",
                f"更新中还含有 λ W：L2 正则，λ = {found.penalty / m:.4g}。",
            )
        )
    if found.momentum:
        said.append(
            Text(
                f"The step holds {found.momentum:.4g} of the step before: momentum.",
                f"更新中含有上一步的 {found.momentum:.4g} 倍：动量。",
            )
        )
    return said


def called(reading: Reading, step: ObservedStep) -> Text:
    """Say what was watched."""
    m = reading.net.m
    column = step.layers[0].first
    en, zh = ("column", "列") if column else ("row", "行")
    many = f"{m} samples, one a {en}" if m > 1 else "one sample at a time"
    viele = f"{m} 个样本，每{zh}一个" if m > 1 else "每次一个样本"
    return Text(
        f"watched the program's own training, on its own data: {many}",
        f"观察程序自己的训练（用它自己的数据）：{viele}",
    )


def diagnosis_of(
    reading: Reading, gradients: dict[str, FloatArray], form: LossForm, rate: float | None = None
) -> Diagnosis:
    """Return the diagnosis of a gradient in the row convention."""
    case = case_of(reading, gradients, form, rate)
    return verdict(case, convention(reading.net), SECONDS_EACH)


def convention(net: Net) -> Convention:
    """Return in which convention formulae are printed."""
    return "column" if net.column else "row"


def case_of(
    reading: Reading, gradients: dict[str, FloatArray], form: LossForm, rate: float | None
) -> Case:
    """Return a gradient in the row convention beside the right one."""
    shapes = {w.name: w.own_shape for w in reading.net.weights if w.name in gradients}
    return Case(
        reading.problem(form, rate),
        gradients,
        reading.net.itemsize,
        {name: gradients[name].shape if name not in shapes else shapes[name] for name in gradients},
        shapes,
    )


def wrong_report(base: SubmissionReport, outcome: Outcome) -> SubmissionReport:
    """Return the report on a step that goes down no right gradient."""
    reading, step = outcome.reading, outcome.step
    given = taken(reading.net)
    if not given or not any(array.any() for array in given.values()):
        return replace(base, unread=NOTHING_CHANGED)
    named = named_gradients(reading, step)
    printed = printed_losses(reading, step)
    best: tuple[tuple[bool, int, int, bool, int], LossForm, Diagnosis] | None = None
    written = rates_written(reading, step)
    until = time.process_time() + SECONDS
    waiting = [(given, form, rate) for form, rate in scaled_forms(reading, step, printed)]
    if named is not None:
        waiting += [(named, form, 1.0) for _, form, _ in waiting[:2]]
    while waiting and (best is None or time.process_time() < until):
        arrays, form, rate = waiting.pop(0)
        gradients = {name: array / rate for name, array in arrays.items()}
        try:
            diagnosis = diagnosis_of(reading, gradients, form, abs(rate))
        except InputError:
            continue
        if diagnosis.factor not in (1, 0):  # a common factor of a step is its learning rate
            waiting.insert(0, (arrays, form, rate * abs(diagnosis.factor)))
            if diagnosis.factor != -1:
                continue
        if diagnosis.ok:
            continue
        unwritten = not any(abs(rate - each) <= 1e-6 * each for each in written)
        worth = assumed(diagnosis, unwritten=unwritten)
        if best is None or worth < best[0]:
            best = worth, form, diagnosis
        if not worth[0] and worth[1:3] == (1, 1):
            break
    if best is None:
        return replace(base, unread=not_recognised(step))
    unexplained, form, diagnosis = best[0][0], best[1], best[2]
    if unexplained and not is_certain(reading, diagnosis):
        return replace(base, unread=not_understood(reading))
    known = [each for each in printed if same_direction(each, form)]
    return replace(
        base,
        called=called(reading, step),
        network=reading.network(form.rule, form.reduction),
        loss=known[0] if known else None,
        presumed=form,
        forward_ok=True,
        diagnosis=diagnosis,
        wrong_line=line_of(diagnosis, step),
    )


def named_gradients(reading: Reading, step: ObservedStep) -> dict[str, FloatArray] | None:
    """Return the arrays from which a step was made that have a name in the program, if all have."""
    found = {}
    for name in taken(reading.net):
        piece_of = step.layers[int(name[1:]) - 1]
        piece = piece_of.weights if name.startswith("W") else piece_of.bias
        places = [] if piece is None else [each.place for each in piece.made_of]
        arrays = [array for array, _ in candidates(reading.net, step, name)]
        if len(arrays) != len(places) or not any(places):
            return None
        found[name] = [a for a, place in zip(arrays, places, strict=True) if place][-1]
    return found


def is_certain(reading: Reading, diagnosis: Diagnosis) -> bool:
    """Return whether targets and loss are certain although the mistake has no name.

    They are where the gradient of the topmost weights is right, in more numbers than one.
    """
    top = f"dW{reading.net.depth}"
    many = reading.net.m * reading.net.sizes[-1] > 1
    clipped = any(is_clipped(array) for array in taken(reading.net).values())
    is_right = any(array.name == top and array.right for array in diagnosis.arrays)
    return many and is_right and not clipped


def is_clipped(array: FloatArray) -> bool:
    """Return whether several entries share the largest size: gradients are cut there."""
    sizes = np.abs(array)
    largest = float(sizes.max(initial=0.0))
    return largest > 0 and int(np.sum(sizes >= (1 - 1e-9) * largest)) > 2


def scaled_forms(
    reading: Reading, step: ObservedStep, printed: Sequence[LossForm]
) -> Iterator[tuple[LossForm, float]]:
    """Yield losses with the η under which as much as possible is right."""
    given, m = taken(reading.net), reading.net.m
    forms = list(directions(reading))
    forms.sort(key=lambda form: not any(same_direction(form, each) for each in printed))
    told: list[tuple[LossForm, float]] = []
    for form in forms[:3]:
        right = reading.right(form)
        rates = []
        for name in sorted(given, key=lambda name: (-int(name[1:]), name[0] == "W")):
            factor = ratio(given[name], right[name])
            if factor and is_times(reading.net, name, given[name], factor, right[name]):
                rates.append(abs(factor))
        for rate in distinct(rates)[:2]:
            if m > 1:
                told.append((replace(form, reduction="mean"), rate * m))
            told.append((form, rate))
    reductions: tuple[Reduction, ...] = ("mean", "sum") if m > 1 else ("sum",)
    told += [
        (replace(form, reduction=reduction), rate)
        for form in forms[:3]
        for rate in rates_written(reading, step)[:2]
        for reduction in reductions
    ]
    if not told:
        told = [(form, 1.0) for form in forms[:2]]
    yield from told[: 2 * MAX_DIAGNOSES]


def distinct(rates: Sequence[float]) -> list[float]:
    """Return numbers without those that equal an earlier one."""
    kept: list[float] = []
    for rate in rates:
        if not any(abs(rate - other) <= 1e-6 * abs(other) for other in kept):
            kept.append(rate)
    return kept


def rates_written(reading: Reading, step: ObservedStep) -> list[float]:
    """Return the numbers that multiplied an array on its way into the step, the commonest first."""
    counts: dict[float, int] = {}
    for name in taken(reading.net):
        for _, rate in candidates(reading.net, step, name):
            if rate is not None and 0 < abs(rate) < np.inf:
                counts[abs(rate)] = counts.get(abs(rate), 0) + 1
    return [*sorted(counts, key=lambda rate: -counts[rate]), 1.0]


def assumed(diagnosis: Diagnosis, *, unwritten: bool) -> tuple[bool, int, int, bool, int]:
    """Return how much must be assumed for a diagnosis to be true; less is likelier.

    `unwritten` is true where its η is none of the numbers that the program multiplies by.
    """
    unexplained = not diagnosis.ok and (not diagnosis.findings or bool(diagnosis.unexplained))
    ranks = sum(finding.mistake.rank for finding in diagnosis.findings)
    count = len(diagnosis.findings) + (diagnosis.factor != 1)
    wrong = sum(not array.right for array in diagnosis.arrays)
    return unexplained, count, wrong, unwritten, ranks


def line_of(diagnosis: Diagnosis, step: ObservedStep) -> int:
    """Return the number of the line that computes the first wrong array, 0 if that is not told."""
    wrong = [array.name[1:] for array in diagnosis.arrays if not array.right]
    if not wrong:
        return 0
    name = wrong[0]
    layer = step.layers[int(name[1:]) - 1]
    piece = layer.bias if name.startswith("b") and layer.bias is not None else layer.weights
    made_in = diagnosis.findings[0].mistake.made_in if diagnosis.findings else "delta"
    if made_in == "delta" and piece.error_line:
        return piece.error_line
    lines = [each.line for each in piece.made_of if each.line]
    return lines[-1] if lines else piece.line


def nothing_trained(watched: Watched) -> Text:
    """Say that no training was seen."""
    if watched.trouble is not None:
        kind, line = watched.trouble.kind, watched.trouble.line
        en, zh = watched.trouble.message
        return Text(
            f"it stops before anything is learned: line {line}: {kind}: {en}",
            f"在开始学习之前就停止了：第 {line} 行：{kind}：{zh}",
        )
    if not watched.products:
        return Text(
            "no product of a weight matrix with samples was seen while it ran. Weights in NumPy"
            " arrays, or a line such as W1 = W1 - 0.1 * dW1, would be read",
            "运行时没有看到权重矩阵与样本的乘积。若权重放在 NumPy 数组中，"
            "或有 W1 = W1 - 0.1 * dW1 这样的语句，就能读出",
        )
    return Text(
        "no weights changed while it ran. A line that trains for a step, such as"
        " W1 = W1 - 0.1 * dW1, would let it be read",
        "运行时权重没有变化。若有一行进行一步训练，例如 W1 = W1 - 0.1 * dW1，就能读出",
    )


def not_recognised(step: ObservedStep) -> Text:
    """Say that the layers, or the targets, could not be told."""
    layers = len(step.layers)
    return Text(
        f"it trains {layers} weight matri{'ces' if layers > 1 else 'x'}, but its activations or its"
        " targets could not be told from its numbers. A line that names them, such as"
        " outputs, targets = A2, Y, helps",
        f"它训练了 {layers} 个权重矩阵，但从数值看不出激活函数或目标。"
        "写一行指明它们会有帮助，例如 outputs, targets = A2, Y",
    )


def not_understood(reading: Reading) -> Text:
    """Say that the step fits no gradient, and no known mistake."""
    sizes = "-".join(map(str, reading.net.sizes))
    return Text(
        f"it trains a network {sizes}, but what it takes off its weights fits neither a right"
        " gradient nor a known mistake: its loss or its rule of descent may be one that is not"
        " known here. A line that names the gradients, such as dW1, dW2 = ..., helps",
        f"它训练的网络是 {sizes}，但权重的改变量既不符合正确的梯度，也不符合已知的错误："
        "可能用了这里未知的损失或更新规则。写一行指明梯度会有帮助，例如 dW1, dW2 = ...",
    )


NOTHING_CHANGED = Text("its weights do not change while it trains", "训练时它的权重没有变化")
