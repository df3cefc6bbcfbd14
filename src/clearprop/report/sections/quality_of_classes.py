"""In the section on quality: which classes are taken for which."""

import numpy as np

from clearprop.data import ClassificationTarget
from clearprop.plots import plot_confusion, plot_decision_boundary, plot_roc
from clearprop.report.blocks import Grid, Picture
from clearprop.report.drawn import drawn
from clearprop.report.quality import classification_quality
from clearprop.report.shown import fixed, number, percent
from clearprop.report.subject import Subject


def class_quality(subject: Subject, target: ClassificationTarget) -> Grid:
    """Return the measures of the predicted classes on each part."""
    say = subject.say
    true = target.probabilities(subject.Y).argmax(axis=1)
    chances = target.probabilities(subject.outputs)
    usual = int(np.bincount(true[subject.learned_from]).argmax())
    rows = []
    for look, part in subject.parts:
        found = classification_quality(true[part], chances[part], usual)
        rows.append(
            (
                look.name.translate(subject.language),
                number(found.rows, 9),
                percent(found.accuracy),
                f"{100 * found.accuracy_low:.1f} – {100 * found.accuracy_high:.1f} %",
                percent(found.balanced_accuracy),
                number(found.cross_entropy),
                fixed(found.auc),
                percent(found.baseline_accuracy),
            )
        )
    head = (
        "",
        say("rows", "行数"),
        say("accuracy", "准确率"),
        say("95 % interval", "95 % 区间"),
        say("balanced accuracy", "平衡准确率"),
        say("cross-entropy", "交叉熵"),
        "AUC",
        say("baseline accuracy", "基准准确率"),
    )
    note = say(
        "95 % interval: Wilson's, for the accuracy on new rows of the same kind. Balanced "
        "accuracy: mean over the classes of the part of their rows that is recognised. "
        "Cross-entropy: mean of −ln p of the true class. AUC: area under the ROC curve. Baseline: "
        "always naming the class that is most frequent in training.",
        "95 % 区间：同类新数据准确率的 Wilson 区间。平衡准确率：各类别识别率的平均。"
        "交叉熵：真实类别 −ln p 的平均。AUC：ROC 曲线下面积。基准：总是预测训练中最多的类别。",
    )
    caption = say("Predicted classes of “{name}”", "“{name}”的类别预测", name=target.names[0])
    return Grid(caption, head, rows, note)


def class_pictures(subject: Subject, target: ClassificationTarget) -> list[Picture]:
    """Return confusion matrix, ROC curves and, of two inputs, the regions of the classes."""
    say, language = subject.say, subject.language
    classes = [str(name) for name in target.classes]
    labels = np.array(classes, dtype=object)
    true = labels[target.probabilities(subject.Y).argmax(axis=1)]
    chances = target.probabilities(subject.outputs)
    predicted = labels[chances.argmax(axis=1)]
    look, rows = subject.judged
    part = look.name.translate(language)
    pictures = [
        drawn(
            subject,
            "confusion",
            min(6.5, 2.9 + 0.22 * len(classes)),
            say("Confusion matrix ({part}).", "混淆矩阵（{part}）。", part=part),
            lambda ax: plot_confusion(
                true[rows], predicted[rows], classes, ax=ax, language=language
            ),
            narrow=len(classes) <= 6,
        ),
        drawn(
            subject,
            "roc",
            3.3 if len(classes) <= 6 else 4.2,
            say(
                "ROC curves ({part}). A curve near the upper left corner separates well.",
                "ROC 曲线（{part}）。越靠近左上角，区分能力越强。",
                part=part,
            ),
            lambda ax: plot_roc(true[rows], chances[rows], classes, ax=ax, language=language),
            narrow=len(classes) <= 6,
        ),
    ]
    if subject.model.network.inputs == 2:
        pictures.append(_boundary(subject, true, classes))
    return pictures


def _boundary(subject: Subject, true: np.ndarray, classes: list[str]) -> Picture:
    model = subject.model
    return drawn(
        subject,
        "boundary",
        4.2,
        subject.say(
            "Regions of the classes; the colour is the stronger the surer the network is, and the "
            "line is where two classes are equally probable.",
            "各类别的区域；颜色越深，网络越有把握；黑线处两类概率相等。",
        ),
        lambda ax: plot_decision_boundary(
            lambda X: model.network.forward(model.parameters, X),
            subject.X,
            true,
            classes,
            names=model.encoding.features,
            ax=ax,
            language=subject.language,
        ),
    )
