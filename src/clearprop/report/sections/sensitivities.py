"""Section: how the outputs answer to the inputs."""

import numpy as np

from clearprop._typing import FloatArray
from clearprop.data import CategoricalColumn, ClassificationTarget
from clearprop.plots import plot_sensitivity
from clearprop.report.blocks import Block, Grid, Paragraph, Picture, Section
from clearprop.report.formatting import number, percent
from clearprop.report.pictures import picture_on_axes
from clearprop.report.subject import Subject
from clearprop.sensitivity import InputSensitivity, garson, olden

MAX_OUTPUTS, MAX_INPUTS = 3, 15
"""Outputs and inputs to draw at most."""


def sensitivities_section(subject: Subject) -> Section:
    """Draw exact derivatives, and list importance by three measures."""
    say, model = subject.say, subject.model
    found = subject.sensitivity
    opening = say(
        "The derivative of an output by an input says how the prediction answers to a small change "
        "of that input while all others stay. It is exact, by backpropagation to the inputs at "
        "{rows} training rows.",
        "输出对输入的导数表示：其他输入不变时，该输入的微小变化会使预测如何变化。"
        "导数由反向传播到输入精确得到，取自 {rows} 个训练样本。",
        rows=len(found.gradients),
    )
    opening += _unit(subject)
    if any(isinstance(column, CategoricalColumn) for column in model.encoding.columns):
        opening += say(
            " Of categories only differences mean something: each is compared with the mean of all "
            "categories of its column.",
            "类别之间只有差别才有意义：每个类别都与其所在列所有类别的平均相比。",
        )
    blocks: list[Block] = [Paragraph(opening)]
    shown = range(min(MAX_OUTPUTS, model.network.outputs))
    blocks += [_derivatives(subject, found, k) for k in shown]
    blocks.append(_importance(subject, found))
    return Section("sensitivities", say("Sensitivities", "灵敏度"), blocks)


def _unit(subject: Subject) -> str:
    """Say of what the derivatives are, and in which unit."""
    say = subject.say
    if subject.classifies and subject.model.network.outputs == 1:
        return say(
            " It is taken of the log-odds ln p/(1 − p), per standard deviation of the input: the "
            "probability itself hardly moves where the network is sure.",
            "此处取对数几率 ln p/(1 − p) 的导数（输入每变化一个标准差），"
            "因为网络很有把握时概率本身几乎不变。",
        )
    if subject.classifies:
        return say(
            " It is taken of the logits z of the classes, less their mean, per standard deviation "
            "of the input: probabilities hardly move where the network is sure.",
            "此处取各类别 logit z（减去其平均）的导数（输入每变化一个标准差），"
            "因为网络很有把握时概率本身几乎不变。",
        )
    if subject.model.network.layers[-1].activation.is_identity:
        return say(
            " It is given in standard deviations of the target per standard deviation of the "
            "input.",
            "单位：输入每变化一个标准差，目标变化多少个标准差。",
        )
    return say(" It is given per standard deviation of the input.", "单位：输入每变化一个标准差。")


def _derivatives(subject: Subject, found: InputSensitivity, k: int) -> Picture:
    caption = subject.say(
        "Derivative of “{name}” by each input over the training rows: median, middle half, and "
        "5 % to 95 %. A bar on one side of 0 is an input that always moves the output the same "
        "way.",
        "“{name}”对各输入的导数在训练样本上的分布：中位数、中间一半、5 % 至 95 %。"
        "若整段位于 0 的一侧，则该输入总是朝同一方向影响输出。",
        name=_answer_name(subject, k),
    )
    names = subject.model.encoding.features
    height = 1.2 + 0.24 * min(MAX_INPUTS, len(names))
    return picture_on_axes(
        subject,
        f"sensitivity-{k}",
        height,
        caption,
        lambda ax: plot_sensitivity(
            found, names, k, most=MAX_INPUTS, ax=ax, language=subject.language
        ),
    )


def _answer_name(subject: Subject, k: int) -> str:
    """Return the name of that whose derivative is drawn."""
    target = subject.model.target
    if not isinstance(target, ClassificationTarget):
        return target.names[k]
    if target.outputs == 1:
        return subject.say("log-odds of {name}", "{name} 的对数几率", name=target.classes[1])
    return subject.say("logit of {name}", "{name} 的 logit", name=target.classes[k])


def _measures(subject: Subject, found: InputSensitivity) -> dict[str, FloatArray]:
    """Return each measure of importance as parts of the whole, its mean over the outputs."""
    spread = subject.scalings[0].spread
    products = np.abs(olden(subject.centred, spread))
    total = products.sum(axis=1, keepdims=True)
    shares = np.divide(products, total, out=np.zeros_like(products), where=total > 0)
    exact = subject.say("exact derivatives", "精确导数")
    return {
        exact: found.share.mean(axis=0),
        "Garson": garson(subject.centred, spread).mean(axis=0),
        "Olden": shares.mean(axis=0),
    }


def _importance(subject: Subject, found: InputSensitivity) -> Grid:
    say, names = subject.say, subject.model.encoding.features
    measures = _measures(subject, found)
    order = np.argsort(-next(iter(measures.values())), kind="stable")[:MAX_INPUTS]
    mean = found.mean.mean(axis=0)
    one = subject.model.network.outputs == 1
    head = (
        say("input", "输入"),
        *(name for name in measures),
        *((say("mean derivative", "平均导数"),) if one else ()),
    )
    rows = [
        (
            names[i],
            *(percent(float(size[i])) for size in measures.values()),
            *((number(float(mean[i]), 3),) if one else ()),
        )
        for i in order
    ]
    caption = say(
        "Importance of the inputs as part of the whole, largest first",
        "各输入的重要性（占总和的比例，从大到小）",
    )
    note = say(
        "By the root mean square of the exact derivatives, and by the weights alone (Garson 1991, "
        "Olden 2004). The last two take no notice of activation functions and data; where they "
        "differ, trust the first.",
        "按精确导数的均方根，以及只按权重的 Garson (1991) 与 Olden (2004) 方法。"
        "后两者不考虑激活函数与数据；若有出入，以第一种为准。",
    )
    return Grid(caption, head, rows, note=note)
