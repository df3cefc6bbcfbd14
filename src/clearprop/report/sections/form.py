"""Section: a form to try the model in the page, without a network and without clearprop."""

import datetime
import re
from importlib.resources import files

import numpy as np

from clearprop._errors import InputError
from clearprop.data import CategoricalColumn, Column, DateColumn
from clearprop.export.names import literal
from clearprop.export.writing import source
from clearprop.report.blocks import Field, Form, Paragraph, Section
from clearprop.report.formatting import number
from clearprop.report.subject import Subject

MAX_PARAMETERS = 10_000
"""Weights of a larger network would make the page heavy."""
MODULE = """
const model = (() => {{
{module}
const known = typeof classes === "undefined" ? names : classes;
return {{ columns, predict, names: known, std: typeof std === "undefined" ? null : std }};
}})();
"""
"""A module's text as one thing, whose names stay inside."""
MAX_WITH_STD = 120
"""Parameters up to which the page also knows standard deviations: about 7,000 numbers a start."""


def form_section(subject: Subject) -> Section | None:
    """Return a form with a field a column; None if the model cannot be said in JavaScript."""
    say, model = subject.say, subject.model
    if model.network.parameter_count > MAX_PARAMETERS or model.lags is not None:
        return None
    knows = model.posterior is not None and model.network.parameter_count <= MAX_WITH_STD
    try:
        module = source(model.trained, "model", "javascript", std=knows)
    except InputError:
        return None
    words = {
        "prediction": say("Prediction", "预测"),
        "beyond": say("Beyond what training saw:", "超出训练范围："),
    }
    listed = ", ".join(f"{name}: {literal(text)}" for name, text in words.items())
    page = (files("clearprop.report") / "form.js").read_text(encoding="utf-8")
    script = re.sub(r"^export ", "", module, flags=re.MULTILINE)
    script = MODULE.format(module=script) + f"const words = {{ {listed} }};\n{page}"
    if re.search(r"</|<!--", script):
        return None
    opening = say(
        "The model itself is in this page. Change a value and it predicts, here in your browser; "
        "nothing is sent anywhere. The form begins with what was usual in training.",
        "模型本身就在本页中。修改任一数值即可得到预测，计算全部在浏览器内完成，不发送任何数据。"
        "初始值为训练数据中的常见值。",
    )
    columns = model.encoding.columns
    fields = [_field(subject, place, column) for place, column in enumerate(columns)]
    blocks = [Paragraph(opening), Form(fields, script)]
    return Section("form", say("Try it", "试一试"), blocks)


def _field(subject: Subject, place: int, column: Column) -> Field:
    """Return the field of a column, filled with what was usual."""
    first = subject.model.encoding.features.index(column.features[0])
    known = subject.model.statistics
    if isinstance(column, CategoricalColumn):
        count = len(column.categories)
        shares = known.inputs.mean[first : first + count] if known else (1.0,) * count
        usual = column.categories[int(np.argmax(shares))]
        return Field(column.name, place, "choice", usual, "", column.categories)
    if known is None:
        return Field(column.name, place, "number", "0")
    low, high, mean = (getattr(known.inputs, each)[first] for each in ("low", "high", "mean"))
    if isinstance(column, DateColumn):
        ends = " – ".join(_day(each) for each in (low, high))
        return Field(column.name, place, "date", _day(mean), ends)
    usual = round(mean) if (low, high) == (0, 1) else mean
    ends = f"{number(low)} – {number(high)}"
    return Field(column.name, place, "number", f"{usual:.6g}", ends)


def _day(days: float) -> str:
    """Return a day since 1970-01-01 as a date; the nearest one that a calendar has."""
    first, last = (date.toordinal() for date in (datetime.date.min, datetime.date.max))
    epoch = datetime.date(1970, 1, 1).toordinal()
    return datetime.date.fromordinal(int(min(max(days + epoch, first), last))).isoformat()
