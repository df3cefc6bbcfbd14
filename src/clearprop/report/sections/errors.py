"""Section: where the network errs."""

import numpy as np

from clearprop.data import ClassificationTarget
from clearprop.plots import plot_error_histogram, plot_residuals
from clearprop.report.blocks import Block, Grid, Section
from clearprop.report.formatting import number, percent
from clearprop.report.pictures import picture_on_axes
from clearprop.report.subject import Subject
from clearprop.training.split import Rows

WORST = 8
"""Rows with the largest errors to name."""
MAX_TARGETS = 4
"""Targets of which pictures are drawn."""


def errors_section(subject: Subject) -> Section | None:
    """Draw the residuals and name the worst rows; None if a classifier makes no mistake."""
    say, target = subject.say, subject.model.target
    if isinstance(target, ClassificationTarget):
        mistakes = _mistakes(subject, target)
        return Section("errors", say("Mistakes", "错误"), [mistakes]) if mistakes else None
    blocks: list[Block] = []
    for k in range(min(MAX_TARGETS, len(target.names))):
        blocks += _residuals(subject, k)
    return Section("errors", say("Residuals", "残差"), blocks)


def _residuals(subject: Subject, k: int) -> list[Block]:
    say, language, name = subject.say, subject.language, subject.model.target.names[k]
    y, a = subject.Y[:, k], subject.outputs[:, k]
    histogram = picture_on_axes(
        subject,
        f"errors-{k}",
        3.0,
        say("Errors in “{name}”.", "“{name}”的误差分布。", name=name),
        lambda ax: plot_error_histogram(y, a, subject.division, ax=ax, language=language),
        narrow=True,
    )
    over_output = picture_on_axes(
        subject,
        f"residuals-{k}",
        3.0,
        say(
            "Error over output for “{name}”. A bend would mean a missing dependence, a funnel that "
            "errors grow with the output.",
            "“{name}”的误差与输出。弯曲说明有依赖关系未被学到，喇叭形说明误差随输出增大。",
            name=name,
        ),
        lambda ax: plot_residuals(y, a, subject.division, ax=ax, language=language),
        narrow=True,
    )
    worst = np.argsort(-np.abs(y - a), kind="stable")[:WORST]
    part_of = _part_names(subject)
    rows = [
        (subject.place(int(n)), part_of[n], number(y[n]), number(a[n]), number(y[n] - a[n]))
        for n in worst
    ]
    head = (
        say("where", "位置"),
        say("part", "部分"),
        say("target", "目标"),
        say("output", "输出"),
        say("error", "误差"),
    )
    caption = say("The largest errors in “{name}”", "“{name}”误差最大的行", name=name)
    return [histogram, over_output, Grid(caption, head, rows)]


def _mistakes(subject: Subject, target: ClassificationTarget) -> Grid | None:
    """Return the rows that are most surely taken for a wrong class."""
    say = subject.say
    true = target.probabilities(subject.Y).argmax(axis=1)
    chances = target.probabilities(subject.outputs)
    predicted = chances.argmax(axis=1)
    wrong = np.flatnonzero(predicted != true)
    if not len(wrong):
        return None
    surest: Rows = wrong[np.argsort(-chances[wrong, predicted[wrong]], kind="stable")]
    part_of = _part_names(subject)
    rows = [
        (
            subject.place(int(n)),
            part_of[n],
            str(target.classes[true[n]]),
            str(target.classes[predicted[n]]),
            percent(float(chances[n, predicted[n]])),
            percent(float(chances[n, true[n]])),
        )
        for n in surest[: 2 * WORST]
    ]
    head = (
        say("where", "位置"),
        say("part", "部分"),
        say("true class", "真实类别"),
        say("predicted class", "预测类别"),
        say("its probability", "预测概率"),
        say("probability of the true class", "真实类别概率"),
    )
    caption = say(
        "{all} of {m} rows are taken for a wrong class; the surest mistakes",
        "{m} 行中有 {all} 行分错；以下为最“自信”的错误",
        all=len(wrong),
        m=len(true),
    )
    return Grid(caption, head, rows)


def _part_names(subject: Subject) -> list[str]:
    names = [""] * len(subject.X)
    for look, rows in subject.parts:
        for row in rows:
            names[row] = look.name.translate(subject.language)
    return names
