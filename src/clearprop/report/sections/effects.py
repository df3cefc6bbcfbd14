"""Section: how the output runs over the values of one column."""

from collections.abc import Sequence

import numpy as np

from clearprop.data import CategoricalColumn, Column
from clearprop.plots import plot_partial_effect
from clearprop.report.blocks import Block, Paragraph, Picture, Section
from clearprop.report.pictures import picture_on_axes
from clearprop.report.subject import Subject
from clearprop.sensitivity import PartialEffect, partial_effect

MAX_OUTPUTS, MAX_EFFECTS = 3, 6
"""Outputs that have pictures of their own at most, and pictures at most."""
SAMPLES, GRID = 200, 30
"""Training rows over which is averaged, and values of a number."""


def effects_section(subject: Subject) -> Section:
    """Draw the partial effects of the columns that matter most."""
    say, features = subject.say, subject.model.encoding.features
    share = subject.sensitivity.share.mean(axis=0)
    places = {
        column: [features.index(feature) for feature in column.features]
        for column in subject.model.encoding.columns
    }
    order = sorted(places, key=lambda column: -share[places[column]].sum())[:MAX_EFFECTS]
    effects = {column: _effect(subject, column, places[column]) for column in order}
    opening = say(
        "The partial effect of a column is the mean output if that column took a value in every "
        "row while all others stayed as they are. Drawn are the columns that matter most by exact "
        "derivatives; ticks at the foot are the deciles of the data.",
        "某列的偏效应：令该列在所有行都取同一个值、其他列不变时输出的平均。"
        "按精确导数选取最重要的列；底部的短线为数据的十分位数。",
    )
    blocks: list[Block] = [Paragraph(opening)]
    for output in (outputs := _drawn_outputs(subject)):
        chosen = order[: MAX_EFFECTS // len(outputs)]
        ends = _common_ends([effects[column] for column in chosen], output)
        blocks += [
            _effect_picture(subject, column, effects[column], output, ends) for column in chosen
        ]
    return Section("effects", say("Partial effects", "偏效应"), blocks)


def _common_ends(effects: Sequence[PartialEffect], output: int | None) -> tuple[float, float]:
    """Return the ends of one scale for all pictures, so that their heights can be compared."""
    drawn_values = np.concatenate(
        [
            effect.mean.ravel() if output is None else effect.curves[:, :, output].ravel()
            for effect in effects
        ]
    )
    low, high = np.quantile(drawn_values, [0.005, 0.995])
    margin = 0.05 * (high - low) or 1.0
    return float(low - margin), float(high + margin)


def _drawn_outputs(subject: Subject) -> list[int | None]:
    """Return the outputs that have pictures of their own; None stands for all in one picture."""
    if subject.classifies:
        return [0 if subject.model.network.outputs == 1 else None]
    return list(range(min(MAX_OUTPUTS, subject.model.network.outputs)))


def _effect(subject: Subject, column: Column, inputs: Sequence[int]) -> PartialEffect:
    """Return the partial effect of a column of numbers or of categories."""
    model = subject.model
    if isinstance(column, CategoricalColumn):
        values = np.eye(len(inputs))
    else:
        low, high = np.quantile(subject.X[:, inputs[0]], [0.01, 0.99])
        values = np.zeros((GRID, len(inputs)))  # a second input says that the number is missing
        values[:, 0] = np.linspace(low, high, GRID)
    return partial_effect(
        lambda X: model.network.forward(model.parameters, X),
        subject.X[subject.sample(SAMPLES)],
        inputs,
        values,
    )


def _effect_picture(
    subject: Subject,
    column: Column,
    effect: PartialEffect,
    output: int | None,
    ends: tuple[float, float],
) -> Picture:
    say, categories = subject.say, isinstance(column, CategoricalColumn)
    if output is None:
        caption = say(
            "Partial effect of “{column}”: mean output of each class over the training rows.",
            "“{column}”的偏效应：训练样本上各类别输出的平均。",
            column=column.name,
        )
    else:
        caption = say(
            "Partial effect of “{column}” on “{name}”: mean over the training rows (strong) and "
            "single rows (pale).",
            "“{column}”对“{name}”的偏效应：训练样本的平均（深）与单个样本（浅）。",
            column=column.name,
            name=subject.output_names[output],
        )
    ticks = None if categories else column.encode(subject.table)[:, 0]
    return picture_on_axes(
        subject,
        f"effect-{output}-{column.name}",
        2.9,
        caption,
        lambda ax: plot_partial_effect(
            effect,
            column.name,
            output,
            output_names=subject.output_names,
            labels=_labels(subject, column),
            samples=ticks,
            ax=ax,
            language=subject.language,
        ).set_ylim(ends),
        narrow=True,
    )


def _labels(subject: Subject, column: Column) -> list[str] | None:
    """Return the names of a column's categories."""
    if not isinstance(column, CategoricalColumn):
        return None
    return [name or subject.say("missing", "缺失") for name in column.categories]
