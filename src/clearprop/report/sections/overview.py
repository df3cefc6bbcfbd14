"""The head of a report: title, summary in a few sentences, key figures."""

import numpy as np

from clearprop.data import ClassificationTarget
from clearprop.report.formatting import fixed, number, percent
from clearprop.report.quality import (
    ClassificationQuality,
    RegressionQuality,
    classification_quality,
    regression_quality,
)
from clearprop.report.subject import Subject


def title(subject: Subject) -> str:
    """Return what is predicted, from what."""
    return subject.say(
        "Predicting {target} from {table}",
        "由 {table} 预测 {target}",
        target=", ".join(subject.model.target.names),
        table=subject.record.data or subject.table.source,
    )


def subtitle(subject: Subject) -> str:
    """Return task and structure of the network."""
    say, net = subject.say, subject.model.network
    task = say("Classification", "分类") if subject.classifies else say("Regression", "回归")
    return say(
        "{task} by a {sizes} feed-forward network with {count} parameters",
        "{task}：{sizes} 前馈网络，{count} 个参数",
        task=task,
        sizes="–".join(map(str, net.sizes)),
        count=number(net.parameter_count, 9),
    )


def abstract(subject: Subject) -> str:
    """Return in a few sentences what was done and how good it is."""
    record = subject.record
    sentences = [_what_was_done(subject)]
    if record.equations is not None:
        sentences.append(record.equations.sentence.translate(subject.language))
    if record.stop_reason is not None:
        sentences.append(record.stop_reason.sentence.translate(subject.language))
    sentences.append(_how_good(subject))
    if subject.left_out is not None:
        sentences.append(subject.left_out)
    if subject.findings:
        n = len(subject.findings)
        attention = subject.say(
            "Diagnostics: {n} findings deserve attention."
            if n > 1
            else "Diagnostics: one finding deserves attention.",
            "诊断：{n} 项值得注意。",
            n=n,
        )
        sentences.append(attention)
    return "".join(sentences) if subject.language == "zh" else " ".join(sentences)


def key_figures(subject: Subject) -> list[tuple[str, str]]:
    """Return the few numbers to read first, each with its meaning."""
    say, (look, rows) = subject.say, subject.judged
    part = look.name.translate(subject.language).lower()
    found = _judge(subject, 0)
    if isinstance(found, ClassificationQuality):
        figures = [
            (percent(found.accuracy), say("accuracy, {part} rows", "{part}部分准确率", part=part)),
            (percent(found.baseline_accuracy), say("most frequent class", "最多类别基准")),
            (fixed(found.auc), "AUC"),
        ]
    else:
        figures = [
            (number(found.rmse), say("RMSE, {part} rows", "{part}部分 RMSE", part=part)),
            (number(found.baseline_rmse), say("RMSE of the mean", "均值基准的 RMSE")),
            (fixed(found.r2), "R²"),
        ]
    figures.append((number(len(rows), 9), say("{part} rows", "{part}部分行数", part=part)))
    return figures


def _what_was_done(subject: Subject) -> str:
    target = ", ".join(subject.model.target.names)
    if subject.division is None:
        return subject.say(
            "A feed-forward network that predicts “{target}” was applied to the {m} rows of "
            "{table}.",
            "将预测“{target}”的前馈网络用于 {table} 的 {m} 行数据。",
            target=target,
            m=number(len(subject.X), 9),
            table=subject.table.source,
        )
    return subject.say(
        "A feed-forward network was trained on {n} of the {m} rows of {table} to predict "
        "“{target}”.",
        "用 {table} 的 {m} 行中的 {n} 行训练前馈网络，以预测“{target}”。",
        n=number(len(subject.division.train), 9),
        m=number(len(subject.X), 9),
        table=subject.table.source,
        target=target,
    )


def _how_good(subject: Subject) -> str:
    say, (look, rows) = subject.say, subject.judged
    where = {
        "Test": (
            "On the {n} test rows, which took no part in training,",
            "在未参与训练的 {n} 个测试行上，",
        ),
        "Validation": ("On the {n} validation rows", "在 {n} 个验证行上，"),
        "Training": ("On the {n} training rows", "在 {n} 个训练行上，"),
        "All": ("On all {n} rows", "在全部 {n} 行上，"),
    }
    rows_in_words = say(*where[look.name.en], n=number(len(rows), 9))
    found = _judge(subject, 0)
    if isinstance(found, ClassificationQuality):
        interval = say(
            " (95 % interval {low} to {high})",
            "（95 % 区间 {low} 至 {high}）",
            low=percent(found.accuracy_low),
            high=percent(found.accuracy_high),
        )
        return say(
            "{where} {accuracy} are assigned to the right class{interval}; naming the most "
            "frequent class every time would reach {baseline}.",
            "{where}分类正确率为 {accuracy}{interval}；总是预测最多的类别为 {baseline}。",
            where=rows_in_words,
            accuracy=percent(found.accuracy),
            interval="" if subject.has_trained(look) else interval,
            baseline=percent(found.baseline_accuracy),
        )
    return say(
        "{where} the root mean square error of “{target}” is {rmse}, where predicting the mean "
        "would give {baseline} (R² = {r2}).",
        "{where}“{target}”的均方根误差为 {rmse}，总是预测均值则为 {baseline}（R² = {r2}）。",
        where=rows_in_words,
        target=subject.model.target.names[0],
        rmse=number(found.rmse),
        baseline=number(found.baseline_rmse),
        r2=fixed(found.r2),
    )


def _judge(subject: Subject, k: int) -> RegressionQuality | ClassificationQuality:
    """Return the quality of output `k` on the judged part."""
    target, (_, rows) = subject.model.target, subject.judged
    if isinstance(target, ClassificationTarget):
        true = target.probabilities(subject.Y).argmax(axis=1)
        usual = int(np.bincount(true[subject.learned_from]).argmax())
        return classification_quality(
            true[rows], target.probabilities(subject.outputs[rows]), usual
        )
    mean = float(subject.Y[subject.learned_from, k].mean())
    return regression_quality(subject.Y[rows, k], subject.outputs[rows, k], mean)
