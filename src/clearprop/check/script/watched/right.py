"""The report on a program whose steps go down a right gradient, and how they do."""

from collections.abc import Sequence
from dataclasses import replace

from clearprop._text import Text
from clearprop.check.script.observed import ObservedStep
from clearprop.check.script.recognition import LossForm
from clearprop.check.script.report import SubmissionReport
from clearprop.check.script.watched.cases import diagnosis_of
from clearprop.check.script.watched.descent import Agreement
from clearprop.check.script.watched.losses import losses_of_samples, printed_losses, same_direction
from clearprop.check.script.watched.nets import taken
from clearprop.check.script.watched.reading import Reading


def right_report(base: SubmissionReport, found: Agreement) -> SubmissionReport:
    """Return the report on a program whose steps go down a right gradient."""
    reading, step = found.reading, found.step
    whole = printed_losses(reading, step)
    every = whole or losses_of_samples(reading, step)
    alike = [form for form in every if same_direction(form, found.form)]
    printed = [form for form in alike if not form.over_outputs and form in whole]
    form = printed[0] if printed else replace(found.form, reduction="mean")
    rate = found.rate * scale_of(form, found.form, reading)
    gradients = {
        name: array for name, array in reading.right(form).items() if name in taken(reading.net)
    }
    diagnosis = diagnosis_of(reading, gradients, form)
    return replace(
        base,
        called=called(reading, step, base.notes),
        network=reading.network(form.rule, form.reduction),
        loss=form if printed else None,
        differentiated=form,
        presumed=form,
        other_loss=every[0] if every and not alike else None,
        forward_ok=True,
        diagnosis=diagnosis,
        remembers=bool(found.optimizer or found.momentum),
        notes=(
            *base.notes,
            *remarks(found, rate, form, reading),
            *([] if alike else [another_loss(each, form, reading) for each in every[:1]]),
        ),
    )


def another_loss(computed: LossForm, form: LossForm, reading: Reading) -> Text:
    """Say that a program computes another loss than that which its step goes down."""
    canonical = form.rule.is_canonical_with(reading.activations[-1])
    here = (
        Text("f′ is left out of δ at the output", "输出层的 δ 漏乘了 f′")
        if canonical
        else Text("f′ does not belong in δ at the output", "输出层的 δ 里不应再乘 f′")
    )
    return Text(
        f"The loss that the program computes is another: {computed.formula()}. If the step is to"
        f" go down that one, {here.en}.",
        f"程序计算的损失是另一个：{computed.formula()}。如果更新本应沿它下降，那么{here.zh}。",
    )


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
    if found.step.by_hand and abs(rate - 1) < 1e-6:
        return []
    said = [
        Text(
            f"The step is η times the gradient of {form.formula()}, with η = {rate:.6g}: a common"
            " factor of a step is the learning rate.",
            f"更新量等于 η 乘以 {form.formula()} 的梯度，η = {rate:.6g}："
            "更新的公共因子就是学习率。",
        )
    ]
    if found.rates:
        said = [
            Text(
                "Each array's step is a number of its own times its right gradient: learning rates"
                " of their own, or gradients cut to a length.",
                "各数组的更新量分别是正确梯度的不同倍数：各自的学习率，或按长度裁剪的梯度。",
            )
        ]
    if found.penalty:
        m = reading.net.m if form.reduction == "mean" else 1
        said.append(
            Text(
                f"The step holds λ W as well: an L2 penalty, λ = {found.penalty / m:.4g}.",
                f"更新中还含有 λ W：L2 正则，λ = {found.penalty / m:.4g}。",
            )
        )
    if found.lasso:
        m = reading.net.m if form.reduction == "mean" else 1
        said.append(
            Text(
                f"The step holds λ sgn W as well: an L1 penalty, λ = {found.lasso / m:.4g}.",
                f"更新中还含有 λ sgn W：L1 正则，λ = {found.lasso / m:.4g}。",
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


def called(reading: Reading, step: ObservedStep, made_up: Sequence[Text]) -> Text:
    """Say what was watched; the notes say what of it was made up."""
    m = reading.net.m
    column = step.layers[0].first
    en, zh = ("column", "列") if column else ("row", "行")
    many = f"{m} samples, one a {en}" if m > 1 else "one sample at a time"
    how_many = f"{m} 个样本，每{zh}一个" if m > 1 else "每次一个样本"
    if made_up:
        return Text(f"watched the program train: {many}", f"观察程序的训练：{how_many}")
    return Text(
        f"watched the program's own training, on its own data: {many}",
        f"观察程序自己的训练（用它自己的数据）：{how_many}",
    )
