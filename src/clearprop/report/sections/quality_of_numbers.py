"""In the section on quality: how far predicted numbers are from the truth."""

from clearprop.plots import plot_regression
from clearprop.report.blocks import Grid, Picture
from clearprop.report.drawn import drawn_on_figure
from clearprop.report.quality import regression_quality
from clearprop.report.shown import fixed, number
from clearprop.report.subject import Subject


def number_quality(subject: Subject, k: int) -> Grid:
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


def regression_picture(subject: Subject, k: int) -> Picture:
    """Return output over target for target `k`."""
    name = subject.model.target.names[k]
    caption = subject.say(
        "Output over target for “{name}”. Points on the dotted line are predicted exactly; the "
        "solid line is the linear fit.",
        "“{name}”的输出与目标。虚线上的点预测完全准确；实线为线性拟合。",
        name=name,
    )
    panels = len(subject.parts) + (subject.division is not None)
    return drawn_on_figure(
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
