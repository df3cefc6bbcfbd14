"""Section: a time series, one step ahead and in the closed loop."""

import numpy as np

from clearprop._typing import FloatArray
from clearprop.measures import r2, rmse
from clearprop.plots import (
    plot_error_autocorrelation,
    plot_input_error_correlation,
    plot_response,
)
from clearprop.report.blocks import Block, Grid, Notice, Paragraph, Picture, Section
from clearprop.report.formatting import fixed, number
from clearprop.report.pictures import picture_on_axes
from clearprop.report.subject import Subject
from clearprop.series import Lags, Laid
from clearprop.series.forecasting import beyond, closed_loop

MAX_DRAWN = 400
"""Rows of a response to draw: the last ones of the judged part."""
MAX_INPUTS = 4
"""Inputs whose correlation with the error is drawn."""
LAGS = 20
"""Rows apart at most of a correlation."""


def series_section(subject: Subject) -> Section | None:
    """Run the model through the judged rows on its own predictions; None without a series."""
    lags, laid = subject.model.lags, subject.laid
    if lags is None or laid is None:
        return None
    say, (_, part) = subject.say, subject.judged
    looks = ", ".join(subject.model.encoding.features)
    opening = say(
        "The table is a time series: each row is predicted from {looks}. In the open loop, as in "
        "the sections above, these are measured. In the closed loop the model goes on from its own "
        "predictions, as it must in a forecast.",
        "表格为时间序列：每一行由 {looks} 预测。开环（以上各节）使用实测的历史值；"
        "闭环则以模型自己的预测值作为历史，与实际多步预测相同。",
        looks=looks,
    )
    rows = np.sort(part)
    loop = None
    if lags.feeds_back:
        model = subject.model
        loop = closed_loop(model.network, model.parameters, lags, laid.signals, laid.rows[rows])
    blocks: list[Block] = [Paragraph(opening)]
    if loop is not None:
        blocks += [_measures(subject, rows, loop), *_warnings(subject, lags, loop)]
    for k in range(len(lags.targets)):
        blocks += _pictures(subject, laid, lags, k, rows, loop)
    return Section("series", say("Time series", "时间序列"), blocks)


def _measures(subject: Subject, rows: FloatArray, loop: FloatArray) -> Grid:
    """Return the errors of both loops on the judged rows."""
    say, (look, _) = subject.say, subject.judged
    lines = []
    for k, name in enumerate(subject.model.target.names):
        y = subject.Y[rows, k]
        for loop_name, a in (
            (say("open loop", "开环"), subject.outputs[rows, k]),
            (say("closed loop", "闭环"), loop[:, k]),
        ):
            with np.errstate(over="ignore", invalid="ignore"):
                error, explained = rmse(a, y), r2(a, y)
            lines.append((f"{name}, {loop_name}", number(error), fixed(explained, 4)))
    caption = say(
        "Errors of {n} rows ({part}), one step ahead and in the closed loop",
        "{n} 行（{part}）的单步误差与闭环误差",
        n=len(rows),
        part=look.name.translate(subject.language),
    )
    note = say(
        "The closed loop begins with the measured rows before this part and is not told a measured "
        "target again.",
        "闭环从该部分之前的实测值开始，此后不再使用实测目标。",
    )
    return Grid(caption, ("", "RMSE", "R²"), lines, note)


def _warnings(subject: Subject, lags: Lags, loop: FloatArray) -> list[Notice]:
    known = subject.model.statistics
    notes = beyond(lags, loop, known.targets if known else None)
    advice = subject.say(
        "other lags, more data, or a smaller network; forecasts of fewer steps.",
        "换用其他滞后、更多数据或更小的网络；或只预测较少的步数。",
    )
    return [Notice(note.translate(subject.language), advice) for note in notes]


def _pictures(
    subject: Subject, laid: Laid, lags: Lags, k: int, rows: FloatArray, loop: FloatArray | None
) -> list[Picture]:
    say, language, name = subject.say, subject.language, lags.targets[k]
    y, a = subject.Y[rows, k], subject.outputs[rows, k]
    errors, last = y - a, slice(-MAX_DRAWN, None)
    drawn = None if loop is None else loop[last, k]
    pictures = [
        picture_on_axes(
            subject,
            f"response-{k}",
            3.2,
            say("“{name}” as measured and as predicted.", "“{name}”的实测值与预测值。", name=name),
            lambda ax: plot_response(
                y[last], a[last], drawn, rows=laid.rows[rows][last], ax=ax, language=language
            ),
        )
    ]
    most = min(LAGS, len(rows) // 4)
    if most < 1:
        return pictures
    caption = say(
        "Correlation of the errors in “{name}” one step ahead with those of rows before. Beyond "
        "the band: the past holds more than the network takes from it.",
        "“{name}”单步误差的自相关。超出阴影带说明历史中还有未被利用的信息。",
        name=name,
    )
    pictures.append(
        picture_on_axes(
            subject,
            f"autocorrelation-{k}",
            2.8,
            caption,
            lambda ax: plot_error_autocorrelation(errors, lags=most, ax=ax, language=language),
            narrow=True,
        )
    )
    for i, column in enumerate(lags.inputs[:MAX_INPUTS]):
        u = laid.signals[laid.rows[rows], i]
        if not np.isfinite(u).all():
            continue
        caption = say(
            "Correlation of “{column}” with the errors in “{name}”. Beyond the band: this input "
            "explains more than the network takes from it.",
            "“{column}”与“{name}”误差的相关。超出阴影带说明该输入还有未被利用的信息。",
            column=column,
            name=name,
        )
        pictures.append(
            picture_on_axes(
                subject,
                f"input-error-{k}-{i}",
                2.8,
                caption,
                lambda ax, u=u: plot_input_error_correlation(
                    u, errors, lags=most, ax=ax, language=language
                ),
                narrow=True,
            )
        )
    return pictures
