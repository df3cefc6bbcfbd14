"""Section: how good the predictions are on every part of the division."""

import numpy as np

from clearprop.data import ClassificationTarget
from clearprop.plots import plot_confusion, plot_decision_boundary, plot_regression, plot_roc
from clearprop.report.blocks import Block, Grid, Paragraph, Picture, Section
from clearprop.report.formatting import fixed, number, percent
from clearprop.report.pictures import picture_on_axes, picture_on_figure
from clearprop.report.quality import classification_quality, regression_quality
from clearprop.report.subject import Subject

MAX_TARGETS = 4
"""Targets of which pictures are drawn."""


def quality_section(subject: Subject) -> Section:
    """Measure the predictions on each part, and draw them."""
    blocks: list[Block] = [Paragraph(_opening(subject))]
    target = subject.model.target
    if isinstance(target, ClassificationTarget):
        blocks += [_class_measures(subject, target), *_class_pictures(subject, target)]
    else:
        names = target.names
        blocks += [_number_measures(subject, k) for k in range(len(names))]
        blocks += [_regression_picture(subject, k) for k in range(min(MAX_TARGETS, len(names)))]
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
        fits = say(
            "All rows took part in training, so the measures below say how well the network fits "
            "them, not how well it would do on new data.",
            "所有行都参与了训练，因此下列指标只说明拟合程度，不能说明对新数据的效果。",
        )
        return fits if subject.left_out is None else say(" ", "").join([fits, subject.left_out])
    return say(
        "What counts is the last line: the rows that took the least part in training. A training "
        "part that is much better than the others means over-fitting.",
        "最后一行最为重要：这些行最少参与训练。若训练部分明显优于其他部分，则为过拟合。",
    )


def _class_measures(subject: Subject, target: ClassificationTarget) -> Grid:
    """Return the measures of the predicted classes on each part."""
    say = subject.say
    true = target.probabilities(subject.Y).argmax(axis=1)
    chances = target.probabilities(subject.outputs)
    usual = int(np.bincount(true[subject.learned_from]).argmax())
    rows = []
    for look, part in subject.parts:
        found = classification_quality(true[part], chances[part], usual)
        interval = f"{100 * found.accuracy_low:.1f} – {100 * found.accuracy_high:.1f} %"
        rows.append(
            (
                look.name.translate(subject.language),
                number(found.rows, 9),
                percent(found.accuracy),
                "–" if subject.has_trained(look) else interval,
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
        "95 % interval: Wilson's, for the accuracy on new rows of the same kind; rows that trained "
        "give none. Balanced accuracy: mean over the classes of the part of their rows that is "
        "recognised. Cross-entropy: mean of −ln p of the true class. AUC: area under the ROC "
        "curve. Baseline: always naming the class that is most frequent in training.",
        "95 % 区间：同类新数据准确率的 Wilson 区间，训练行不给出。平衡准确率：各类别识别率的平均。"
        "交叉熵：真实类别 −ln p 的平均。AUC：ROC 曲线下面积。基准：总是预测训练中最多的类别。",
    )
    caption = say("Predicted classes of “{name}”", "“{name}”的类别预测", name=target.names[0])
    return Grid(caption, head, rows, note)


def _class_pictures(subject: Subject, target: ClassificationTarget) -> list[Picture]:
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
        picture_on_axes(
            subject,
            "confusion",
            min(6.5, 2.9 + 0.22 * len(classes)),
            say("Confusion matrix ({part}).", "混淆矩阵（{part}）。", part=part),
            lambda ax: plot_confusion(
                true[rows], predicted[rows], classes, ax=ax, language=language
            ),
            narrow=len(classes) <= 6,
        ),
        picture_on_axes(
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
    return picture_on_axes(
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


def _number_measures(subject: Subject, k: int) -> Grid:
    """Return the measures of target `k` on each part."""
    say, name = subject.say, subject.model.target.names[k]
    mean = float(subject.Y[subject.learned_from, k].mean())
    rows = []
    for look, part in subject.parts:
        found = regression_quality(subject.Y[part, k], subject.outputs[part, k], mean)
        rows.append(
            (
                look.name.translate(subject.language),
                number(found.rows, 9),
                number(found.rmse),
                number(found.mae),
                fixed(found.r2, 4),
                fixed(found.correlation, 4),
                number(found.baseline_rmse),
            )
        )
    head = ("", say("rows", "行数"), "RMSE", "MAE", "R²", "R", say("baseline RMSE", "基准 RMSE"))
    note = say(
        "RMSE: root mean square error; MAE: mean absolute error, both in the unit of the target. "
        "R²: part of the target's variance that is explained. R: correlation of target and output. "
        "Baseline: always predicting the mean of the training rows.",
        "RMSE：均方根误差；MAE：平均绝对误差（单位同目标）。R²：目标方差被解释的比例。"
        "R：目标与输出的相关系数。基准：总是预测训练部分的均值。",
    )
    return Grid(say("Errors in “{name}”", "“{name}”的误差", name=name), head, rows, note)


def _regression_picture(subject: Subject, k: int) -> Picture:
    """Return output over target for target `k`."""
    name = subject.model.target.names[k]
    caption = subject.say(
        "Output over target for “{name}”. Points on the dotted line are predicted exactly; the "
        "solid line is the linear fit.",
        "“{name}”的输出与目标。虚线上的点预测完全准确；实线为线性拟合。",
        name=name,
    )
    panels = len(subject.parts) + (subject.division is not None)
    return picture_on_figure(
        subject,
        f"regression-{k}",
        2.8 * -(-panels // 2),
        caption,
        lambda figure: plot_regression(
            subject.Y[:, k],
            subject.outputs[:, k],
            subject.division,
            figure=figure,
            language=subject.language,
        ),
    )
