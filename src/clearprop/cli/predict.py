"""``clearprop predict``: a model file and a table give predictions."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

from clearprop._errors import invalid_argument
from clearprop._extras import require
from clearprop._text import Language, Text
from clearprop.cli.console import note, say
from clearprop.data import ClassificationTarget, read_table
from clearprop.files import check_writable, write_whole
from clearprop.model import Model

if TYPE_CHECKING:
    import pandas


def predict(
    model: Path,
    data: Path,
    /,
    *,
    out: Path | None = None,
    probabilities: bool = False,
    std: bool = False,
    lang: Language = "en",
) -> None:
    """Predict the target of every row of a table.

    Parameters
    ----------
    model : Path
        Model file that clearprop train wrote.
    data : Path
        CSV or Parquet with the columns that the model was trained on; others are ignored.
    out : Path, optional
        File to write, CSV or (by its ending) .parquet; standard output without this option.
    probabilities : bool
        Add the probability of each class.
    std : bool
        Add the standard deviation of each predicted number, if Bayesian regularisation trained.
    lang : str
        Language of the output.
    """
    if out is not None:
        check_writable(out)
    trained = Model.load(model)
    table = read_table(data, text_columns=trained.encoding.text_columns)
    predictions = prediction_frame(trained, table, probabilities=probabilities, std=std)
    if out is None:
        say(predictions.to_csv(index=False, lineterminator="\n").rstrip("\n"))
        return
    write_frame(out, predictions)
    count = len(predictions)
    note(
        Text(f"wrote {count} predictions to {out}", f"已将 {count} 个预测写入 {out}").translate(
            lang
        )
    )


def prediction_frame(
    model: Model, table: object, *, probabilities: bool = False, std: bool = False
) -> "pandas.DataFrame":
    """Return one row a prediction: the target's columns, and what else is wanted."""
    import pandas

    predicted = model.predict(table)
    frame = pandas.DataFrame(predicted, columns=list(model.target.names))
    if std:
        if model.posterior is None:
            why = "the model does not know it."
            hint = "a regression trained with --solver bayesian_regularization."
            raise invalid_argument("std", True, why, hint)
        names = [f"std({name})" for name in model.target.names]
        frame = frame.join(pandas.DataFrame(model.predict_std(table), columns=names))
    if not probabilities:
        return frame
    if not isinstance(model.target, ClassificationTarget):
        why = "a regression model gives no probabilities."
        raise invalid_argument("probabilities", True, why, "leave the option out.")
    names = [f"p({name})" for name in model.target.classes]
    return frame.join(pandas.DataFrame(model.predict_proba(table), columns=names))


def write_frame(path: Path, frame: "pandas.DataFrame") -> None:
    """Write a frame as CSV, or as Parquet if the file's ending says so."""
    if path.suffix.lower() in (".parquet", ".pq"):
        require("a Parquet file", "pyarrow")
        stream = io.BytesIO()
        frame.to_parquet(stream, index=False)
        write_whole(path, stream.getvalue())
    else:
        write_whole(path, frame.to_csv(index=False, lineterminator="\n").encode())
