"""Section: the table, its columns and its division."""

from collections.abc import Sequence

import numpy as np

from clearprop._typing import FloatArray
from clearprop.data import CategoricalColumn, ClassificationTarget
from clearprop.plots import plot_label_histogram
from clearprop.report.blocks import Block, Grid, Paragraph, Picture, Section
from clearprop.report.formatting import number, percent
from clearprop.report.pictures import picture_on_axes
from clearprop.report.subject import Subject

MAX_COLUMNS = 60
"""Columns of the table to describe at most."""
MAX_CATEGORIES = 12
"""Categories of a column to count at most."""
MAX_TARGETS = 4
"""Targets of which a picture is drawn."""


def data_section(subject: Subject) -> Section:
    """Describe rows, columns and targets."""
    say, encoding = subject.say, subject.model.encoding
    categorical = [column for column in encoding.columns if isinstance(column, CategoricalColumn)]
    numeric = [column.name for column in encoding.columns if column not in categorical]
    opening = say(
        "{table} has {rows} rows. {columns} of its columns feed the network.",
        "{table} 共有 {rows} 行，其中 {columns} 列输入网络。",
        table=subject.table.source,
        rows=number(len(subject.X), 9),
        columns=len(encoding.columns),
    )
    blocks: list[Block] = [Paragraph(opening), *_preparation(subject), _parts(subject)]
    if numeric:
        places = [encoding.features.index(name) for name in numeric]
        caption = say("Numeric columns that feed the network", "数值输入列")
        blocks.append(_numbers(subject, caption, numeric, subject.X[:, places]))
    if categorical:
        blocks.append(_categories(subject, categorical))
    if not subject.classifies:
        caption = say("What is predicted", "预测目标")
        blocks.append(_numbers(subject, caption, subject.model.target.names, subject.Y))
    return Section("data", say("Data", "数据"), [*blocks, *_pictures(subject)])


def _preparation(subject: Subject) -> list[Paragraph]:
    """Say what was done to the table before training, where anything was."""
    if not subject.record.notes:
        return []
    done = " ".join(note.translate(subject.language) for note in subject.record.notes)
    opening = "Before training, the table was prepared. {done}"
    return [Paragraph(subject.say(opening, "训练前对表格做了如下处理。{done}", done=done))]


def _parts(subject: Subject) -> Grid:
    say, m = subject.say, len(subject.X)
    purposes = {
        "Training": say("the weights are fitted to them", "用于拟合权重"),
        "Validation": say("they decide when training stops", "用于决定何时停止训练"),
        "Test": say("they take no part in training", "不参与训练"),
        "All": say("no division of these rows is known", "没有这些行的划分记录"),
    }
    rows = [
        (
            look.name.translate(subject.language),
            number(len(part), 9),
            percent(len(part) / m),
            purposes[look.name.en],
        )
        for look, part in subject.parts
    ]
    head = ("", say("rows", "行数"), say("share", "占比"), say("what for", "用途"))
    return Grid(say("The rows and what they are for", "各部分行数及用途"), head, rows, wide_from=3)


def _numbers(subject: Subject, caption: str, names: Sequence[str], columns: FloatArray) -> Grid:
    """Return lowest, mean, spread and highest value of each column."""
    say = subject.say
    head = (
        say("column", "列"),
        say("lowest", "最小值"),
        say("mean", "均值"),
        say("standard deviation", "标准差"),
        say("highest", "最大值"),
    )
    measures = (columns.min(axis=0), columns.mean(axis=0), columns.std(axis=0), columns.max(axis=0))
    rows = [(name, *map(number, row)) for name, *row in zip(names, *measures, strict=True)]
    return Grid(caption, head, rows[:MAX_COLUMNS], _and_more(subject, len(rows) - MAX_COLUMNS))


def _categories(subject: Subject, columns: Sequence[CategoricalColumn]) -> Grid:
    """Return how many rows each category of each column has."""
    say, features = subject.say, subject.model.encoding.features
    rows = []
    for column in columns:
        first = features.index(column.features[0])
        counts = subject.X[:, first : first + len(column.categories)].sum(axis=0)
        order = np.argsort(-counts, kind="stable")
        names = [name or say("missing", "缺失") for name in column.categories]
        shown = [f"{names[k]} ({int(counts[k])})" for k in order[:MAX_CATEGORIES]]
        rest = ["…"] if len(order) > MAX_CATEGORIES else []
        rows.append((column.name, str(len(order)), ", ".join([*shown, *rest])))
    head = (
        say("column", "列"),
        say("categories", "类别数"),
        say("rows of each category", "各类别行数"),
    )
    caption = say(
        "Columns of categories; each category is an input that is 1 where it holds and 0 elsewhere",
        "类别输入列；每个类别对应一个输入，成立为 1，否则为 0",
    )
    more = _and_more(subject, len(rows) - MAX_COLUMNS)
    return Grid(caption, head, rows[:MAX_COLUMNS], more, wide_from=2)


def _and_more(subject: Subject, count: int) -> str:
    return subject.say("and {n} columns more", "另有 {n} 列未列出", n=count) if count > 0 else ""


def _pictures(subject: Subject) -> list[Picture]:
    say, target = subject.say, subject.model.target
    if isinstance(target, ClassificationTarget):
        classes = [str(name) for name in target.classes]
        numbers = target.probabilities(subject.Y).argmax(axis=1)
        values = {target.names[0]: np.array(classes, dtype=object)[numbers]}
        words = ("Rows of each class of “{name}”.", "“{name}”各类别的行数。")
    else:
        classes = None
        values = {name: subject.Y[:, k] for k, name in enumerate(target.names[:MAX_TARGETS])}
        words = ("Distribution of “{name}”.", "“{name}”的分布。")
    return [
        picture_on_axes(
            subject,
            f"target-{place}",
            2.7,
            say(*words, name=name),
            lambda ax, name=name, given=given: plot_label_histogram(
                given,
                subject.division,
                classes=classes,
                name=name,
                ax=ax,
                language=subject.language,
            ),
        )
        for place, (name, given) in enumerate(values.items())
    ]
