"""Section: how good the predictions are on every part of the division."""

from clearprop.data import ClassificationTarget
from clearprop.report.blocks import Block, Paragraph, Section
from clearprop.report.sections.quality_of_classes import class_pictures, class_quality
from clearprop.report.sections.quality_of_numbers import number_quality, regression_picture
from clearprop.report.subject import Subject

MAX_TARGETS = 4
"""Targets of which pictures are drawn."""


def quality(subject: Subject) -> Section:
    """Measure the predictions on each part, and draw them."""
    blocks: list[Block] = [Paragraph(_opening(subject))]
    target = subject.model.target
    if isinstance(target, ClassificationTarget):
        blocks += [class_quality(subject, target), *class_pictures(subject, target)]
    else:
        names = target.names
        blocks += [number_quality(subject, k) for k in range(len(names))]
        blocks += [regression_picture(subject, k) for k in range(min(MAX_TARGETS, len(names)))]
    return Section("quality", subject.say("Quality", "预测质量"), blocks)


def _opening(subject: Subject) -> str:
    say = subject.say
    if subject.division is None:
        return say(
            "Which of these rows the model was trained on is not known; if they are its training "
            "rows, the measures below are too good for new data.",
            "不知道模型是否用这些行训练过；若是训练数据，下列指标对新数据而言偏于乐观。",
        )
    if not subject.has_held_back:
        return say(
            "All rows took part in training, so the measures below say how well the network fits "
            "them, not how well it would do on new data.",
            "所有行都参与了训练，因此下列指标只说明拟合程度，不能说明对新数据的效果。",
        )
    return say(
        "What counts is the last line: the rows that took the least part in training. A training "
        "part that is much better than the others means over-fitting.",
        "最后一行最为重要：这些行最少参与训练。若训练部分明显优于其他部分，则为过拟合。",
    )
