"""``clearprop predict``: a model file and a table give predictions."""

import io
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from clearprop._errors import invalid_argument
from clearprop._extras import require
from clearprop._text import Language, Text
from clearprop.cli.console import note, say
from clearprop.cli.tables import is_standard, table_for, text_columns
from clearprop.data import ClassificationTarget
from clearprop.files import check_output, local_path, safe_cell, whole_file, write_whole
from clearprop.files.outputs import is_table_of
from clearprop.model import Model
from clearprop.streaming import Source, source_of, streams

if TYPE_CHECKING:
    import pandas

SHOWN = 3
"""Columns of which is said how they leave the ranges of training; the others are counted."""

MORE = Text(
    "{count} more columns hold rows outside the ranges of the training rows.",
    "另有 {count} 列含有超出训练范围的行。",
)
WROTE = Text("wrote {count} predictions to {out}", "已将 {count} 个预测写入 {out}")


def predict(
    model: Path,
    data: Path,
    /,
    *,
    out: Path | None = None,
    probabilities: bool = False,
    std: bool = False,
    force: bool = False,
    lang: Language = "en",
) -> None:
    """Predict the target of every row of a table.

    Parameters
    ----------
    model : Path
        Model file that clearprop train wrote.
    data : Path
        CSV or Parquet with the columns that the model was trained on, others are ignored; - for
        standard input. With --out also a folder of such files, or a pattern in quotes.
    out : Path, optional
        File to write, CSV or (by its ending) .parquet; standard output without this option. In CSV,
        text that a spreadsheet would take for a formula gets a ' before it.
    probabilities : bool
        Add the probability of each class.
    std : bool
        Add the standard deviation of each predicted number, if Bayesian regularisation trained.
    force : bool
        Replace the file at --out even if it holds something else than such predictions.
    lang : str
        Language of the output.
    """
    trained, data = Model.load(model), Path(local_path(data))
    in_pieces = out is not None and not is_standard(out) and streams(data)
    source = source_of(data, text_columns(trained)) if in_pieces else None
    if out is not None:
        columns = prediction_columns(trained, probabilities=probabilities, std=std)
        given = [model, data, *(source.inputs if source else ())]
        check_output(out, is_table_of(header_of(out, columns)), given, force=force)
        if source is not None:
            count = _predict_in_pieces(trained, source, out, probabilities=probabilities, std=std)
            note(WROTE.translate(lang).format(count=count, out=out))
            return
    table = table_for(trained, data, lang)
    beyond = trained.beyond_training(table)
    for each in beyond[:SHOWN]:
        note(each.translate(lang))
    if len(beyond) > SHOWN:
        note(MORE.filled(count=len(beyond) - SHOWN).translate(lang))
    predictions = prediction_frame(trained, table, probabilities=probabilities, std=std)
    if out is None or is_standard(out):
        say(as_csv(predictions).rstrip("\n"))
        return
    write_frame(out, predictions)
    note(WROTE.translate(lang).format(count=len(predictions), out=out))


def _predict_in_pieces(
    model: Model, source: Source, out: Path, *, probabilities: bool, std: bool
) -> int:
    """Write the predictions of files that need not fit into memory; return how many they are."""
    count = 0
    with whole_file(out) as file, frame_writer(out, file) as write:
        for table in source.blocks():
            frame = prediction_frame(model, table, probabilities=probabilities, std=std)
            write(frame)
            count += len(frame)
    return count


@contextmanager
def frame_writer(path: Path, file: BinaryIO) -> Generator[Callable[["pandas.DataFrame"], None]]:
    """Yield what appends a frame to a file: CSV, or Parquet if the ending of the path says so."""
    if not _is_parquet(path):
        first = True

        def append(frame: "pandas.DataFrame") -> None:
            nonlocal first
            file.write(as_csv(frame, header=first).encode())
            first = False

        yield append
        return
    require("a Parquet file", "pyarrow")
    import pyarrow
    from pyarrow import parquet

    with ExitStack() as stack:
        writers: list[parquet.ParquetWriter] = []

        def append(frame: "pandas.DataFrame") -> None:
            rows = pyarrow.Table.from_pandas(frame, preserve_index=False)
            if not writers:
                writers.append(stack.enter_context(parquet.ParquetWriter(file, rows.schema)))
            writers[0].write_table(rows.cast(writers[0].schema))

        yield append


def prediction_columns(
    model: Model, *, probabilities: bool = False, std: bool = False
) -> list[str]:
    """Return the names of the columns of predictions.

    Raises
    ------
    InputError
        If the model has no probabilities or standard deviations that are asked for.
    """
    names, target = list(model.target.names), model.target
    if std:
        if model.posterior is None:
            why = "the model does not know it."
            hint = "a regression trained with --solver bayesian_regularization."
            raise invalid_argument("std", True, why, hint)
        names += [f"std({name})" for name in target.names]
    if probabilities:
        if not isinstance(target, ClassificationTarget):
            why = "a regression model gives no probabilities."
            raise invalid_argument("probabilities", True, why, "leave the option out.")
        names += [f"p({name})" for name in target.classes]
    return names


def prediction_frame(
    model: Model, table: object, *, probabilities: bool = False, std: bool = False
) -> "pandas.DataFrame":
    """Return one row a prediction: the target's columns, and what else is wanted."""
    import pandas

    names = prediction_columns(model, probabilities=probabilities, std=std)
    parts = [pandas.DataFrame(model.predict(table))]
    if std:
        parts.append(pandas.DataFrame(model.predict_std(table)))
    if probabilities:
        parts.append(pandas.DataFrame(model.predict_proba(table)))
    return pandas.concat(parts, axis="columns").set_axis(names, axis="columns")


def as_csv(frame: "pandas.DataFrame", *, header: bool = True) -> str:
    """Return a frame as CSV in which no spreadsheet finds a formula."""
    text = frame.select_dtypes(exclude="number").columns
    safe = frame.assign(**{name: frame[name].map(safe_cell) for name in text})
    safe.columns = [str(safe_cell(name)) for name in frame.columns]
    return safe.to_csv(index=False, header=header, lineterminator="\n")


def _is_parquet(path: Path) -> bool:
    return path.suffix.lower() in (".parquet", ".pq")


def header_of(path: Path, names: list[str]) -> list[str]:
    """Return the names of columns as a file has them."""
    return names if _is_parquet(path) else [str(safe_cell(name)) for name in names]


def write_frame(path: Path, frame: "pandas.DataFrame") -> None:
    """Write a frame as CSV, or as Parquet if the file's ending says so."""
    if _is_parquet(path):
        require("a Parquet file", "pyarrow")
        stream = io.BytesIO()
        frame.to_parquet(stream, index=False)
        write_whole(path, stream.getvalue())
    else:
        write_whole(path, as_csv(frame).encode())
