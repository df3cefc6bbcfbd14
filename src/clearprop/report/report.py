"""Report: from a model and a table to a document, and to a file."""

import datetime
from typing import Any

import clearprop
from clearprop._errors import unknown_name
from clearprop._extras import require
from clearprop._text import Language
from clearprop.data import as_table
from clearprop.files import check_writable, write_whole
from clearprop.files.access import PathLike
from clearprop.model import as_model
from clearprop.report.blocks import Document
from clearprop.report.page import page
from clearprop.report.sections import SECTIONS
from clearprop.report.sections.overview import abstract, key_figures, subtitle, title
from clearprop.report.subject import Subject, examine
from clearprop.training.blas import one_blas_thread


def report_html(
    model: Any, data: Any, *, language: Language = "en", name: str = "model.clearprop"
) -> str:
    """Return the report on a model, as one HTML page that needs nothing from outside.

    Parameters
    ----------
    model : Model or fitted estimator
    data : Table, DataFrame or mapping of columns
        Rows with the columns of the model and its target: those it was trained on, which are
        recognised and divided as they were then, or others.
    language : {"en", "zh"}, default="en"
    name : str
        What the model's file is called.

    Returns
    -------
    str
        HTML without references, whose only script is that of its form; pictures are SVG within it.

    Raises
    ------
    InputError
        If the table lacks a column, a value cannot stand in it, or the language is not known.
    MissingExtraError
        If pandas or Matplotlib is not installed.
    """
    require("a report", "pandas", "matplotlib")
    if language not in ("en", "zh"):
        raise unknown_name("language", language, ("en", "zh"))
    with one_blas_thread():  # between the small products of a report others would only spin
        subject = examine(as_model(model), as_table(data), language, name)
        return page(_document(subject), language)


def write_report(
    model: Any,
    data: Any,
    path: PathLike,
    *,
    language: Language = "en",
    name: str = "model.clearprop",
) -> None:
    """Write the report on a model to one HTML file, whole or not at all; see `report_html`.

    Raises
    ------
    InputError
        As `report_html` does, or if the file cannot be written.
    """
    check_writable(path)
    write_whole(path, report_html(model, data, language=language, name=name).encode())


def _document(subject: Subject) -> Document:
    say = subject.say
    byline = say(
        "{date} · clearprop {version} · model {name}",
        "{date} · clearprop {version} · 模型 {name}",
        date=datetime.date.today().isoformat(),
        version=clearprop.__version__,
        name=subject.name,
    )
    made = (section(subject) for section in SECTIONS)
    return Document(
        title=title(subject),
        subtitle=subtitle(subject),
        byline=byline,
        abstract=abstract(subject),
        key_figures=key_figures(subject),
        sections=[section for section in made if section is not None],
    )
