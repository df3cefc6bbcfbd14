"""Section: new rows beside the rows that trained the model."""

from collections.abc import Sequence

import numpy as np

from clearprop.data import CategoricalColumn, NumericColumn
from clearprop.data.statistics import ColumnStatistics
from clearprop.report.blocks import Block, Grid, Notice, Paragraph, Section
from clearprop.report.formatting import fixed, number, percent
from clearprop.report.subject import Subject

MAX_ROWS = 60
"""Columns of the table to describe at most."""
FAR = 0.5
"""A mean that has moved by so many spreads of training is worth a word …"""
OFTEN = 0.05
"""… and so is such a part of the rows beyond the range of training, or of another category, where
it is three times what chance makes of so few rows."""


def drift_section(subject: Subject) -> Section | None:
    """Compare columns with those of training; None for the rows of training themselves."""
    known = subject.model.statistics
    if subject.division is not None or known is None:
        return None
    say, features = subject.say, subject.model.encoding.features
    opening = say(
        "These are other rows than those that trained the model. A model is right about rows like "
        "those of training; below is where these differ.",
        "以下数据不是训练该模型的行。模型只对与训练数据相似的行可靠；下面列出差异之处。",
    )
    numeric: list[tuple[str, ...]] = []
    shares: list[tuple[str, ...]] = []
    moved: list[str] = []
    for column in subject.model.encoding.columns:
        first = features.index(column.features[0])
        X = subject.X[:, first : first + len(column.features)]
        if isinstance(column, CategoricalColumn):
            share = np.array(known.inputs.mean[first : first + X.shape[1]])
            by_chance = np.sqrt(share * (1 - share) * (1 / len(X) + 1 / known.rows))
            if (np.abs(X.mean(axis=0) - share) > np.maximum(OFTEN, 3 * by_chance)).any():
                moved.append(column.name)
            shares += _shares(subject, column, X, known.inputs, first)
        elif isinstance(column, NumericColumn):
            x, (low, high) = X[:, 0], (known.inputs.low[first], known.inputs.high[first])
            spread, mean = known.inputs.spread[first], known.inputs.mean[first]
            shift = (x.mean() - mean) / spread if spread else np.inf * np.sign(x.mean() - mean)
            outside = float(np.mean((x < low) | (x > high)))
            if abs(shift) > FAR or outside > OFTEN:
                moved.append(column.name)
            here = (number(float(x.mean())), number(float(x.std())))
            line = (number(mean), number(spread), *here, fixed(float(shift), 2), percent(outside))
            numeric.append((column.name, *line))
    blocks: list[Block] = [Paragraph(opening)]
    if moved:
        blocks.append(_notice(subject, moved))
    if numeric:
        blocks.append(_numbers(subject, numeric))
    if shares:
        blocks.append(_categories(subject, shares))
    return Section("drift", say("Beside the training data", "与训练数据的比较"), blocks)


def _notice(subject: Subject, moved: Sequence[str]) -> Notice:
    names = ", ".join(moved[:8]) + (" …" if len(moved) > 8 else "")
    what = subject.say(
        "Other than in training: {names}.", "与训练时不同的列：{names}。", names=names
    )
    advice = subject.say(
        "look whether these columns mean the same as then; train again with new rows if so.",
        "确认这些列的含义未变；若未变，请加入新数据重新训练。",
    )
    return Notice(what, advice)


def _numbers(subject: Subject, rows: list[tuple[str, ...]]) -> Grid:
    say = subject.say
    head = (
        say("column", "列"),
        say("mean, training", "训练均值"),
        say("spread, training", "训练标准差"),
        say("mean, here", "此处均值"),
        say("spread, here", "此处标准差"),
        say("shift", "偏移"),
        say("out of range", "超出范围"),
    )
    note = say(
        "Shift: by how many spreads of training the mean has moved. Out of range: the part of "
        "these rows below the lowest or above the highest value of training. Named above: a shift "
        "beyond {far}, or more than {often} out of range.",
        "偏移：均值移动了多少个训练标准差。超出范围：低于训练最小值或高于最大值的行所占比例。"
        "偏移超过 {far} 或超出范围的行多于 {often} 时在上方列出。",
        far=FAR,
        often=percent(OFTEN),
    )
    caption = say("Numbers beside those of training", "数值列与训练数据的比较")
    return Grid(caption, head, rows[:MAX_ROWS], note)


def _shares(
    subject: Subject, column: CategoricalColumn, X: np.ndarray, known: ColumnStatistics, first: int
) -> list[tuple[str, ...]]:
    return [
        (
            f"{column.name} = {category or subject.say('missing', '缺失')}",
            percent(known.mean[first + k]),
            percent(float(X[:, k].mean())),
        )
        for k, category in enumerate(column.categories)
    ]


def _categories(subject: Subject, rows: list[tuple[str, ...]]) -> Grid:
    say = subject.say
    head = (say("category", "类别"), say("share, training", "训练占比"), say("here", "此处占比"))
    caption = say("Shares of categories beside those of training", "各类别占比与训练数据的比较")
    return Grid(caption, head, rows[:MAX_ROWS])
