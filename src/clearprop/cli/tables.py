"""The table of a command: read as the model needs it, with what was done said."""

import os
from pathlib import Path

from clearprop._text import Language
from clearprop.cli.console import note
from clearprop.data import ClassificationTarget, Table, read_table
from clearprop.files import STANDARD
from clearprop.model import Model


def table_for(model: Model, data: Path, lang: Language = "en") -> Table:
    """Return the table, with the columns that the model takes as text read as text.

    How it was read is noted where that is more than to take it as it stands, and which gaps are
    filled that training did not know.
    """
    table = read_table(data, text_columns=text_columns(model))
    unforeseen = () if model.lags else model.encoding.unforeseen(table)
    for each in (*table.notes, *unforeseen):
        note(each.translate(lang))
    return table


def text_columns(model: Model) -> list[str]:
    """Return the columns that hold text for a model, even where they look like numbers."""
    texts, target = list(model.encoding.text_columns), model.target
    if isinstance(target, ClassificationTarget) and isinstance(target.classes[0], str):
        texts += target.names
    return texts


def rows_for(model: Model, data: Path) -> Table:
    """Return the rows that the network takes: the table, or of a time series the laid-out rows."""
    table = table_for(model, data)
    laid = model.laid_out(table)
    return table if laid is None else laid.table


def is_standard(path: Path | None) -> bool:
    """Return whether an output goes to standard output: none is named, or ``-``."""
    return path is None or os.fspath(path) == STANDARD
