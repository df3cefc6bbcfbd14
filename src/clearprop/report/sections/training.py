"""Section: how the weights were found."""

import numpy as np

from clearprop.backprop.structure import Parameters
from clearprop.network.network import Network
from clearprop.plots import plot_gradients, plot_performance, plot_training_state
from clearprop.report.blocks import Block, Facts, Paragraph, Picture, Section
from clearprop.report.formatting import number
from clearprop.report.pictures import picture_on_axes, picture_on_figure
from clearprop.report.subject import Subject
from clearprop.training import History


def training_section(subject: Subject) -> Section:
    """Tell solver and stop reason; draw loss, state of training and last gradient."""
    say, record = subject.say, subject.record
    blocks: list[Block] = []
    if facts := _facts(subject):
        blocks.append(Facts(facts))
    history = record.history
    if history is None:
        no_record = say(
            "The model file does not hold the history of its training.",
            "模型文件中没有训练过程的记录。",
        )
        blocks.append(Paragraph(no_record))
    else:
        blocks += _curves(subject, history)
    blocks.append(_last_gradient(subject))
    return Section("training", say("Training", "训练"), blocks)


def _facts(subject: Subject) -> list[tuple[str, str]]:
    say, record = subject.say, subject.record
    sentence = (
        record.stop_reason.sentence.translate(subject.language) if record.stop_reason else None
    )
    seconds = None if record.seconds is None else f"{number(record.seconds, 3)} s"
    best = None
    if record.best_epoch is not None and record.epochs is not None:
        best = say(
            "{n}; the parameters of epoch {best} were kept",
            "{n}；保留第 {best} 个周期的参数",
            n=record.epochs,
            best=record.best_epoch,
        )
    pairs = (
        (say("Solver", "求解器"), record.solver),
        *((say("Why so", "选择理由"), each.translate(subject.language)) for each in record.reasons),
        (say("L2 penalty", "L2 惩罚"), None if not record.penalty else number(record.penalty)),
        (say("Epochs", "周期数"), best),
        (say("Why it stopped", "停止原因"), sentence),
        (say("Time", "用时"), seconds),
    )
    return [(name, value) for name, value in pairs if value is not None]


def _curves(subject: Subject, history: History) -> list[Block]:
    say, record = subject.say, subject.record
    caption = say(
        "Loss over the epochs, in the unit in which the network was trained, without penalty. The "
        "ring marks the epoch whose parameters were kept.",
        "各周期的损失（训练所用单位，不含惩罚项）。圆圈为保留其参数的周期。",
    )
    performance = picture_on_axes(
        subject,
        "performance",
        3.5,
        caption,
        lambda ax: plot_performance(history, record.best_epoch, ax=ax, language=subject.language),
    )
    quantities = {name for entry in history for name in entry.details}
    quantities |= (
        {"gradient"} if any(entry.gradient_norm is not None for entry in history) else set()
    )
    quantities |= {"checks"} if any(e.validation_loss is not None for e in history) else set()
    if not quantities:
        return [performance]
    explained = say(
        " A validation check is an epoch without a new lowest validation loss; they are counted "
        "in a row.",
        "某周期的验证损失没有创新低即计为一次验证检查，连续累计。",
    )
    state = picture_on_figure(
        subject,
        "training-state",
        0.6 + 1.15 * len(quantities),
        say("State of training.", "训练状态。") + (explained if "checks" in quantities else ""),
        lambda figure: plot_training_state(history, figure=figure, language=subject.language),
    )
    return [performance, state]


def _last_gradient(subject: Subject) -> Picture:
    inputs, outputs = subject.scalings
    net, rows = subject.model.network, subject.learned_from
    mean = Network(net.inputs, net.layers, net.loss_rule, "mean", net.dtype)
    _, gradient = mean.gradient(
        subject.standardized, inputs.apply(subject.X[rows]), outputs.apply(subject.Y[rows])
    )
    norm = float(np.linalg.norm(gradient.vector))
    caption = subject.say(
        "The gradient of the mean loss at the trained parameters, by layer, for standardized "
        "columns; its norm is {norm}. Boxes that fall from the output to the first layer by orders "
        "of magnitude would mean a vanishing gradient.",
        "训练所得参数处平均损失的梯度（各列已标准化），范数为 {norm}。"
        "若箱体由输出层向第一层逐级下降若干数量级，则为梯度消失。",
        norm=number(norm, 3),
    )
    return picture_on_axes(
        subject,
        "gradient",
        3.0,
        caption,
        lambda ax: plot_gradients(
            Parameters(net.sizes, gradient.vector), ax=ax, language=subject.language
        ),
    )
